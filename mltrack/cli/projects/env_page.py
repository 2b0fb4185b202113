"""An environment as a page to read, or for programs: `mltrack env show`."""

import shlex
from typing import TYPE_CHECKING

from mltrack.api.projects import envs
from mltrack.cli.cells import cell, moment, safe, size
from mltrack.cli.output import PageFormat, say, show, show_json
from mltrack.cli.tables import laid_out
from mltrack.errors import NotFoundError

if TYPE_CHECKING:
    from mltrack.envs.cached import Cached


def show_environment(found: "Cached", output: PageFormat, *, lock: bool) -> None:
    """Show an environment of the cache, or its lock alone."""
    if lock:
        _show_text(found.lock)
    elif output is PageFormat.JSON:
        show_json({"environment": {**envs.row_of(found), "lock": found.lock.splitlines()}})
    else:
        _show_page(found, found.lock)


def show_project(path: str, output: PageFormat, *, lock: bool) -> None:
    """Show the environment that a project asks for, built or not, or its lock alone.

    Raises:
        NotFoundError: its lock is asked for, and it is not built yet.
    """
    wanted = envs.project_environment(path)
    packages = (wanted.environment.packages or b"").decode() if wanted.environment else ""
    if lock and wanted.environment is None:
        raise NotFoundError(
            f"the environment of {wanted.project} is not built yet, so it has no lock",
            fix=f"mltrack env build {shlex.quote(path)}",
        )
    if lock:
        _show_text(packages)
    elif output is PageFormat.JSON:
        found = envs.row_of(wanted.cached) if wanted.cached else None
        asked = {"project": wanted.project, "requirements": list(wanted.requirements)}
        built = {**found, "lock": packages.splitlines()} if found else None
        show_json({**asked, "python": wanted.python, "environment": built})
    elif wanted.cached is None:
        show(f"{safe(wanted.project)}: not built yet")
        _show_lines({"python": wanted.python, "requirements": ", ".join(wanted.requirements)})
        say(f"next: mltrack env build {shlex.quote(path)}")
    else:
        _show_page(wanted.cached, packages, wanted.project)


def _show_page(found: "Cached", lock: str, project: str = "") -> None:
    row = envs.row_of(found)
    show(f"{found.id}{f'  the environment of {safe(project)}' if project else ''}")
    facts = {
        "key": row["key"],
        "python": f"{row['python']} ({found.marker.interpreter})",
        "installer": row["installer"],
        "requirements": ", ".join(row["requirements"]),
        "packages": cell(row["packages"]),
        "size": f"{size(row['size'])}, of which {size(row['own_size'])} are its own",
        "made": moment(row["made"]),
        "used": moment(row["used"]),
        "in use": ", ".join(row["in_use"]),
        "folder": row["folder"],
    }
    _show_lines({key: value for key, value in facts.items() if value})
    if lock:
        show("\nlock")
        for line in lock.splitlines():
            show(f"  {safe(line.partition(' --hash=')[0])}")


def _show_lines(facts: dict[str, str]) -> None:
    for line in laid_out([[key, safe(value)] for key, value in facts.items()]):
        show(f"  {line}")


def _show_text(text: str) -> None:
    for line in text.splitlines():
        show(safe(line))
