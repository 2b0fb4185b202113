"""Ask what happened to models: who did what, when and why."""

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime

from mltrack.api.store import opened_store
from mltrack.errors import UsageError
from mltrack.registry import reader
from mltrack.registry.entities import HistoryEntry, ModelState
from mltrack.registry.past.filtering import Wanted, checked_kinds, filtered
from mltrack.registry.past.moments import moment_of
from mltrack.registry.references import parse_registered

Moment = str | datetime
"""A date such as `2026-08-01`, alone or with a time; without a zone it is in the local one."""


def registry_history(  # noqa: PLR0913 - each narrows the answer, and all can be left out
    model: str | None = None,
    *,
    forced: bool = False,
    unpushed: bool = False,
    since: Moment | None = None,
    until: Moment | None = None,
    kinds: Sequence[str] = (),
    by: str = "",
    utc: bool = False,
) -> list[HistoryEntry]:
    """Return what happened to a model, or to all of them, those deleted too, oldest first.

    Args:
        model: the model; None means all.
        forced: only what was done though a gate was not met.
        unpushed: only what was done though git did not carry all files of the version.
        since: not before this moment.
        until: not after this moment; a date alone means the end of that day.
        kinds: only events of these kinds, such as `promoted`.
        by: only what somebody did whose email or name has this in it.
        utc: a moment that names no zone is in UTC, not in the local zone.

    Raises:
        NotFoundError: there is no such model.
        UsageError: a moment or a kind cannot be meant.
    """
    wanted = Wanted(
        forced=forced,
        unpushed=unpushed,
        since=None if since is None else moment(since, utc=utc),
        until=None if until is None else moment(until, utc=utc, ends=True),
        kinds=checked_kinds(kinds),
        by=by,
    )
    _refuse_nothing(wanted)
    return list(filtered(_history(model), wanted))


def moment(given: Moment, *, utc: bool = False, ends: bool = False) -> datetime:
    """Return the moment in UTC that a caller gives, as a text or as a datetime.

    Raises:
        UsageError: it is no moment.
    """
    return moment_of(f"{given}", utc=utc, ends=ends)


def _refuse_nothing(wanted: Wanted) -> None:
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise UsageError("since is later than until, so that nothing can lie between them")


def _history(model: str | None) -> Iterator[HistoryEntry]:
    store = opened_store()
    if model is not None:
        name = parse_registered(model).name
        return iter(reader.load_model(store, name, deleted=True).history)
    models = reader.list_models(store, deleted=True).models
    timed = heapq.merge(*(_timed(state) for state in models), key=lambda pair: pair[0])
    return (entry for _, entry in timed)


def _timed(state: ModelState) -> Iterator[tuple[datetime, HistoryEntry]]:
    """Yield each entry with a time that never goes back, whatever the clocks said."""
    latest = None
    for entry in state.history:
        latest = max(latest or entry.time, entry.time)
        yield latest, entry
