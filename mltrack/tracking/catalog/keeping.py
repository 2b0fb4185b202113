"""Write to the tables what was read of runs, each with the stamp by which it is known again."""

import sqlite3
from collections.abc import Iterable

from mltrack.tracking.catalog.known_days import KnownDays, still_known
from mltrack.tracking.catalog.reading import Reading
from mltrack.tracking.catalog.rows import Rows
from mltrack.tracking.catalog.stamps import MOVING, UNKNOWN, Day, Stamp, is_racy, packed


class Keeping:
    """Writes to one connection."""

    def __init__(self, connection: sqlite3.Connection, days: KnownDays) -> None:
        self._connection = connection
        self._days = days
        self._rows = Rows(connection)

    def keep(self, day: Day, readings: Iterable[Reading], gone: Iterable[str]) -> None:
        """Take in what was read of runs of a day; who calls holds a transaction.

        A stamp is only ever written together with what was read of the run after it was seen. Of
        the other runs those stand that are there now: another process may just have written them.

        Args:
            day: as it was seen before the runs were read.
            readings: what was read; each can be known again.
            gone: runs that are not there any more.
        """
        known, seen = self._days.known(day.day), day.stamp_of()
        stamps = dict(still_known(known, day))
        journals = {r: told for r, told in known.journals.items() if r in stamps}
        for run_id in gone:
            self._rows.take_out(run_id)
        for run_id, record, text, _, seen_journals in readings:
            if record is None:
                continue
            self._rows.put(record, text)
            stamps[run_id] = seen[run_id]
            journals.pop(run_id, None)
            if seen_journals:
                journals[run_id] = seen_journals
        kept = packed(stamps[run_id] for run_id in day.runs)
        self._days.keep(day._replace(stamps=kept, journals=journals))

    def lay_over(self, readings: Iterable[Reading]) -> None:
        """Put what cannot be known again into the tables; who calls takes that back later."""
        rows = Rows(self._connection)  # of this transaction: the keys that it makes are taken back
        for reading in readings:
            if reading.record is None:
                rows.take_out(reading.run_id)
            else:
                rows.put(reading.record, reading.text)


def can_be_known_again(reading: Reading, stamp: Stamp, looked_ns: int) -> bool:
    """Tell whether a run that has this stamp is as it was read, whenever it is looked at later."""
    return (
        reading.record is not None
        and not reading.record.warnings
        and MOVING not in reading.journals
        and stamp != UNKNOWN
        and not is_racy(stamp[-2], stamp[-1], looked_ns)
    )
