"""mltrack model inspect: what a package is, and what loading it would run."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from mltrack.cli import completing
from mltrack.cli.cells import moment, safe, size
from mltrack.cli.options import PageOption
from mltrack.cli.output import PageFormat, show, show_json

_SHOWN_FILES = 20
_SHOWN_COLUMNS = 40
_SHOWN_NAMES = 40


def inspect_model(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="churn@staging, churn/3, runs:/RUN/model, a run, or ./a/folder.",
            autocompletion=completing.versions,
        ),
    ],
    output: PageOption = PageFormat.PAGE,
) -> None:
    """Show what a model package is, and what loading it would run. Nothing of it runs.

    Every byte is checked against the manifest first.

    Examples:
      mltrack model inspect churn@production
      mltrack model inspect ./model --output json
    """
    from mltrack.api.models import inspection

    row = inspection.inspect_model(model)
    if output is PageFormat.JSON:
        show_json({"model": row})
        return
    for line in _page(row):
        show(line)


def _page(row: Mapping[str, Any]) -> Iterator[str]:
    yield safe(row["model"])
    yield from _pairs(_head(row))
    yield from _section("loading it", _loading(row["loading"]))
    signature = row["signature"] or {}
    yield from _section("it takes", _columns(signature.get("inputs", [])))
    yield from _section("it gives", _columns(signature.get("outputs", [])))
    yield from _section("it needs", [f"  {safe(line)}" for line in row["requirements"]])
    files = _pairs({path: size(count) for path, count in row["files"].items()})
    yield from _section("files", _cut(files, _SHOWN_FILES))


def _head(row: Mapping[str, Any]) -> dict[str, Any]:
    details = row["details"]
    facts = {
        "digest": row["digest"],
        "flavour": row["flavor"],
        "class": details.get("class"),
        "format": details.get("serialization") or details.get("format"),
        "file": details.get("file"),
        "task": row["task"],
        "methods": ", ".join(row["methods"]),
        "python": row["python"],
        "example": row["example"],
    }
    return {key: value for key, value in facts.items() if value}


def _loading(loading: Mapping[str, Any]) -> Iterator[str]:
    if not loading["runs"]:
        yield "  runs no code of the package"
        return
    yield f"  runs code: {safe(loading['runs'])}"
    yield f"  {_vouched(loading)}"
    for title, names in (("code in it", loading["code"]), ("a pickle names", loading["imports"])):
        if names:
            yield f"  {title}:"
            yield from _cut([f"    {safe(name)}" for name in names], _SHOWN_NAMES)


def _vouched(loading: Mapping[str, Any]) -> str:
    if loading["known"] is None:
        return "you have neither made nor trusted it: loading needs --trust"
    word = "made" if loading["known"] == "made" else "trusted"
    since = f" on {moment(loading['since'])}" if loading["since"] else ""
    return f"you {word} it{since}"


def _columns(columns: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        f"  {safe(column['name'] or '(all)')}  {column['type']}{_shape(column)}"
        + ("  may be missing" if column["nullable"] else "")
        for column in columns
    ]
    return _cut(lines, _SHOWN_COLUMNS)


def _shape(column: Mapping[str, Any]) -> str:
    return f" {column['shape']}" if column.get("shape") else ""


def _cut(lines: list[str], most: int) -> list[str]:
    rest = len(lines) - most
    return lines if rest <= 0 else [*lines[:most], f"  and {rest} more"]


def _section(title: str, lines: Any) -> Iterator[str]:  # noqa: ANN401 - any lines
    lines = list(lines)
    if lines:
        yield ""
        yield title
        yield from lines


def _pairs(values: Mapping[str, Any]) -> list[str]:
    from mltrack.cli.tables import laid_out

    rows = [[safe(key), safe(str(value))] for key, value in values.items()]
    return [f"  {line}" for line in laid_out(rows)]
