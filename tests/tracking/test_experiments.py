"""Two machines that never met give one experiment one id."""

import hashlib
import unicodedata

import pytest

import mltrack
from mltrack.store.events import Event, record
from mltrack.store.ids import base32
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from mltrack.tracking.experiments import DEFAULT_EXPERIMENT, Experiment, find, id_of


def say(store: Store, experiment_id: str, kind: str, **body: str) -> None:
    """Record an event of an experiment."""
    event = Event(kind=kind, subject=experiment_id, body=dict(body))
    record(store.layout.experiment(experiment_id), event, tmp=store.layout.tmp)


@pytest.mark.parametrize("name", [DEFAULT_EXPERIMENT, "churn", "größe", "a b"])
def test_the_id_is_ten_letters_of_the_digest_of_the_name(name: str) -> None:
    assert id_of(name) == base32(hashlib.sha256(name.encode()).digest(), 10)


def test_the_id_does_not_depend_on_how_an_accent_is_typed() -> None:
    assert id_of("größe") == id_of(unicodedata.normalize("NFD", "größe"))


def test_the_second_try_follows_the_name_after_a_line_feed() -> None:
    assert id_of("churn", 1) == base32(hashlib.sha256(b"churn\n1").digest(), 10)


def test_a_new_name_is_an_experiment_without_a_file(store: Store) -> None:
    assert find(store, "churn") == Experiment(id_of("churn"), "churn")
    assert not store.layout.experiments.exists()


def test_a_renamed_experiment_is_found_by_its_new_name_and_shows_it(store: Store) -> None:
    with mltrack.start_run(experiment="churn"):
        pass
    say(store, id_of("churn"), "renamed", name="leavers")
    assert find(store, "leavers") == Experiment(id_of("churn"), "leavers")
    assert [run.experiment for run in list_runs(store).runs] == ["leavers"]


def test_the_old_name_of_a_renamed_experiment_begins_another(store: Store) -> None:
    say(store, id_of("churn"), "renamed", name="leavers")
    assert find(store, "churn") == Experiment(id_of("churn", 1), "churn")


def test_a_deleted_experiment_is_not_written_to_again(store: Store) -> None:
    say(store, id_of("churn"), "deleted")
    assert find(store, "churn") == Experiment(id_of("churn", 1), "churn")


def test_runs_find_their_experiment_by_what_was_set_then_by_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLTRACK_EXPERIMENT", "of the variable")
    with mltrack.start_run():
        pass
    mltrack.set_experiment("set")
    with mltrack.start_run():
        pass
    with mltrack.start_run(experiment="named"):
        pass
    found = {run.record.experiment for run in mltrack.search_runs()}
    assert found == {"of the variable", "set", "named"}
