"""What is offered to somebody who types is there at once, however many runs there are."""

from datetime import UTC, datetime

from mltrack.store.store import Store
from mltrack.tracking.catalog import search
from mltrack.tracking.entities import RunRecord, RunStatus
from tests.support import records


def put(store: Store, day: int) -> None:
    """Put a run of a day of January into a store, with a parameter and an experiment of the day."""
    records.put(
        store,
        RunRecord(
            id=f"202601{day:02}-120000-abcdefgh",
            name="run",
            experiment=f"of {day}",
            experiment_id=f"{'g' * 9}{'abcdefghijklmnop'[day]}",
            status=RunStatus.FINISHED,
            started=datetime(2026, 1, day, 12, tzinfo=UTC),
            params={f"of{day}": 1},
        ),
    )


def test_of_runs_that_nobody_read_yet_only_the_last_days_are_looked_at(store: Store) -> None:
    for day in range(1, 13):
        put(store, day)
    assert search.known_names(store, "params", "tags") == {
        "params": ["of10", "of11", "of12", "of6", "of7", "of8", "of9"],
        "tags": [],
    }
    assert len(search.known_experiments(store).runs) == 7


def test_what_is_new_is_offered_at_once(store: Store) -> None:
    put(store, 1)
    assert search.known_names(store, "params")["params"] == ["of1"]
    put(store, 2)
    assert search.known_names(store, "params")["params"] == ["of1", "of2"]
