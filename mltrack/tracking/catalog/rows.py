"""What the catalog has of one run: its columns, its values one by one, its record whole."""

import math
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mltrack.store import clock
from mltrack.store.database import DamagedError
from mltrack.store.journal import jsonable
from mltrack.tracking.catalog import documents
from mltrack.tracking.catalog.schema import NOT_A_NUMBER, NUMBER, OTHER, TEXT, TRUTH
from mltrack.tracking.entities import RunRecord

_COLUMNS = (
    *("id", "place", "name", "experiment_id", "experiment", "status", "started", "ended"),
    *("user", "host", "parent", "job", "deleted", "folders"),
)
_INSERT = f"INSERT INTO run({','.join(_COLUMNS)}) VALUES({','.join('?' * len(_COLUMNS))})"
_INTEGERS = range(-(2**63), 2**63)

Kept = tuple[int, object]
"""The kind of a value, and what stands for it in a table."""


class _Value(NamedTuple):
    section: str
    name: str
    kept: Kept


def place_of(run_id: str, started: str) -> str:
    """Return what runs are ordered by: the second in the id, the moment it began, the id.

    The second comes first, so that the days of the newest runs are known without opening a run.
    """
    return f"{run_id[:15]}{started}{run_id}"


def kept(value: object) -> Kept | None:
    """Return how a value is kept so that it can be compared; None where there is none.

    Integers beyond 64 bits are compared as the nearest float.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return TRUTH, int(value)
    if isinstance(value, float):
        return (NOT_A_NUMBER, 0) if math.isnan(value) else (NUMBER, value)
    if isinstance(value, int):
        return NUMBER, value if value in _INTEGERS else _nearest_float(value)
    return (TEXT, value) if isinstance(value, str) else (OTHER, 0)


def _nearest_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


class Rows:
    """Puts runs into the tables and takes them out; who calls holds a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._keys: dict[tuple[str, str], int] = {}

    def put(self, record: RunRecord, text: str) -> None:
        """Put a run in, in place of what was known of it.

        Args:
            record: the run.
            text: the same as its document.
        """
        self.take_out(record.id)
        started = clock.to_text(record.started.timestamp())
        ended = clock.to_text(record.ended.timestamp()) if record.ended else None
        values = (
            *(record.id, place_of(record.id, started), record.name, record.experiment_id),
            *(record.experiment, str(record.status), started, ended, record.user, record.host),
            *(record.parent, record.job, int(record.deleted), len(record.writers)),
        )
        n = self._connection.execute(_INSERT, values).lastrowid
        self._connection.execute("INSERT INTO document VALUES(?,?,?)", (n, digest_of(text), text))
        self._connection.executemany(
            "INSERT INTO metric VALUES(?,?,?,?,?,?)", self._metrics(record, n)
        )
        self._connection.executemany(
            "INSERT INTO value VALUES(?,?,?,?)",
            ((self.key(v.section, v.name), *v.kept, n) for v in _values_of(record)),
        )

    def take_out(self, run_id: str) -> None:
        """Forget a run, if it is known.

        Raises:
            DamagedError: what is known of it is not what was put in.
        """
        found = self._connection.execute("SELECT n FROM run WHERE id=?", (run_id,)).fetchone()
        if found is None:
            return
        record = record_of(self._connection, found[0])
        for key, kind, value, n, *_ in self._metrics(record, found[0]):
            self._connection.execute(
                "DELETE FROM metric WHERE k=? AND kind=? AND value=? AND n=?", (key, kind, value, n)
            )
        for v in _values_of(record):
            self._connection.execute(
                "DELETE FROM value WHERE k=? AND kind=? AND value=? AND n=?",
                (self.key(v.section, v.name), *v.kept, found[0]),
            )
        for table in ("run", "document"):
            self._connection.execute(f"DELETE FROM {table} WHERE n=?", found)

    def key(self, section: str, name: str) -> int:
        """Return the number of a key, a new one where it has none."""
        number = self._keys.get((section, name))
        if number is None:
            self._connection.execute(
                "INSERT OR IGNORE INTO key(section, name) VALUES(?,?)", (section, name)
            )
            number = number_of_key(self._connection, section, name) or 0
            self._keys[section, name] = number
        return number

    def _metrics(self, record: RunRecord, n: int | None) -> Iterator[tuple[Any, ...]]:
        for name, summary in record.metrics.items():
            kind, value = kept(summary.last) or (OTHER, 0)
            low, high = (kept(number) for number in (summary.min, summary.max))
            yield self.key("metrics", name), kind, value, n, _number(low), _number(high)


def _number(value: Kept | None) -> object:
    """Return a number as a table keeps it; null for NaN."""
    return value[1] if value and value[0] == NUMBER else None


def _values_of(record: RunRecord) -> Iterator[_Value]:
    for section, values in (("params", record.params), ("tags", record.tags)):
        yield from _kept_of(section, values)
    for data, facts in record.inputs.items():
        told = {f"{data}.{fact}": value for fact, value in facts.items() if "." not in fact}
        yield from _kept_of("inputs", told)


def _kept_of(section: str, values: Mapping[str, Any]) -> Iterator[_Value]:
    for name, value in values.items():
        found = kept(jsonable(value) if isinstance(value, float) else value)  # NaN is a text there
        if found is not None:
            yield _Value(section, name, found)


def number_of_key(connection: sqlite3.Connection, section: str, name: str) -> int | None:
    """Return the number of a key; None where no run has ever had it."""
    found = connection.execute(
        "SELECT k FROM key WHERE section=? AND name=?", (section, name)
    ).fetchone()
    return None if found is None else int(found[0])


def record_of(connection: sqlite3.Connection, n: int) -> RunRecord:
    """Return the record of a run by its number.

    Raises:
        DamagedError: it is not what was put in.
    """
    found = connection.execute("SELECT digest, text FROM document WHERE n=?", (n,)).fetchone()
    if found is None or not isinstance(found[1], str) or digest_of(found[1]) != found[0]:
        raise DamagedError(f"the document {n} is not what was put in")
    return documents.decode(found[1])


def digest_of(text: str) -> int:
    """Return a number that tells whether a text is the one that was put in."""
    return zlib.crc32(text.encode())
