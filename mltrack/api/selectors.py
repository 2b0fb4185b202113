"""Which run a few letters mean: a handle, an id, a position, or the best of something."""

import re
from collections.abc import Callable, Sequence

from mltrack.errors import ConflictError, NotFoundError, UsageError
from mltrack.store.ids import handle_of, is_id
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.reader import list_runs, load_run

_RANGE = re.compile(r"([0-9]+)\.\.([0-9]+)\Z")
_LETTERS = re.compile(r"[a-z][a-z2-7]*\Z")
_ID_PREFIX = re.compile(r"[0-9]{8}-[0-9a-z-]*\Z")
MAX_CANDIDATES = 5


def select_run(store: Store, text: str) -> RunRecord:
    """Return the run that a selector means, whole.

    Args:
        store: where to look.
        text: an id, a handle or the beginning of either, a position (1 is the newest), `@latest`,
            `@failed`, `@max:METRIC` or `@min:METRIC`.

    Raises:
        UsageError: it is no selector.
        NotFoundError: no run matches.
        ConflictError: several runs match; they are named.
    """
    if is_id(text):
        return load_run(store, text)
    return load_run(store, choose(list_runs(store).runs, text).id)


def select_runs(store: Store, texts: Sequence[str]) -> list[RunRecord]:
    """Return the runs that selectors mean, in that order; a range such as `1..5` means several."""
    found: list[RunRecord] = []
    for text in texts:
        span = _RANGE.match(text)
        if span:
            found += [select_run(store, str(n)) for n in range(int(span[1]), int(span[2]) + 1)]
        else:
            found.append(select_run(store, text))
    return found


def choose(runs: Sequence[RunRecord], text: str) -> RunRecord:
    """Return the one of these runs that a selector means.

    Raises:
        UsageError, NotFoundError, ConflictError: as for `select_run`.
    """
    if text.isdigit():
        return _at_position(runs, int(text))
    if text.startswith("@"):
        return _named(runs, text)
    if _LETTERS.match(text):
        return _only([r for r in runs if handle_of(r.id).startswith(text)], text)
    if _ID_PREFIX.match(text):
        return _only([r for r in runs if r.id.startswith(text)], text)
    raise UsageError(
        f"{text!r} names no run",
        why="a run is named by its handle, its id, a position, @latest, @failed or @max:METRIC",
        fix="mltrack ls",
    )


def _at_position(runs: Sequence[RunRecord], position: int) -> RunRecord:
    if not 1 <= position <= len(runs):
        raise NotFoundError(f"there is no run {position}; there are {len(runs)}", fix="mltrack ls")
    return runs[position - 1]


def _named(runs: Sequence[RunRecord], text: str) -> RunRecord:
    word, _, metric = text[1:].partition(":")
    if word == "latest" and not metric:
        return _only(list(runs[:1]), text)
    if word == "failed" and not metric:
        return _only([r for r in runs if r.status is RunStatus.FAILED][:1], text)
    best: dict[str, Callable[[RunRecord], float]] = {
        "max": lambda run: run.metrics[metric].last,
        "min": lambda run: -run.metrics[metric].last,
    }
    if word not in best or not metric:
        raise UsageError(
            f"{text!r} is no selector", fix="use @latest, @failed, @max:METRIC or @min:METRIC"
        )
    measured = [r for r in runs if metric in r.metrics]
    numbers = [r for r in measured if r.metrics[metric].last == r.metrics[metric].last]  # noqa: PLR0124 - NaN ranks last
    if not measured:
        raise NotFoundError(f"no run has the metric {metric!r}", fix="mltrack ls --output json")
    return max(numbers or measured, key=best[word])


def _only(matching: list[RunRecord], text: str) -> RunRecord:
    if not matching:
        raise NotFoundError(f"no run matches {text!r}", fix="mltrack ls")
    if len(matching) > 1:
        names = ", ".join(f"{r.handle} ({r.name})" for r in matching[:MAX_CANDIDATES])
        more = len(matching) - MAX_CANDIDATES
        raise ConflictError(
            f"{text!r} means {len(matching)} runs: {names}{f' and {more} more' if more > 0 else ''}",
            fix="give more letters of the one you mean",
        )
    return matching[0]
