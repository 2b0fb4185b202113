"""Read the runs that are named, and their files."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mltrack.api.runs.run import Run
from mltrack.api.selectors import select_run
from mltrack.api.selectors import select_runs as _select_runs
from mltrack.api.store import opened_store, store_at
from mltrack.errors import NotFoundError, UsageError
from mltrack.store.layout import OUTPUT, refuse_links
from mltrack.store.manifest import Entry
from mltrack.store.rotating import Parts, followed, opened_parts
from mltrack.store.store import Store
from mltrack.tracking.catalog import search
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.reader import load_run


def get_run(text: str, *, rev: str | None = None) -> Run:
    """Return one run by id, handle, position or selector such as `@max:acc`.

    Args:
        text: names the run.
        rev: a commit of git whose runs are meant; None: those that are here now.

    Raises:
        NotFoundError: no run matches, or there is no such commit.
        ConflictError: several match.
    """
    store = store_at(rev=rev) if rev else opened_store()
    return Run(store, select_run(store, text))


def select_runs(texts: str | Sequence[str]) -> list[Run]:
    """Return the runs that selectors mean; `1..5` means five."""
    store = opened_store()
    records = _select_runs(store, texts)
    handles = search.handles(store, [record.id for record in records])
    return [Run(store, record, handle=handles[record.id]) for record in records]


def distinct_runs(texts: str | Sequence[str]) -> list[Run]:
    """Return the runs that selectors mean, each once, whoever named it twice."""
    return list({run.id: run for run in select_runs(texts)}.values())


def artifact_path(uri: str) -> Path:
    """Return where an artifact can be read.

    Args:
        uri: `RUN/path/in/the/run`, or `runs:/RUN/path/in/the/run`.

    Raises:
        UsageError: the uri names no path.
        NotFoundError: no such run or artifact.
    """
    text, _, path = uri.removeprefix("runs:/").strip("/").partition("/")
    if not text or not path:
        raise UsageError(f"{uri!r} names no artifact", fix="write RUN/PATH, such as 1/plot.png")
    return get_run(text).artifact_path(path)


def list_artifacts(text: str) -> tuple[Entry, ...]:
    """Return the files that a run has logged, sorted by path, those too that are not here.

    Raises:
        NotFoundError: no run matches.
    """
    return get_run(text).artifacts


@contextlib.contextmanager
def opened_output(text: str) -> Iterator[Parts]:
    """Give the output of a run that `mltrack run` made, as far as it is kept on this machine.

    Raises:
        NotFoundError: its output is not on this machine.
    """
    store = opened_store()
    with opened_parts(_output_of(store, select_run(store, text))) as parts:
        yield parts


def followed_output(text: str, wait: Callable[[], None]) -> Iterator[bytes]:
    """Yield the output of a run as `opened_output` gives it, and what comes until the run ends.

    Args:
        text: the run.
        wait: is called between two looks at what came.

    Raises:
        NotFoundError: its output is not on this machine.
    """
    store = opened_store()
    record = select_run(store, text)

    def has_ended() -> bool:
        return load_run(store, record.id).status is not RunStatus.RUNNING

    return followed(_output_of(store, record), has_ended, wait)


def _output_of(store: Store, record: RunRecord) -> Path:
    path = store.layout.local(record.id) / OUTPUT
    if not refuse_links(path).is_file():
        raise NotFoundError(
            f"the output of run {record.handle} is not on this machine",
            why="only `mltrack run` keeps output, and only where it ran",
        )
    return path
