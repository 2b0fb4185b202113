"""Answer from the tables, once they are as new as the files."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mltrack.errors import UsageError
from mltrack.tracking.catalog import conditions
from mltrack.tracking.catalog.conditions import Sql, both
from mltrack.tracking.catalog.functions import added_functions
from mltrack.tracking.catalog.rows import number_of_key, record_of
from mltrack.tracking.catalog.schema import NOT_A_NUMBER, NUMBER, TEXT, TRUTH
from mltrack.tracking.catalog.wanted import Wanted, Which
from mltrack.tracking.entities import RunRecord

if TYPE_CHECKING:
    from mltrack.query.keys import Key
    from mltrack.query.naming import Order
    from mltrack.query.tree import Comparison
    from mltrack.tracking.experiment_fold import ExperimentState

EVERYTHING = -1
_LIKE: dict[int, object] = {NUMBER: 0.0, NOT_A_NUMBER: 0.0, TRUTH: True, TEXT: ""}
"""For each kind that can be compared, a value of it."""


class Answers:
    """Reads the tables of one connection, inside the transaction of whoever made them new."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def take_experiments(self, states: "Mapping[str, ExperimentState]") -> None:
        """Take into account what was said of experiments: names, and which were removed."""
        self._connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS experiment(id TEXT PRIMARY KEY, name, deleted)"
        )
        self._connection.execute("DELETE FROM temp.experiment")
        self._connection.executemany(
            "INSERT INTO temp.experiment VALUES(?,?,?)",
            [(e, state.name, int(state.deleted)) for e, state in states.items()],
        )

    def numbers(self, wanted: Wanted) -> list[int]:
        """Return the numbers of the runs that are wanted, in their order.

        Raises:
            UsageError: no run has a key that is asked for, or a value is of another kind.
        """
        scope = self._scope(wanted)
        if wanted.condition is None:
            return self._ordered(wanted, scope)
        from mltrack.query.tree import comparisons_of

        comparisons = list(comparisons_of(wanted.condition))
        for comparison in comparisons:
            self._require_known(comparison, scope, wanted.where)
        holds = conditions.condition_of(wanted.condition, self._number_of)
        with added_functions(self._connection):
            found = self._ordered(wanted, both(scope, holds))
        if not found:
            for comparison in comparisons:
                self._require(comparison, scope, wanted.where)
        return found

    def _require_known(self, comparison: "Comparison", scope: Sql, where: str) -> None:
        """Make sure that a key that is compared was ever logged, as `or` and `not` hide that.

        A filter may ask whether a key is there; an option such as `--tag draft` means one that is.

        Raises:
            UsageError: no run ever had it.
        """
        key = comparison.key
        is_compared = comparison.literal is not None or comparison.start is None
        is_logged = key.group not in {"", "datasets"}
        if is_compared and is_logged and self._number_of(key) is None and self._newest(scope, 1):
            raise self._unknown_in(comparison, scope, where)

    def _scope(self, wanted: Wanted) -> Sql:
        """Return the condition on the runs among which others are looked for."""
        parts = [
            Sql(f"r.{column} = ?", (value,))
            for column, value in (
                ("experiment_id", wanted.experiment_id),
                ("parent", wanted.parent),
                ("status", wanted.status),
            )
            if value is not None
        ]
        if wanted.since is not None:
            parts.append(Sql("r.place >= ?", (f"{wanted.since:08d}",)))
        if wanted.beginning:
            column = "r.id" if wanted.beginning[0].isdecimal() else "substr(r.id, 17)"
            parts.append(Sql(f"{column} GLOB ?", (f"{wanted.beginning}*",)))
        if wanted.which is Which.SHOWN:
            parts.append(self._visible())
        elif wanted.which is Which.REMOVED:
            parts.append(Sql("r.deleted"))
        return both(*parts)

    def _visible(self) -> Sql:
        gone = self._connection.execute("SELECT id FROM temp.experiment WHERE deleted").fetchall()
        names = tuple(name for (name,) in gone)
        hidden = f" AND r.experiment_id NOT IN ({','.join('?' * len(names))})" if names else ""
        return Sql(f"r.deleted = 0{hidden}", names)

    def _ordered(self, wanted: Wanted, holds: Sql) -> list[int]:
        limit = EVERYTHING if wanted.limit is None else wanted.limit
        if wanted.order is not None:
            return self._sorted(wanted.order, holds, limit)
        if wanted.best is None:
            return self._newest(holds, limit)
        return self._ranked(wanted, wanted.best, holds, limit)

    def _newest(self, holds: Sql, limit: int) -> list[int]:
        return self._selected(
            f"SELECT r.n FROM run AS r WHERE {holds.text} ORDER BY r.place DESC LIMIT ?",
            (*holds.values, limit),
        )

    def _sorted(self, order: "Order", holds: Sql, limit: int) -> list[int]:
        """Return runs by any value, those that have none last."""
        key, descending = order
        if not key.group:
            by = conditions.sorted_by_attribute(key, descending=descending)
            sql = f"SELECT r.n FROM run AS r WHERE {holds.text} ORDER BY {by} LIMIT ?"
            return self._selected(sql, (*holds.values, limit))
        number, table = self._number_of(key), conditions.table_of(key)
        by = conditions.sorted_by(key, descending=descending)
        found = self._selected(
            f"SELECT r.n FROM {table} AS t CROSS JOIN run AS r ON r.n = t.n"
            f" WHERE t.k = ? AND {holds.text} ORDER BY {by} LIMIT ?",
            (number, *holds.values, limit),
        )
        if len(found) == limit:
            return found
        has_one = Sql(f"r.n NOT IN (SELECT t.n FROM {table} AS t WHERE t.k = ?)", (number,))
        left = limit if limit == EVERYTHING else limit - len(found)
        return found + self._newest(both(has_one, holds), left)

    def _ranked(self, wanted: Wanted, key: "Key", holds: Sql, limit: int) -> list[int]:
        """Return runs by a value: numbers first, then NaN, then runs that have none.

        Raises:
            UsageError: no run has such a value, or none has a number there.
        """
        number = self._number_of(key)
        table, column = conditions.table_of(key), conditions.column_of(key)
        found: list[int] = []
        order = f"t.{column} {'DESC' if wanted.highest else 'ASC'}, r.place DESC"
        for rank, by in (
            (conditions.is_number(key), order),
            (conditions.is_nan(key), "r.place DESC"),
        ):
            left = limit if limit == EVERYTHING else limit - len(found)
            found += self._selected(
                f"SELECT r.n FROM {table} AS t CROSS JOIN run AS r ON r.n = t.n"
                f" WHERE t.k = ? AND {rank} AND {holds.text} ORDER BY {by} LIMIT ?",
                (number, *holds.values, left),
            )
        if wanted.ranked_only or len(found) == limit:
            return found
        if not found and self._newest(holds, 1):
            raise self._unrankable(key, holds)
        has_one = f"({conditions.is_number(key)} OR {conditions.is_nan(key)})"
        ranked = f"SELECT t.n FROM {table} AS t WHERE t.k = ? AND {has_one}"
        rest = both(Sql(f"r.n NOT IN ({ranked})", (number,)), holds)
        return found + self._newest(rest, limit if limit == EVERYTHING else limit - len(found))

    def _require(self, comparison: "Comparison", scope: Sql, where: str) -> None:
        """Make sure that some run could meet a comparison, if there are runs at all.

        Raises:
            UsageError: none has the key, or all have another kind of value there.
        """
        key = comparison.key
        if comparison.literal is None or key.group == "datasets":
            return
        if key.group and not self._has(key, scope):
            if not self._newest(scope, 1):
                return
            raise self._unknown_in(comparison, scope, where)
        from mltrack.query.faults import wrong_kind

        fault = wrong_kind(comparison, self._kinds(key, scope), where)
        if fault is not None:
            raise fault

    def _unrankable(self, key: "Key", scope: Sql) -> UsageError:
        from mltrack.query.keys import no_number

        return no_number(key) if self._has(key, scope) else self._unknown(key, scope)

    def _unknown_in(self, comparison: "Comparison", scope: Sql, where: str) -> UsageError:
        from mltrack.query.faults import unknown

        return unknown(comparison, self._names(comparison.key.group, scope), where)

    def _unknown(self, key: "Key", scope: Sql) -> UsageError:
        from mltrack.query.keys import unknown_key

        return unknown_key(key, self._names(key.group, scope))

    def _has(self, key: "Key", scope: Sql) -> bool:
        return bool(
            self._selected(
                f"SELECT 1 FROM {conditions.table_of(key)} AS t CROSS JOIN run AS r ON r.n = t.n"
                f" WHERE t.k = ? AND {scope.text} LIMIT 1",
                (self._number_of(key), *scope.values),
            )
        )

    def _kinds(self, key: "Key", scope: Sql) -> set[str]:
        from mltrack.query.tree import kind_of

        if key.group:
            sql = (
                f"SELECT DISTINCT t.kind FROM {conditions.table_of(key)} AS t CROSS JOIN run AS r"
                f" ON r.n = t.n WHERE t.k = ? AND {scope.text}"
            )
            kinds = self._selected(sql, (self._number_of(key), *scope.values))
        else:
            told = f"{conditions.attribute_of(key)} NOT NULL"
            sql = f"SELECT {TEXT} FROM run AS r WHERE {told} AND {scope.text} LIMIT 1"
            kinds = self._selected(sql, scope.values)
        return {kind_of(_LIKE[kind]) for kind in kinds if kind in _LIKE}

    def names(self, section: str) -> list[str]:
        """Return the keys of params, metrics or tags that runs have, sorted."""
        return self._names(section, self._visible())

    def _names(self, section: str, scope: Sql) -> list[str]:
        """Return the keys of a section that runs have, sorted."""
        table = "metric" if section == "metrics" else "value"
        rows = self._connection.execute(
            f"SELECT name FROM key WHERE section = ? AND EXISTS(SELECT 1 FROM {table} AS t"
            f" CROSS JOIN run AS r ON r.n = t.n WHERE t.k = key.k AND {scope.text}) ORDER BY name",
            (section, *scope.values),
        )
        return [name for (name,) in rows]

    def _number_of(self, key: "Key") -> int | None:
        return number_of_key(self._connection, key.group, key.name)

    def _selected(self, sql: str, values: Sequence[object]) -> list[int]:
        return [number for (number,) in self._connection.execute(sql, tuple(values))]

    def record(self, number: int) -> RunRecord:
        """Return the record of a run."""
        return record_of(self._connection, number)

    def hidden(self) -> tuple[int, int]:
        """Return how many runs were removed, and how many others went with their experiment."""
        deleted = self._selected("SELECT count(*) FROM run AS r WHERE r.deleted", ())[0]
        gone = "SELECT id FROM temp.experiment WHERE deleted"
        if not self._connection.execute(gone).fetchall():
            return deleted, 0
        sql = f"SELECT count(*) FROM run AS r WHERE NOT r.deleted AND r.experiment_id IN ({gone})"
        return deleted, self._selected(sql, ())[0]
