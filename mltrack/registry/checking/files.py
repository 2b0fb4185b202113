"""Whether the files of a version are in a commit, so that it does not live on one machine only."""

from pathlib import Path

from mltrack.errors import MltrackError
from mltrack.registry.entities import Version
from mltrack.registry.inline import unpushed_files
from mltrack.registry.sources import check_files
from mltrack.store.git_files import listed_at
from mltrack.store.layout import ARTIFACTS
from mltrack.store.manifest import read_manifest
from mltrack.store.store import Store
from mltrack.tracking.reader import folders_of, load_run

_NAMED = 3


def fault_of_files(store: Store, top: Path, commit: str, version: Version) -> str:
    """Return why the files of a version cannot be relied on; an empty text where they can.

    Args:
        store: the store.
        top: the top of the work tree.
        commit: the commit that must have them.
        version: the version.
    """
    try:
        check_files(store, version)
        lacking = unpushed_files(store, version) or _uncommitted(store, top, commit, version)
    except MltrackError as error:
        return error.message
    if not lacking:
        return ""
    more = f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
    return f"git does not carry {', '.join(lacking[:_NAMED])}{more}"


def _uncommitted(store: Store, top: Path, commit: str, version: Version) -> tuple[str, ...]:
    """Return the files of a version that lie here and that a commit lacks."""
    prefix = f"{version.source.path}/"
    lacking: list[str] = []
    for folder in _folders(store, version):
        below = (folder / ARTIFACTS).relative_to(top).as_posix()
        entries = [
            e for e in read_manifest(folder).values() if e.inline and e.path.startswith(prefix)
        ]
        there = {path for path, _ in listed_at(top, commit, below)} if entries else set()
        lacking += (e.path for e in entries if f"{below}/{e.path}" not in there)
    return tuple(sorted(lacking))


def _folders(store: Store, version: Version) -> list[Path]:
    run = version.source.run
    if run is None:
        return [store.layout.model_version(version.folder, version.id)]
    return list(folders_of(store, run, load_run(store, run).writers))
