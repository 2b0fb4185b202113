"""Have processes that belong together, the ranks of a launch or those of a job, write one run."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from mltrack.errors import BadValueError, StoreWriteError, UsageError
from mltrack.store import liveness
from mltrack.store.layout import RUN
from mltrack.store.secrets import masked_text
from mltrack.store.store import Store
from mltrack.tracking.fold import last_sign
from mltrack.tracking.jobs import JOB_VARIABLE, job_key
from mltrack.tracking.journals import read_journals
from mltrack.tracking.ranks import Rank, rank_of
from mltrack.tracking.values import checked_key

if TYPE_CHECKING:
    from mltrack.tracking.meeting import Claim, Meeting, Met


class Begun(Protocol):
    """A run that was begun, or taken up again, for others to join."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def is_kept(self) -> bool:
        """Tell whether it is on the disk."""

    @property
    def seen(self) -> Mapping[str, int]:
        """Return how many rows of each writer had been seen when it was begun."""


B = TypeVar("B", bound=Begun)

_begun: Counter[str] = Counter()
"""How many runs this process has begun for each launch and each job that it belongs to."""
_rank_processes: list[int] = []
"""The process that was a rank first; what is forked from it is none."""


def job_of(given: str | None) -> str:
    """Return the key of the job that this process is to continue a run of.

    A job that begins several runs in one process finds each again by its number.

    Args:
        given: the key that the program names, which means one run; None: that of the scheduler.

    Raises:
        UsageError: no key is given, and no scheduler has started this process.
    """
    if given is not None:
        return checked_job(given)
    key = job_key(os.environ)
    if key is None:
        raise UsageError(
            'resume="auto" goes on with the run of a job, and this process belongs to none',
            why="no Slurm, PBS, LSF or Grid Engine has started it",
            fix=f'name it: start_run(resume="auto", job="my-key"), --job my-key in a shell, '
            f"or {JOB_VARIABLE}=my-key",
        )
    _begun[key] += 1
    return checked_job(key if _begun[key] == 1 else f"{key}.{_begun[key]}")


def checked_job(key: str) -> str:
    """Return the key of a job.

    Raises:
        TypeError: it is no text.
        BadValueError: it is empty, too long, holds a control character, or looks like a secret.
    """
    if masked_text(checked_key(key, "job")) != key:
        raise BadValueError("the key of a job looks like a secret, and would be written as it is")
    return key


def rank_here(store: Store) -> Rank | None:
    """Return which rank this process is; None where it works alone, or is to."""
    rank = rank_of(os.environ, _parent) if store.settings["ranks"] == "join" else None
    if rank is None:
        return None
    _rank_processes[:] = _rank_processes or [os.getpid()]
    return rank if _rank_processes == [os.getpid()] else None


def _parent() -> str:
    parent = os.getppid()
    return f"{liveness.this_host()} {liveness.boot_id()} {parent} {liveness.process_start(parent)}"


def of_ranks(store: Store, rank: Rank, begin: Callable[[], B], join: "Callable[[Met], B]") -> B:
    """Have one rank of a launch begin a run, and the others join it.

    The n-th run that one rank begins is the n-th of the others. No rank counts as having seen what
    another writes, so that the worst of their ends is the end of the run.

    Args:
        store: the store.
        rank: which of them this process is.
        begin: does what a process does that works alone.
        join: makes this process a further writer of a run.
    """
    from mltrack.tracking.meeting import Meeting

    _begun[rank.launch] += 1
    meeting = Meeting(store, f"ranks\n{rank.launch}\n{_begun[rank.launch]}", rank.number)

    def is_of_use(run_id: str) -> bool:
        is_there = (store.layout.run_folder(run_id) / RUN).exists()
        return is_there and (rank.unique or _goes_on(store, run_id))

    return _agreed(meeting, is_of_use, begin, join)


def _goes_on(store: Store, run_id: str) -> bool:
    """Tell whether a run may be of this launch: it lives, or gave a sign after this process began.

    The run of an earlier launch from the same place did neither.
    """
    if liveness.not_gone(liveness.marks_in(store.layout.local(run_id))):
        return True
    began = liveness.began_here()
    return began is None or last_sign(read_journals(store, run_id)) >= began


def of_job(store: Store, key: str, begin: Callable[[], B], resume: Callable[[str], B]) -> B:
    """Take up the run of a job again, however it ended, or begin it.

    Args:
        store: the store.
        key: the key of the job.
        begin: makes a new run of this job.
        resume: takes a run up again.
    """
    from mltrack.tracking.kin import is_here, run_of_job
    from mltrack.tracking.meeting import Meeting

    def found_or_begun() -> B:
        found = run_of_job(store, key)
        return resume(found) if found else begin()

    return _agreed(
        Meeting(store, f"job\n{key}"),
        lambda run_id: is_here(store, run_id),
        found_or_begun,
        lambda met: resume(met.run_id),
    )


def _agreed(
    meeting: "Meeting",
    is_of_use: Callable[[str], bool],
    begin: Callable[[], B],
    join: "Callable[[Met], B]",
) -> B:
    """Join the run that was agreed on, or begin it and tell the others."""
    from mltrack.tracking.meeting import Met

    try:
        found = meeting.met_or_claimed(is_of_use)
    except (OSError, StoreWriteError):
        return begin()
    if isinstance(found, Met):
        return join(found)
    return _told(found, begin)


def _told(claim: "Claim", begin: Callable[[], B]) -> B:
    from mltrack.tracking.meeting import Met

    met: Met | None = None
    try:
        live = begin()
        met = Met(live.id, dict(live.seen)) if live.is_kept else None
    finally:
        claim.tell(met)
    return live
