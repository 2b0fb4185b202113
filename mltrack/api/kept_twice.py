"""Say of which versions the files are those of the other run, where an import kept a run twice."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mltrack.errors import MltrackError
from mltrack.importers.runs import alike
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.sources import check_files
from mltrack.store.store import Store


def told_of_others(store: Store, models: Iterable[ModelState]) -> Iterator[str]:
    """Yield a line for each version whose run is kept twice, and has other files here than it has.

    A version names the id that its run had where it was registered.
    """
    for version in (version for state in models for version in state.versions):
        run_id = version.source.run
        others = alike(store, run_id)[1:] if run_id else []
        if run_id and others and not _has_files(store, run_id, version):
            told = f"{version.uri} is of run {run_id}, which is kept twice, and not of the one here"
            own = next((other for other in others if _has_files(store, other, version)), None)
            yield f"{told}{f': {_register(version, own)}' if own else ''}"


def _has_files(store: Store, run_id: str, version: Version) -> bool:
    """Tell whether the files of a version are those of this run."""
    try:
        check_files(store, version._replace(source=replace(version.source, run=run_id)))
    except MltrackError:
        return False
    return True


def _register(version: Version, run_id: str) -> str:
    source = f"runs:/{run_id}/{version.source.path}"
    return shlex.join(["mltrack", "register", source, version.model])
