"""mltrack status: how the store stands."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mltrack.cli.bar import bar
from mltrack.cli.cells import counted, safe
from mltrack.cli.options import PageOption
from mltrack.cli.output import PageFormat, show, show_json, warn

if TYPE_CHECKING:
    from mltrack.api.status import Status


def status(output: PageOption = PageFormat.PAGE) -> None:
    """Show how the store stands.

    Where it is, its runs by status, what is not committed, what is contested, proposed or broken,
    what is only on this machine, and what to do next.

    Examples:
      mltrack status
      mltrack status --output json
    """
    from mltrack.api.status import store_status

    with bar("reading") as progress:
        found = store_status(progress=progress)
    for warning in found.warnings:
        warn(warning)
    if output is PageFormat.PAGE:
        _show_page(found)
    else:
        show_json({"status": _document(found)})


def _document(status: "Status") -> dict[str, Any]:
    git = status.git
    return {
        "store": str(status.root),
        "runs": status.by_status,
        "removed": status.removed,
        "running": [run.id for run in status.running],
        "lost": [run.id for run in status.lost],
        "broken": list(status.broken),
        "uncommitted": None if git is None else list(git.runs),
        "git": None
        if git is None
        else {
            "files": git.files,
            "new": list(git.new),
            "staged": list(git.staged),
            "changed": list(git.changed),
            "ignored_by": status.ignored._asdict() if status.ignored else None,
        },
        "contested": list(status.contested),
        "requests": list(status.requests),
        "objects_only_here": status.only_here,
        "bytes_only_here": status.only_here_bytes,
        "index_is_stale": status.stale,
        "warnings": list(status.warnings),
        "next": list(status.next_steps),
    }


def _show_page(status: "Status") -> None:
    from mltrack.cli.tables import laid_out

    show("\n".join(laid_out([[key, safe(value)] for key, value in _facts(status)])))


def _facts(status: "Status") -> Iterator[tuple[str, str]]:
    from mltrack.cli.cells import size

    counts = ", ".join(f"{count} {name}" for name, count in sorted(status.by_status.items()))
    yield "store", str(status.root)
    removed = f"{status.removed} removed" if status.removed else ""
    yield "runs", ", ".join(filter(None, (counts, removed))) or "none yet"
    if status.broken:
        yield "broken", f"{counted(len(status.broken), 'run')} that cannot be read"
    if status.uncommitted:
        yield "not committed", f"{counted(len(status.uncommitted), 'run')}{_parts(status)}"
    elif status.git and status.git.files:
        yield "not committed", f"{counted(status.git.files, 'file')}{_parts(status)}"
    if status.contested:
        yield "contested", "; ".join(status.contested)
    for request in status.requests:
        yield "proposed", request
    if status.only_here:
        objects = f"{counted(status.only_here, 'object')} ({size(status.only_here_bytes)})"
        yield "only here", f"{objects} that git does not carry"
    for step in status.next_steps:
        yield "next", step


def _parts(status: "Status") -> str:
    """Return how many runs are new, staged and changed, where that is not plain already."""
    git = status.git
    if git is None:
        return ""
    parts = {"new": git.new, "staged": git.staged, "changed": git.changed}
    told = [f"{len(runs)} {word}" for word, runs in parts.items() if runs]
    return f" ({', '.join(told)})" if told and told != [f"{len(git.new)} new"] else ""
