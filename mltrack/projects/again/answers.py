"""Which run answers an order already: one that had the same of everything, and finished."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import MltrackError
from mltrack.projects.again.code import patch_of
from mltrack.projects.again.content import Contents
from mltrack.projects.again.values import is_masked, with_given
from mltrack.projects.running.described import CONTEXT
from mltrack.store.git import GitError
from mltrack.store.layout import PACKAGES
from mltrack.store.plain import read_plain
from mltrack.store.store import Store
from mltrack.tracking.datasets import facts_of
from mltrack.tracking.entities import RunRecord

_OWN = "mltrack-local "
_MOST_CODES = 50
"""So many different codes are held against the present one; each costs a few git processes."""


class Asked(NamedTuple):
    """All that decides what a run comes to.

    Attributes:
        project: name, entry point, folder and digest of the project, as a record has them.
        home: the folder from which the paths of a record count.
        params: the parameters, as a record has them.
        data: the digest of the data behind parameters, by name.
        environment: kind, key, Python, variables: what the record would say.
        packages: the resolved packages, as `environment.txt` has them.
        code: which code there is, as the record would say.
        patch: what that has beside its commit.
        unwatched: files that git has been told not to look at, and that are there.
        import_path: the folders of the caller from which it would import.
    """

    project: Mapping[str, Any]
    home: Path
    params: Mapping[str, Any]
    data: Mapping[str, str]
    environment: Mapping[str, Any]
    packages: Sequence[str]
    code: Mapping[str, Any]
    patch: bytes
    unwatched: Sequence[str] = ()
    import_path: str = ""


class Answer(NamedTuple):
    """The run that answers, or why none does."""

    run: RunRecord | None
    why: str = ""


def unknowable(asked: Asked) -> str:
    """Return why no run can be known to be the same; empty where one can."""
    return next(_unknown_code(asked), "") or next(_unknown_world(asked), "")


def _unknown_code(asked: Asked) -> Iterator[str]:
    code = asked.code
    if not code:
        yield "the project lies in no git repository, so what its code was is not known"
    if code.get("error"):
        yield f"what the code is could not be told: {code['error']}"
    if code.get("masked_lines"):
        yield "secrets were masked in the code, so that it may be another one"
    if code.get("untracked_more") or None in _untracked(code).values():
        yield "there are files that git does not track and that nobody has read"
    if code.get("changed_submodules"):
        yield f"what is changed in {', '.join(code['changed_submodules'])} is not known"
    if asked.unwatched:
        yield f"git was told not to look at {asked.unwatched[0]}"
    if asked.project.get("folder") is None:
        yield "the project lies outside of the folder that holds the store"


def _unknown_world(asked: Asked) -> Iterator[str]:
    """Yield what beside the code nobody has looked at."""
    variables = asked.environment.get("variables") or {}
    if asked.import_path or variables.get("PYTHONPATH"):
        yield "PYTHONPATH is set, and what lies there is not known"
    if asked.environment.get("kind") == "local":
        notes = asked.environment.get("notes") or ()
        yield from (note for note in notes if not note.startswith(_OWN))
    for name, value in {**variables, **asked.params}.items():
        if is_masked(value):
            yield f"{name} is masked as a secret, so that it may be another one"


def answer(store: Store, asked: Asked, runs: Sequence[RunRecord], known: Contents) -> Answer:
    """Return the newest of some runs that had the same of everything.

    Args:
        store: the store of the runs.
        asked: what is to run.
        runs: runs that have finished, the newest first.
        known: names the content of code.
    """
    whys: list[str] = []
    digest_of = cache(_digest)
    codes: dict[tuple[object, object], bool] = {}
    for run in runs:
        had = with_given(store, run)
        why = next(_differences(store, asked, had), "") or _other_data(asked, run, digest_of)
        if not why:
            key = run.code.get("base"), run.code.get("patch")
            if key not in codes and len(codes) < _MOST_CODES:
                codes[key] = _is_same_code(store, asked, run, known)
            if codes.get(key):
                return Answer(run)
            why = "its code was another one"
        whys.append(f"run {run.handle} would do, but {why}")
    return Answer(None, whys[0] if whys else "no run with these parameters has finished")


def _differences(store: Store, asked: Asked, run: RunRecord) -> Iterator[str]:
    """Yield in what a run was another one, but for its code: what is cheap to tell first."""
    if any(run.project.get(key) != asked.project[key] for key in ("name", "entry", "folder")):
        yield "it was of another project or entry point"
    if run.project.get("digest") != asked.project["digest"]:
        yield "its project.yaml was another one"
    for name, value in asked.params.items():
        if _exact(run.params.get(name)) != _exact(value):
            yield f"{name} was {run.params.get(name)!r}"
    inputs = run.inputs.items()
    read = {name: f.get("digest") for name, f in inputs if f.get("context") == CONTEXT}
    if read != dict(asked.data):
        yield "its data was another one"
    environment = asked.environment
    if run.environment.get("variables") != environment.get("variables"):
        yield "its variables were others"
    if not _is_same_environment(store, asked, run):
        yield "its environment was another one"
    if _untracked(run.code) != _untracked(asked.code) or run.code.get("masked_lines"):
        yield "files that git does not track were others"
    if run.code.get("changed_submodules"):
        yield "what was changed in its submodules is not known"


def _exact(value: object) -> str:
    """Return a text that tells 1 from 1.0 and true, and 0.0 from -0.0."""
    return json.dumps(value, default=str)


def _other_data(asked: Asked, run: RunRecord, digest_of: Callable[[Path], str | None]) -> str:
    """Return which data, of what the code of a run told that it read, may be another one now."""
    for name, facts in run.inputs.items():
        source = facts.get("source")
        if facts.get("context") == CONTEXT or not isinstance(source, str):
            continue
        path = Path(source).expanduser() if source.startswith("~/") else asked.home / source
        if "://" in source or digest_of(path) != facts.get("digest"):
            return f"the data {name} that it read, {source}, may be another one"
    return ""


def _digest(path: Path) -> str | None:
    """Return the digest of a file or folder; None where there is none to be read."""
    try:
        return str(facts_of(path)["digest"])
    except (OSError, MltrackError):
        return None


def _is_same_environment(store: Store, asked: Asked, run: RunRecord) -> bool:
    had, now = run.environment, asked.environment
    if had.get("kind") != now.get("kind"):
        return False
    if now.get("key") and had.get("key") == now["key"]:
        return True
    if had.get("python") != now.get("python"):
        return False
    try:
        packages = read_plain(store.layout.run_folder(run.id) / PACKAGES)
    except OSError:
        packages = b""
    return packages.decode("utf-8", "replace").splitlines() == list(asked.packages)


def _untracked(code: Mapping[str, Any]) -> dict[str, Any]:
    listed = code.get("untracked")
    entries = listed if isinstance(listed, list) else []
    return {str(e.get("path")): e.get("sha256") for e in entries if isinstance(e, Mapping)}


def _is_same_code(store: Store, asked: Asked, run: RunRecord, known: Contents) -> bool:
    base, patch = run.code.get("base"), run.code.get("patch")
    if (base, patch) == (asked.code.get("base"), asked.code.get("patch")):
        return True
    try:
        had = known.tree(None if base is None else str(base), patch_of(store, run))
        return had == known.tree(asked.code.get("base"), asked.patch)
    except (GitError, MltrackError):  # the commit is not here, or the patch is gone
        return False
