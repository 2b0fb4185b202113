"""Branches that `registry check` is asked about, and events that no command would write."""

from pathlib import Path
from typing import Any

import mltrack
from mltrack.registry.checking.entities import Report
from mltrack.registry.reader import load_model
from mltrack.store.events import Event, record
from tests.registry.project import NAME, Project


def begin(project: Project, versions: int = 2, config: str = "") -> None:
    """Register versions on main, set its policy, and stand on a branch that may change things.

    A project that has versions already keeps those.
    """
    for _ in range(0 if project.events else versions):
        project.register()
    if config:
        project.repo.write(".mltrack/config.yaml", f"format: 1\n{config}")
    project.repo.commit("Register")
    project.repo.branch("change")


def check(project: Project, **asked: Any) -> Report:
    """Commit everything and check the branch against main."""
    project.repo.commit("Change")
    return mltrack.check_registry("main", **asked)


def told(project: Project, **asked: Any) -> str:
    """Return what is found on the branch, in one text; empty where nothing is."""
    return "\n".join(f"{one.file}: {one.what}" for one in check(project, **asked).findings)


def forge(project: Project, kind: str, *, time: str = "", **said: Any) -> Path:
    """Write an event that follows all others of the model, whatever it says."""
    state = load_model(project.store, NAME)
    body = {"model": NAME, "version": state.versions[0].id, **said}
    if kind in {"promoted", "demoted", "archived"}:
        body = {"from": "dev", "replaces": [], "replaced_to": None, "evidence": {}, **body}
    event = Event(
        kind=kind,
        subject=state.folder,
        parents=state.heads,
        actor={"name": "Eve", "email": "eve@example.org", "source": "git"},
        body=body,
        time=time,
    )
    folder = project.store.layout.model_events(state.folder)
    written = record(folder, event, tmp=project.store.layout.tmp)
    return folder / f"{written.name}.yaml"
