"""Which run a few letters mean: a handle, an id, a position, or the best of something."""

import re
from collections.abc import Sequence

from mltrack.errors import ConflictError, IntegrityError, NotFoundError, UsageError, nearest
from mltrack.query.keys import metric_key
from mltrack.store.ids import is_id
from mltrack.store.store import Store
from mltrack.tracking.catalog.wanted import Wanted, Which
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.reader import load_run

_POSITION = re.compile(r"[0-9]{1,9}\Z")
_RANGE = re.compile(r"([0-9]{1,9})\.\.([0-9]{1,9})\Z")
_LETTERS = re.compile(r"[a-z][a-z2-7]*(-[0-9a-f]{0,4})?\Z")
_ID_PREFIX = re.compile(r"[0-9]{8}-[0-9a-z-]*\Z")
MAX_CANDIDATES = 5
MAX_READ = 20
MAX_POSITION = 1_000_000


def select_run(store: Store, text: str, *, which: Which = Which.SHOWN) -> RunRecord:
    """Return the run that a selector means, whole.

    Args:
        store: where to look.
        text: an id, a handle or the beginning of either, a position (1 is the newest), `@latest`,
            `@failed`, `@max:METRIC` or `@min:METRIC`. Letters mean a removed run where no other
            has them; a position never does.
        which: among which runs: those that listings show, or those that were removed.

    Raises:
        UsageError: it is no selector.
        NotFoundError: no run matches.
        ConflictError: several runs match; they are named.
    """
    return _selected(store, [text], which)[0]


def select_runs(store: Store, texts: str | Sequence[str]) -> list[RunRecord]:
    """Return the runs that selectors mean, in that order; a range such as `1..5` means several.

    Raises:
        UsageError, NotFoundError, ConflictError: as for `select_run`.
    """
    return _selected(store, parts_of(texts), Which.SHOWN)


def _selected(store: Store, parts: Sequence[str], which: Which) -> list[RunRecord]:
    last = max((int(text) for text in parts if _POSITION.match(text)), default=0)
    newest = _newest(store, last, which) if last else []
    return [load_run(store, _id_of(store, text, newest, which)) for text in parts]


def _newest(store: Store, count: int, which: Which) -> list[RunRecord]:
    from mltrack.tracking.catalog import search

    return search.newest(store, count, which=which).runs


def _id_of(store: Store, text: str, newest: Sequence[RunRecord], which: Which) -> str:
    """Return the id of the run that one selector means."""
    if is_id(text) and which is Which.SHOWN:
        return text
    if _POSITION.match(text):
        return _at_position(newest, int(text)).id
    if text.startswith("@"):
        return _named(store, text, which).id
    if _LETTERS.match(text) or _ID_PREFIX.match(text):
        return _only(_meant(_beginning_with(store, text), text, which), text).id
    raise UsageError(
        f"{text!r} names no run",
        why="a run is named by its handle, its id, a position, @latest, @failed or @max:METRIC",
        fix="mltrack ls",
    )


def _search(store: Store, wanted: Wanted) -> list[RunRecord]:
    from mltrack.tracking.catalog import search

    return search.search(store, wanted).runs


def _meant(runs: Sequence[RunRecord], text: str, which: Which) -> list[RunRecord]:
    """Return those that letters mean: a listed run before a removed one, a whole handle before all.

    Whoever reads a handle off `rm` or `ls --deleted` can go on with it: show, add, note, rm.
    """
    if which is Which.REMOVED:
        among = [run for run in runs if run.deleted]
    else:
        among = [run for run in runs if not run.hidden] or list(runs)
    return [run for run in among if text in {run.handle, run.id}] or among


def _beginning_with(store: Store, text: str) -> list[RunRecord]:
    """Return the runs, removed ones too, whose handle or id begins with some letters.

    A few are read; to tell many apart, the catalog is asked.
    """
    from mltrack.tracking.catalog.search import ids_beginning_with

    ids = ids_beginning_with(store, text)
    if len(ids) > MAX_READ:
        return _search(store, Wanted(beginning=text, which=Which.ALL))
    found: list[RunRecord] = []
    for run_id in ids:
        try:
            found.append(load_run(store, run_id))
        except NotFoundError:  # git has taken it away, or it never had a record
            continue
        except IntegrityError:
            if len(ids) == 1:
                raise
    return found


def select_distinct(store: Store, texts: str | Sequence[str]) -> list[RunRecord]:
    """Return the runs that selectors mean, each once, whoever named it twice."""
    return list({record.id: record for record in select_runs(store, texts)}.values())


def parts_of(texts: str | Sequence[str]) -> list[str]:
    """Return selectors of one run each: a range stands for several.

    One text is one selector; taken for a list of letters it would name runs that nobody meant.
    """
    return [
        part for text in ([texts] if isinstance(texts, str) else texts) for part in _spread(text)
    ]


def _spread(text: str) -> list[str]:
    span = _RANGE.match(text)
    if span is None:
        return [text]
    first, last = int(span[1]), int(span[2])
    if not 1 <= first <= last <= MAX_POSITION:
        raise UsageError(f"{text!r} is no range", fix="write it from the newest on, such as 1..5")
    return [str(position) for position in range(first, last + 1)]


def _at_position(runs: Sequence[RunRecord], position: int) -> RunRecord:
    if not position:
        raise NotFoundError("there is no run 0; the newest is 1", fix="mltrack ls")
    if position > len(runs):
        count = f"there {'is' if len(runs) == 1 else 'are'} {len(runs)}"
        raise NotFoundError(f"there is no run {position}; {count}", fix="mltrack ls")
    return runs[position - 1]


def _named(store: Store, text: str, which: Which) -> RunRecord:
    word, _, metric = text[1:].partition(":")
    if word == "latest" and not metric:
        return _only(_newest(store, 1, which), text)
    if word == "failed" and not metric:
        wanted = Wanted(status=RunStatus.FAILED, limit=1, which=which)
        return _only(_search(store, wanted), text)
    if word not in {"max", "min"} or not metric:
        raise UsageError(
            f"{text!r} is no selector", fix="use @latest, @failed, @max:METRIC or @min:METRIC"
        )
    return _best(store, metric, highest=word == "max", which=which)


def _best(store: Store, metric: str, *, highest: bool, which: Which) -> RunRecord:
    """Return the newest of the runs whose number is best; NaN ranks last."""
    key = metric_key(metric)
    wanted = Wanted(best=key, highest=highest, ranked_only=True, limit=1, which=which)
    measured = _search(store, wanted)
    if not measured:
        from mltrack.tracking.catalog.search import names

        known = names(store, key.group)
        raise NotFoundError(f"no run has a number in {key}{nearest(key.name, known)}")
    return measured[0]


def _only(matching: list[RunRecord], text: str) -> RunRecord:
    if not matching:
        raise NotFoundError(f"no run matches {text!r}", fix="mltrack ls")
    if len(matching) > 1:
        names = ", ".join(f"{r.handle} ({r.name})" for r in matching[:MAX_CANDIDATES])
        rest = len(matching) - MAX_CANDIDATES
        more = f" and {rest} more" if rest > 0 else ""
        raise ConflictError(
            f"{text!r} means {len(matching)} runs: {names}{more}",
            fix="give more letters of the one you mean",
        )
    return matching[0]
