"""mltrack diff: how the code, the environment and the files of two runs differ."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli import completing
from mltrack.cli.cells import MISSING, cell, safe, size
from mltrack.cli.options import PageOption
from mltrack.cli.output import PageFormat, say, show, show_json, warn
from mltrack.errors import EXIT_NO, UsageError

if TYPE_CHECKING:
    from mltrack.api.runs.diffing import FileDifference, RunDifference
    from mltrack.projects.again.content import Change


FirstArgument = Annotated[
    str, typer.Argument(metavar="A", help="A run.", autocompletion=completing.runs)
]
SecondArgument = Annotated[
    str, typer.Argument(metavar="B", help="Another run.", autocompletion=completing.runs)
]
PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH...]", help="Only code and files of these names."),
]
StatOption = Annotated[bool, typer.Option("--stat", help="How much of each file, not what.")]
NameOnlyOption = Annotated[bool, typer.Option("--name-only", help="Names of files only.")]


def diff(
    before: FirstArgument,
    after: SecondArgument,
    paths: PathsArgument = None,
    stat: StatOption = False,
    name_only: NameOnlyOption = False,
    output: PageOption = PageFormat.PAGE,
) -> None:
    """Show how code, environment and files of two runs differ.

    The code is what really ran: the commit with what was not committed, read from git. Exits with
    0 where nothing differs, and with 1 where something does, as diff does.

    Examples:
      mltrack diff 2 1
      mltrack diff @max:acc 1 train.py
      mltrack diff 2 1 --stat
    """
    from mltrack.api.runs.diffing import diff_runs

    if stat and name_only:
        raise UsageError("--stat and --name-only exclude each other", fix="name only one")
    found = diff_runs([before, after], paths=paths or ())
    for line in found.unknown:
        warn(line)
    if output is PageFormat.JSON:
        show_json({"diff": _document(found)})
    elif name_only:
        _show_names(found)
    elif stat:
        _show_stat(found)
    else:
        _show_all(found)
    if found.differs:
        raise typer.Exit(EXIT_NO)
    say("nothing differs: for parameters and metrics there is mltrack compare")


def _document(found: "RunDifference") -> dict[str, Any]:
    return {
        "runs": [run.id for run in found.runs],
        "code": {
            "changes": [change._asdict() for change in found.code.changes],
            "text": found.code.text.decode("utf-8", "replace"),
        },
        "environment": [difference.to_json() for difference in found.environment],
        "untracked": [file._asdict() for file in found.untracked],
        "artifacts": [file._asdict() for file in found.artifacts],
        "unknown": list(found.unknown),
    }


def _show_names(found: "RunDifference") -> None:
    names = [change.path for change in found.code.changes]
    names += [file.path for file in found.untracked]
    names += ["environment.txt"] if found.environment else []
    names += [f"artifacts/{file.path}" for file in found.artifacts]
    for name in names:
        show(safe(name))


def _show_stat(found: "RunDifference") -> None:
    _section("code", [_change(change) for change in found.code.changes])
    _show_rest(found, texts=False)


def _show_all(found: "RunDifference") -> None:
    if found.code.text:
        show("\n".join(["code", *_lines(found.code.text.decode("utf-8", "replace")), ""]))
    _show_rest(found, texts=True)


def _show_rest(found: "RunDifference", *, texts: bool) -> None:
    _section("untracked", [_file(file) for file in found.untracked])
    rows = [[safe(d.key), *(cell(value) for value in d.values)] for d in found.environment]
    _section("environment", [[key, old, "->", new] for key, old, new in rows])
    _section("artifacts", [_file(file) for file in found.artifacts])
    for file in found.artifacts if texts else ():
        if file.text:
            show("\n".join([*_lines(file.text), ""]))


def _section(title: str, rows: list[list[str]]) -> None:
    from mltrack.cli.tables import laid_out

    if rows:
        show("\n".join([title, *(f"  {line}" for line in laid_out(rows)), ""]))


def _change(change: "Change") -> list[str]:
    if change.added is None or change.removed is None:
        return [safe(change.path), "no text"]
    return [safe(change.path), f"+{change.added} -{change.removed}"]


def _file(file: "FileDifference") -> list[str]:
    sizes = [MISSING if one is None else size(one) for one in (file.before, file.after)]
    kind = "added" if file.before is None else "removed" if file.after is None else "changed"
    return [safe(file.path), kind, sizes[0], "->", sizes[1]]


def _lines(text: str) -> list[str]:
    """Return the lines of a unified diff, safe to print; on a terminal in colour."""
    from mltrack.cli.tables import GREEN, PLAIN, RED, is_styled

    colours = {"+": GREEN, "-": RED} if is_styled() else {}
    shown = []
    for line in text.rstrip("\n").split("\n"):
        clean = "\t".join(map(safe, line.split("\t")))
        colour = colours.get(line[:1])
        shown.append(f"{colour}{clean}{PLAIN}" if colour else clean)
    return shown
