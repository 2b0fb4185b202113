"""Check the journals of a run: every row can be read, and run.yaml sums them up."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import MltrackError
from mltrack.fsck.entities import REPAIR, Finding
from mltrack.fsck.kinds import Kind
from mltrack.fsck.markers import has_markers
from mltrack.store import clock
from mltrack.store.journal import Row, jsonable
from mltrack.store.journal_reader import lines_of, rows_of
from mltrack.store.layout import METRICS, Layout, folder_name
from mltrack.tracking.copies import put_back
from mltrack.tracking.entities import MetricSummary, RunRecord
from mltrack.tracking.fold import Folded, Journal, Summary, fold

_NAMED_ROWS = 5
_NUMBERS = ("last", "min", "max")


class Read(NamedTuple):
    """A journal as it was read.

    Attributes:
        writer: who wrote it.
        path: the file, relative to the store.
        rows: its rows, None for each that cannot be read.
        bad_lines: the numbers of the lines that cannot be read.
        is_in_conflict: whether these are what a merge conflict leaves.
        ends_torn: whether the last line has no end, as when its writer was killed.
    """

    writer: str
    path: str
    rows: list[Row | None]
    bad_lines: list[int]
    is_in_conflict: bool
    ends_torn: bool


def read(root: Path, path: str, writer: str) -> Read:
    """Read a journal that is a plain file.

    Raises:
        OSError: the system refused.
    """
    rows: list[Row | None] = []
    bad: list[int] = []
    markers: list[bytes] = []
    last = b"\n"
    with (root / path).open("rb") as file:
        for number, line in enumerate(lines_of(file), 1):
            last = line
            for row in rows_of([line]):
                rows.append(row)
                if row is None:
                    bad.append(number)
                    markers += [line] if len(line) < 1000 else []  # noqa: PLR2004 - a marker is short
    return Read(writer, path, rows, bad, has_markers(b"".join(markers)), not last.endswith(b"\n"))


def folded(journals: Iterable[Read]) -> Folded:
    """Return what journals say together."""
    return fold(put_back([Journal(journal.writer, journal.rows) for journal in journals]))


def torn_rows(run_id: str, journal: Read, *, is_live: bool) -> Iterator[Finding]:
    """Yield a finding for the rows that cannot be read; of a live run, not for the last one."""
    if journal.is_in_conflict:
        yield Finding(
            kind=Kind.CONFLICT_MARKERS,
            path=journal.path,
            subject=run_id,
            line=journal.bad_lines[0],
            message="it holds the markers of a merge conflict",
            fix=REPAIR,
        )
        return
    bad = journal.bad_lines[:-1] if is_live and journal.ends_torn else journal.bad_lines
    for number in bad[:_NAMED_ROWS]:
        more = len(bad) - _NAMED_ROWS if number == bad[:_NAMED_ROWS][-1] else 0
        rest = f" (nor can {more} more of this file)" if more > 0 else ""
        yield Finding(
            kind=Kind.JOURNAL_TORN,
            path=journal.path,
            subject=run_id,
            line=number,
            message=f"this row cannot be read, and is passed over{rest}",
        )


def emptied(run_id: str, journal: Read, *, counted: int) -> Iterator[Finding]:
    """Yield a finding for a journal without the row that each writer begins with.

    Args:
        run_id: the run.
        journal: of any of its writers.
        counted: how many rows of it the record counts, of which `against_record` tells.
    """
    if not journal.rows and not counted:
        message = "it has no rows, and whoever wrote it began with one"
        yield Finding(
            kind=Kind.JOURNAL_SHORT, path=journal.path, subject=run_id, message=message, fix=REPAIR
        )


def against_record(
    record: RunRecord, record_path: str, journals: Mapping[str, str], said: Folded
) -> Iterator[Finding]:
    """Yield what is wrong between a record that covers its journals, and these.

    Args:
        record: the run.
        record_path: its file.
        journals: the path of the journal of each writer, there or not.
        said: what the journals say.
    """
    if not record.seen or not set(record.seen) >= set(journals):
        return
    short = False
    for writer, rows in record.seen.items():
        here = said.seen.get(writer, 0)
        if here < rows:
            short = True
            beside = Layout(Path()).run_folder(record.id).parent / folder_name(record.id, writer)
            path = journals.get(writer) or (beside / METRICS).as_posix()
            message = f"it has {here} rows, and the run has had {rows}"
            yield Finding(
                kind=Kind.JOURNAL_SHORT, path=path, subject=record.id, message=message, fix=REPAIR
            )
    fault = "" if short else _difference(record, said)
    if fault:
        yield Finding(
            kind=Kind.SUMMARY_DIFFERS,
            path=record_path,
            subject=record.id,
            message=fault,
            fix=REPAIR,
        )


def _difference(record: RunRecord, said: Folded) -> str:
    """Return in what a record and the journals that it covers disagree; empty when in nothing."""
    late = [w for w, rows in record.seen.items() if said.seen.get(w, 0) > rows]
    if late:
        return f"the journal of {late[0]} has grown since the run ended"
    return _ending_differs(record, said) or _value_differs(record, said)


def _ending_differs(record: RunRecord, said: Folded) -> str:
    end = said.ending
    if end.status is not None and end.status != record.status:
        return f"it says {record.status}, and the journals {end.status}"
    if end.time is not None and end.status is not None and clock.is_moment(end.time):
        ended = clock.from_text(clock.to_text(end.time))
        if record.ended != ended:
            return f"it ended at {clock.to_text(end.time)}, as the journals say"
    if said.name is not None and said.name != record.name:
        return f"its name is {said.name!r}, as the journals say"
    return ""


def _value_differs(record: RunRecord, said: Folded) -> str:
    for name in sorted(record.metrics.keys() | said.metrics.keys()):
        if not _same(record.metrics.get(name), said.metrics.get(name)):
            return f"metric {name!r} is not what the journals say"
    for noun, here, there in (
        ("parameter", record.params, said.params),
        ("tag", record.tags, said.tags),
    ):
        for name, value in there.items():
            if name not in here or _as_json(here[name]) != _as_json(value):
                return f"{noun} {name!r} is not what the journals say"
    return ""


def _as_json(value: object) -> str:
    return json.dumps(jsonable(value), sort_keys=True)


def _same(one: MetricSummary | None, other: Summary | None) -> bool:
    if one is None or other is None:
        return False
    numbers = all(_equal(getattr(one, key), getattr(other, key)) for key in _NUMBERS)
    return numbers and (one.last_step, one.count) == (other.last_step, other.count)


def _equal(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def has_ended(record: RunRecord | None, said: Folded) -> bool:
    """Tell whether anybody has said how a run ended."""
    if said.ending.status is not None:
        return True
    return record is not None and record.status not in {"running", "unknown"}


def unreadable(path: str, run_id: str, error: OSError | MltrackError) -> Finding:
    """Return the finding of a file that the system does not give."""
    said = error.message if isinstance(error, MltrackError) else (error.strerror or str(error))
    return Finding(kind=Kind.UNREADABLE, path=path, subject=run_id, message=said)
