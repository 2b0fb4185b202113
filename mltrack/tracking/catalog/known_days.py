"""What the catalog knows of each day, and which of its runs are no longer as they were read."""

import json
import os
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from mltrack.store.ids import MAIN_WRITER
from mltrack.store.layout import Layout
from mltrack.tracking.catalog.stamps import (
    MOVING,
    UNKNOWN,
    Day,
    Stamp,
    has_signs,
    journals_stamp,
    packed,
)

_BETWEEN = "/"
"""Stands between names: no name of a file holds it."""


UNKNOWN_STAMP = packed([UNKNOWN])


class Changes(NamedTuple):
    """What is not as the catalog knows it: runs to be read, and runs that are gone."""

    stale: list[str]
    gone: list[str]


class KnownDays:
    """The table of days of one connection."""

    def __init__(self, connection: sqlite3.Connection, layout: Layout) -> None:
        self._connection = connection
        self._layout = layout

    def changes(self, seen: Day) -> Changes:
        """Return how a day differs from what is known of it."""
        row = self._row(seen.day)
        if row is None:
            return Changes(list(seen.runs), [])
        journals: dict[str, list[int]] = json.loads(row[4]) if row[4] != "{}" else {}
        moved = [r for r, stamps in journals.items() if not self._stand(r, seen, stamps)]
        if row[:4] == _encoded(seen) and not moved and UNKNOWN_STAMP not in seen.stamps:
            return Changes([], [])
        return _difference(_decoded(seen.day, row), seen, set(moved))

    def _stand(self, run_id: str, seen: Day, stamps: list[int]) -> bool:
        """Tell whether the journals of a run are those that were read, and nobody may write one."""
        writers = [MAIN_WRITER, *seen.writers_of().get(run_id, ())]
        return (
            MOVING not in stamps
            and journals_stamp(self._layout, run_id, writers) == stamps
            and not has_signs(self._layout, run_id)
        )

    def known(self, day: int) -> Day:
        """Return what is known of a day."""
        row = self._row(day)
        return Day(day) if row is None else _decoded(day, row)

    def keep(self, day: Day) -> None:
        """Know a day from now on as this."""
        if not day.runs:
            self._connection.execute("DELETE FROM day WHERE day = ?", (day.day,))
            return
        self._connection.execute(
            "INSERT OR REPLACE INTO day(day, runs, further, said, stamps, journals)"
            " VALUES(?,?,?,?,?,?)",
            (day.day, *_encoded(day), json.dumps(day.journals)),
        )

    def days(self) -> list[int]:
        """Return all days of which anything is known."""
        return [day for (day,) in self._connection.execute("SELECT day FROM day")]

    def _row(self, day: int) -> tuple[str, str, bytes, bytes, str] | None:
        found: tuple[str, str, bytes, bytes, str] | None = self._connection.execute(
            "SELECT runs, further, said, stamps, journals FROM day WHERE day = ?", (day,)
        ).fetchone()
        return found


def _encoded(day: Day) -> tuple[str, str, bytes, bytes]:
    said = os.fsencode(_BETWEEN.join(day.said))
    return _BETWEEN.join(day.runs), _BETWEEN.join(day.further), said, day.stamps


def _decoded(day: int, row: tuple[str, str, bytes, bytes, str]) -> Day:
    runs, further, said, stamps, journals = row
    names = _names(runs), _names(further), _names(os.fsdecode(said))
    return Day(day, *names, stamps, json.loads(journals))


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(_BETWEEN)) if text else ()


def _difference(known: Day, seen: Day, moved: set[str]) -> Changes:
    stamps, as_known = seen.stamp_of(), still_known(known, seen)
    stale = [r for r in seen.runs if as_known[r] != stamps[r] or r in moved or stamps[r] == UNKNOWN]
    return Changes(stale, sorted(set(known.runs) - set(seen.runs)))


def still_known(known: Day, seen: Day) -> Mapping[str, Stamp]:
    """Return by which stamp each run that is seen is known: by none where anything else differs."""
    stamps = known.stamp_of()
    writers, writers_now = known.writers_of(), seen.writers_of()
    said, said_now = known.said_of(), seen.said_of()
    return {
        r: stamps.get(r, UNKNOWN)
        if writers.get(r) == writers_now.get(r) and said.get(r) == said_now.get(r)
        else UNKNOWN
        for r in seen.runs
    }
