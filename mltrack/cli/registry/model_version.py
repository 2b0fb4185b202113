"""Lay out one version of a model as a page: what it is, where it comes from, what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from mltrack.cli.cells import cell, moment, safe
from mltrack.cli.output import Format, PageFormat, show, show_json, show_listing

_SHORT = 12
_HEAD = ("id", "digest", "flavor", "registered", "registered_by", "reason", "description")


def show_version(reference: str, output: PageFormat) -> None:
    """Print a version with its lineage."""
    from mltrack.api.registry.lineage import model_lineage
    from mltrack.api.registry.lineage_rows import lineage_row

    found = model_lineage(reference)
    row = lineage_row(found)
    if output is PageFormat.JSON:
        show_json({"version": row})
        return
    show(safe(f"{row['model']} {found.version.label}"))
    for title, rows in _sections(row):
        _section(title, rows)


def list_from_data(
    data: str, output: Format, *, stage: str | None, owner: str | None, deleted: bool
) -> None:
    """Print the versions that came from a data set."""
    from mltrack.api.registry.lineage import versions_from_data
    from mltrack.api.registry.lineage_rows import from_data_row
    from mltrack.cli.output import say

    found = versions_from_data(data, stage=stage, owner=owner, deleted=deleted)
    rows = [from_data_row(one) for one in found]
    if not rows:
        say(f"no version came from {data}")
    columns = ["model", "number", "id", "stage", "run", "input", "source", "data"]
    show_listing(output, "versions", rows, columns)


def _sections(row: Mapping[str, Any]) -> list[tuple[str, Sequence[Sequence[str]]]]:
    return [
        ("", _pairs(_head(row))),
        ("metrics", _pairs(row["metrics"])),
        ("made by", _pairs(_run(row))),
        ("data", [_data(one) for one in row["data"]]),
        ("environment", _pairs(_environment(row["environment"]))),
        (
            "stands on",
            [[one["kind"], safe(one["name"]), _text(one["through"])] for one in row["parents"]],
        ),
        ("evaluated", [line for one in row["evaluations"] for line in _evaluation(one)]),
        ("evaluations that do not count", [_altered(run) for run in row["altered_evaluations"]]),
        ("open requests", [_request(one) for one in row["requests"]]),
        ("stages", [_move(one) for one in row["stages"]]),
        ("gates", [line for one in row["stages"] for line in _gates(one)]),
    ]


def _head(row: Mapping[str, Any]) -> dict[str, Any]:
    stage = row["stage"] or f"{' or '.join(row['claimed'])} (contested)"
    forced = " (forced)" if row["forced"] else ""
    known = {key: row[key] for key in _HEAD}
    words = {"aliases": ", ".join(row["aliases"]), "path": row["source"]["path"]}
    return {"number": row["number"], "stage": f"{stage}{forced}", **known, **words, **row["tags"]}


def _run(row: Mapping[str, Any]) -> dict[str, Any]:
    run, code = row["ran"], row["code"]
    if run is None:
        return {"run": f"{row['run']} (not here)"} if row["run"] else {}
    commit = str(code.get("commit") or "")[:_SHORT]
    return {
        "run": f"{run['id']} ({run['name']})",
        "by": run["user"],
        "host": run["host"],
        "started": run["started"],
        "commit": commit + (" with changes" if commit and code.get("dirty") else ""),
        "branch": code.get("branch"),
        "remote": code.get("remote"),
        "verified": row["verified"].get("verify"),
    }


def _data(facts: Mapping[str, Any]) -> list[str]:
    digest = str(facts.get("digest") or "")[:_SHORT]
    rows = f"{facts['rows']} rows" if isinstance(facts.get("rows"), int) else ""
    return [safe(facts["name"]), _text(facts.get("source")), rows, safe(digest)]


def _environment(facts: Mapping[str, Any]) -> dict[str, Any]:
    lock = str(facts.get("lock") or "")[:_SHORT]
    return {**facts, "lock": lock}


def _evaluation(found: Mapping[str, Any]) -> list[list[str]]:
    figures = ", ".join(f"{name} {cell(value)}" for name, value in found["metrics"].items())
    return [[found["run"], f"on {found['data'][:_SHORT]}", safe(figures)]]


def _altered(run: str) -> list[str]:
    return [safe(run), "its figures were changed after it had ended"]


def _request(one: Mapping[str, Any]) -> list[str]:
    approved = f"approved by {', '.join(one['approvals'])}" if one["approvals"] else ""
    texts = [one["stage"], one["by"], moment(one["time"]), one["reason"], approved]
    return [safe(text) for text in texts]


def _move(one: Mapping[str, Any]) -> list[str]:
    more = [word for word in ("forced", "unpushed") if one[word]]
    what = f"{one['from']} -> {one['to']}" if one["from"] else f"{one['kind']} in {one['to']}"
    texts = [f"{one['label']} {what}", one["by"], "; ".join([one["reason"] or "-", *more])]
    return [moment(one["time"]), safe(one["stage"]), *(safe(text) for text in texts)]


def _gates(one: Mapping[str, Any]) -> list[list[str]]:
    return [
        [
            moment(one["time"]),
            "met" if gate["passed"] else "not met",
            safe(gate["gate"]),
            safe(gate["found"]),
        ]
        for gate in one["gates"]
    ]


def _text(value: object) -> str:
    return safe(str(value)) if value else ""


def _pairs(values: Mapping[str, Any]) -> list[list[str]]:
    return [[safe(str(key)), cell(value)] for key, value in values.items() if value or value == 0]


def _section(title: str, rows: Sequence[Sequence[str]]) -> None:
    from mltrack.cli.tables import laid_out

    if not rows:
        return
    if title:
        show(f"\n{title}")
    for line in laid_out(rows):
        show(f"  {line}")
