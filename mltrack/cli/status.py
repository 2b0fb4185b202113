"""mltrack status: how the store stands."""

from typing import TYPE_CHECKING, Any

from mltrack.cli.cells import counted, safe
from mltrack.cli.options import PageOption
from mltrack.cli.output import PageFormat, show, show_json, warn

if TYPE_CHECKING:
    from mltrack.api.status import Status


def status(output: PageOption = PageFormat.PAGE) -> None:
    """Show how the store stands.

    Where it is, its runs by status, what is not committed, and what to do next.

    Examples:
      mltrack status
    """
    from mltrack.api.status import store_status

    found = store_status()
    for warning in found.warnings:
        warn(warning)
    if output is PageFormat.PAGE:
        _show_page(found)
    else:
        show_json({"status": _document(found)})


def _document(status: "Status") -> dict[str, Any]:
    return {
        "store": str(status.root),
        "runs": status.by_status,
        "running": [run.id for run in status.running],
        "uncommitted": None if status.uncommitted is None else list(status.uncommitted),
        "objects_only_here": status.only_here,
        "next": list(status.next_steps),
    }


def _show_page(status: "Status") -> None:
    from mltrack.cli.tables import laid_out

    counts = ", ".join(f"{count} {name}" for name, count in sorted(status.by_status.items()))
    facts = [("store", str(status.root)), ("runs", counts or "none yet")]
    if status.uncommitted:
        facts.append(("not committed", counted(len(status.uncommitted), "run")))
    if status.only_here:
        facts.append(
            ("only here", f"{counted(status.only_here, 'object')} that git does not carry")
        )
    facts += [("next", step) for step in status.next_steps]
    show("\n".join(laid_out([[key, safe(value)] for key, value in facts])))
