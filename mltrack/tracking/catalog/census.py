"""Which runs there are, by handle: known from the folders' names, without looking into any."""

import sqlite3
from collections.abc import Iterable

from mltrack.store.ids import handle_of, shortest_handle, shortest_handles
from mltrack.store.layout import Layout
from mltrack.tracking.catalog.stamps import days_of, listed_stamp

_BETWEEN = "/"
_MANY = 2_000
_AFTER_LETTERS = "\x7f"


class Census:
    """The handles of all runs of one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def bring_up_to_date(self, layout: Layout, *, anew: bool = False) -> None:
        """List each day whose folder is not as it was when it was last listed.

        Args:
            layout: the store.
            anew: list every day: some file systems keep no time of a folder.
        """
        known = dict(self._connection.execute("SELECT day, stamp FROM listing"))
        folders = dict(days_of(layout))
        stamps = {day: listed_stamp(folder) for day, folder in folders.items()}
        moved = [d for d, s in stamps.items() if anew or not s or s != known.get(d)]
        found = {day: layout.runs_in(folders[day]) for day in moved}
        found |= {day: [] for day in known.keys() - folders.keys()}
        changed = [day for day in found if self._differs(day, found[day], stamps.get(day, b""))]
        if not changed:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        for day in changed:
            self._keep(day, found[day], stamps.get(day, b""))
        self._connection.execute("COMMIT")

    def _differs(self, day: int, runs: list[str], stamp: bytes) -> bool:
        row = self._connection.execute("SELECT runs FROM listing WHERE day = ?", (day,)).fetchone()
        return bool(stamp) or row is None or row[0] != _BETWEEN.join(runs)

    def _keep(self, day: int, runs: list[str], stamp: bytes) -> None:
        row = self._connection.execute("SELECT runs FROM listing WHERE day = ?", (day,)).fetchone()
        before = set(row[0].split(_BETWEEN)) - {""} if row else set()
        change = self._connection.executemany
        gone, new = before - set(runs), set(runs) - before
        change("DELETE FROM folder WHERE handle = ? AND id = ?", [(handle_of(r), r) for r in gone])
        change("INSERT OR IGNORE INTO folder VALUES(?, ?)", sorted((handle_of(r), r) for r in new))
        if runs:
            values = (day, stamp, _BETWEEN.join(runs))
            self._connection.execute("INSERT OR REPLACE INTO listing VALUES(?, ?, ?)", values)
        else:
            self._connection.execute("DELETE FROM listing WHERE day = ?", (day,))

    def handles(self, run_ids: list[str]) -> dict[str, str]:
        """Return runs' handles, cut to as few letters as tell each from all others."""
        if len(run_ids) > _MANY:
            short = shortest_handles(
                [r for (r,) in self._connection.execute("SELECT id FROM folder")]
            )
            return {run_id: short.get(run_id) or handle_of(run_id) for run_id in run_ids}
        return {run_id: shortest_handle(run_id, self._beside(run_id)) for run_id in run_ids}

    def _beside(self, run_id: str) -> Iterable[str]:
        place = (handle_of(run_id), run_id)
        for sign, order in (("<", "DESC"), (">", "ASC")):
            sql = (
                f"SELECT handle FROM folder WHERE (handle, id) {sign} (?, ?)"
                f" ORDER BY handle {order}, id {order} LIMIT 1"
            )
            yield from (handle for (handle,) in self._connection.execute(sql, place))

    def beginning_with(self, letters: str) -> list[str]:
        """Return the ids that begin with some letters, or whose handle does, newest first."""
        is_date = letters[:1].isdecimal()
        rows = self._connection.execute(
            f"SELECT id FROM folder WHERE {'id' if is_date else 'handle'} BETWEEN ? AND ?",
            (letters, letters + _AFTER_LETTERS),
        )
        return sorted((run_id for (run_id,) in rows), reverse=True)
