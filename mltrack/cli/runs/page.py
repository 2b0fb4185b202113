"""Lay out one run as a page that people read."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mltrack.cli.cells import cell, counted, moment, safe, size
from mltrack.cli.output import show

if TYPE_CHECKING:
    from mltrack.api.runs.page import RunPage, VersionOfRun

_DEEPER = "  "
_METRIC_COLUMNS = ("last", "step", "min", "max", "points")
_SHORT_COMMIT = 12


def show_run(run: Mapping[str, Any], handle: str, beside: "RunPage") -> None:
    """Print the page of a run, given as `show --output json` has it, and what stands beside it."""
    show("\n".join([safe(f"{run['name']}  {handle}"), *_lines(_head(run))]))
    _section("params", _lines(run["params"]))
    _section("metrics", _metrics(run["summaries"], beside.curves))
    _section("tags", _lines(run["tags"]))
    _section("models", _versions(beside.versions))
    _section("inputs", _fitting([_input(n, facts) for n, facts in run["inputs"].items()]))
    _section("code", _lines(_code(run["code"])))
    _section("project", _lines(_project(run["project"])))
    _section("environment", _lines(_environment(run)))
    _section("artifacts", _artifacts(run["artifacts"]))
    _section("children", _children(run["children"]))
    _section("traceback", [f"  {safe(line)}" for line in run["traceback"].splitlines()])
    _section("notes", [line for note in run["notes"] for line in _note(note)])


def _head(run: Mapping[str, Any]) -> dict[str, Any]:
    began, ended = run["started"], run["ended"]
    facts = {
        "id": run["id"],
        "experiment": run["experiment"],
        "status": run["status"] + _removed(run),
        "started": moment(began),
        "ended": f"{moment(ended)} (after {duration(began, ended)})" if ended else None,
        "command": _command(run["project"]),
        "user": f"{run['user']} (told by {run['user_source']})" if run["user"] else None,
        "host": run["host"],
        "parent": run["parent"],
        "job": run["job"],
        "error": run["error"] or None,
        "dropped": run["dropped"] or None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _command(project: Mapping[str, Any]) -> str | None:
    """Return the command line as a shell takes it; None where it is not known."""
    import shlex

    words = project.get("argv")
    return shlex.join(map(str, words)) if isinstance(words, list) and words else None


def _project(project: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of the project, the command left out that stands above."""
    return {k: v for k, v in project.items() if k != "argv" or _command(project) is None}


def _versions(versions: "Sequence[VersionOfRun]") -> list[str]:
    return _fitting([[safe(v.uri), safe(v.stage), v.why] for v in versions])


def _removed(run: Mapping[str, Any]) -> str:
    """Return what stands behind the status of a run that listings leave out, else nothing."""
    if run["deleted"]:
        return ", removed"
    return ", removed with its experiment" if run["experiment_deleted"] else ""


def duration(began: str, ended: str) -> str:
    """Return the time between two moments in its two largest units."""
    from datetime import datetime

    span = datetime.fromisoformat(ended) - datetime.fromisoformat(began)
    seconds = span.total_seconds()
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _input(name: str, facts: Mapping[str, Any]) -> list[str]:
    """Return a data set's name, what it was used for, its size, where it came from, its digest."""
    columns, more = facts.get("columns"), facts.get("columns_more")
    named = len(columns) if isinstance(columns, Mapping) else None
    told = {
        "row": facts.get("rows"),
        "column": named + more if named and isinstance(more, int) else named,
        "file": facts.get("files"),
    }
    counts = [counted(count, noun) for noun, count in told.items() if isinstance(count, int)]
    if isinstance(facts.get("size"), int):
        counts.append(size(facts["size"]))
    digest = str(facts.get("digest") or "")[:_SHORT_COMMIT]
    texts = (name, facts.get("context") or "", ", ".join(counts), facts.get("source") or "", digest)
    return [safe(str(text)) for text in texts]


def _code(code: Mapping[str, Any]) -> dict[str, Any]:
    commit = str(code.get("commit") or "")[:_SHORT_COMMIT]
    changed = " with changes" if code.get("dirty") else ""
    shown = {
        "commit": f"{commit or 'none yet,'}{changed}" if commit or changed else None,
        "branch": code.get("branch"),
        "remote": code.get("remote"),
    }
    return {key: value for key, value in shown.items() if value}


def _environment(run: Mapping[str, Any]) -> dict[str, Any]:
    packages = run.get("packages") or []
    return {**run["environment"], **({"packages": len(packages)} if packages else {})}


def _note(note: Mapping[str, Any]) -> list[str]:
    """Return who noted it and when, and the text itself line by line."""
    head = "  ".join([moment(note["time"]), *([note["by"]] if note["by"] else [])])
    return [f"  {safe(head)}", *(f"    {safe(line)}" for line in note["text"].splitlines())]


def _section(title: str, lines: Sequence[str]) -> None:
    if lines:
        show("\n".join(["", title, *lines]))


def _lines(values: Mapping[str, Any]) -> list[str]:
    rows = [[safe(str(key)), cell(value)] for key, value in values.items()]
    return _aligned(rows)


def _metrics(summaries: Mapping[str, Mapping[str, Any]], curves: Mapping[str, str]) -> list[str]:
    rows = [
        [
            safe(name),
            *(cell(s[k]) for k in ("last", "last_step", "min", "max", "count")),
            curves.get(name, ""),
        ]
        for name, s in summaries.items()
    ]
    return _fitting([["", *_METRIC_COLUMNS, ""], *rows]) if rows else []


def _children(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    return _fitting([[run["id"], safe(run["name"]), run["status"]] for run in runs])


def _artifacts(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the files as a tree: what lies in a folder stands below it, set in."""
    rows: list[list[str]] = []
    before: tuple[str, ...] = ()
    for entry in entries:
        *folders, name = entry["path"].split("/")
        same = _common(before, folders)
        rows += [
            [f"{_DEEPER * depth}{safe(folder)}/", "", ""]
            for depth, folder in enumerate(folders)
            if depth >= same
        ]
        before = tuple(folders)
        indent = _DEEPER * len(folders)
        rows.append([f"{indent}{safe(name)}", size(entry["size"]), _absent(entry)])
    return _fitting(rows)


def _common(before: Sequence[str], folders: Sequence[str]) -> int:
    """Return how many of the first folders are the same."""
    pairs = enumerate(zip(before, folders, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(before), len(folders)))


def _absent(entry: Mapping[str, Any]) -> str:
    """Return what is to be said of a file that this machine lacks."""
    return "" if entry["here"] else "not here"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    from mltrack.cli.tables import laid_out

    return [f"  {line}" for line in laid_out(rows)]


def _fitting(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of columns, on a terminal cut at its width."""
    import sys

    from mltrack.cli.tables import room, shortened

    lines = _aligned(rows)
    return [shortened(line, room()) for line in lines] if sys.stdout.isatty() else lines
