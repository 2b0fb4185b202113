"""What is said of an experiment travels with git and merges without a conflict."""

from collections.abc import Callable

import pytest

import mltrack
from mltrack.api import store as api_store
from mltrack.store.store import Store
from mltrack.tracking.experiments import find, id_of
from tests.support.repository import Repository

Act = Callable[[], object]


def a_run(experiment: str = "churn") -> str:
    with mltrack.start_run(experiment=experiment) as run:
        run.log_metric("loss", 1)
    return run.id


@pytest.fixture
def churn(project: Repository) -> str:
    """Return the id of an experiment with one run that is committed on main."""
    a_run()
    project.commit("Record a run")
    return id_of("churn")


def merged(project: Repository, ours: Act, theirs: Act) -> None:
    """Do one thing on each of two branches of main, and merge them."""
    for name, act in (("ours", ours), ("theirs", theirs)):
        project.git("checkout", "-q", "-b", name, "main")
        act()
        project.commit(f"Act as {name}")
    project.merge("ours")


def names() -> list[str]:
    return [experiment.name for experiment in mltrack.list_experiments().found]


def test_an_experiment_exists_because_a_run_names_it(churn: str) -> None:
    found = mltrack.get_experiment("churn")
    assert (found.id, found.name, found.runs) == (churn, "churn", 1)
    assert found.by_status == {"finished": 1}
    assert mltrack.get_experiment(churn[:4]).id == churn


def test_an_experiment_can_be_made_before_its_first_run(store: Store) -> None:
    made = mltrack.create_experiment("empty", "for later", {"team": "red"})
    assert (made.id, made.name) == (id_of("empty"), "empty")
    assert (made.description, made.tags, made.runs) == ("for later", {"team": "red"}, 0)
    assert mltrack.get_experiment("empty") == made
    a_run("empty")
    assert mltrack.get_experiment("empty").runs == 1


def test_a_name_that_is_taken_is_refused(churn: str) -> None:
    a_run("other")
    with pytest.raises(mltrack.ConflictError, match="there is an experiment churn already"):
        mltrack.create_experiment("churn")
    with pytest.raises(mltrack.ConflictError, match="there is an experiment churn already"):
        mltrack.rename_experiment("other", "churn")


def test_what_two_branches_say_merges_whole(churn: str, project: Repository) -> None:
    merged(
        project,
        lambda: mltrack.tag_experiment("churn", {"mine": 1}),
        lambda: (
            mltrack.rename_experiment("churn", "leavers"),
            mltrack.describe_experiment("leavers", "who leaves"),
            mltrack.tag_experiment("leavers", {"yours": 2}),
        ),
    )
    found = mltrack.get_experiment("leavers")
    assert (found.id, found.description) == (churn, "who leaves")
    assert found.tags == {"mine": 1, "yours": 2}
    assert [run.record.experiment for run in mltrack.search_runs()] == ["leavers"]


def test_of_two_new_names_every_clone_takes_the_same(churn: str, project: Repository) -> None:
    merged(
        project,
        lambda: mltrack.rename_experiment("churn", "ours"),
        lambda: mltrack.rename_experiment("churn", "theirs"),
    )
    here = names()
    clone = project.clone("clone")
    api_store.use(folder=clone.path)
    assert names() == here
    assert len(here) == 1


def test_a_removed_experiment_hides_its_runs_until_any_clone_restores_it(
    churn: str, project: Repository
) -> None:
    run_id = a_run()
    mltrack.remove_experiment("churn", reason="wrong data")
    assert (names(), list(mltrack.search_runs())) == ([], [])
    assert {run.record.hidden for run in mltrack.search_runs(deleted=True)} == {True}
    assert mltrack.get_run(run_id).record.experiment_deleted
    project.commit("Remove it")
    clone = project.clone("clone")
    api_store.use(folder=clone.path)
    assert names() == []
    assert mltrack.restore_experiment("churn").runs == 2
    assert len(mltrack.search_runs()) == 2


def test_a_run_that_was_removed_itself_stays_so_when_its_experiment_comes_back(churn: str) -> None:
    gone = a_run()
    mltrack.remove_runs([gone])
    assert gone[16:22] not in mltrack.get_experiment(churn).newest
    assert len(mltrack.get_experiment(churn).newest) == 1
    mltrack.remove_experiment(churn)
    mltrack.restore_experiment(churn)
    assert gone not in [run.id for run in mltrack.search_runs()]


@pytest.mark.parametrize(
    ("theirs", "unseen"),
    [
        (lambda: mltrack.rename_experiment("churn", "leavers"), "that it was renamed"),
        (lambda: mltrack.tag_experiment("churn", {"precious": True}), "that it was tagged"),
        (lambda: mltrack.describe_experiment("churn", "why"), "that it was described"),
        (a_run, "a run or a writer of 2"),
    ],
    ids=["rename", "tag", "describe", "run"],
)
def test_a_removal_that_had_not_seen_it_all_keeps_the_experiment_and_warns(
    churn: str, project: Repository, theirs: Act, unseen: str
) -> None:
    merged(project, lambda: mltrack.remove_experiment("churn"), theirs)
    listing = mltrack.list_experiments()
    assert [experiment.id for experiment in listing.found] == [churn]
    assert f"had not seen {unseen}" in listing.warnings[0]
    assert "so it is kept" in mltrack.search_runs().warnings[0]
    assert mltrack.search_runs()


def test_a_run_that_was_taken_up_again_keeps_the_experiment(
    churn: str, project: Repository
) -> None:
    run_id = mltrack.get_run("1").id

    def go_on() -> None:
        with mltrack.start_run(resume=run_id) as run:
            run.log_metric("loss", 0.5)

    merged(project, lambda: mltrack.remove_experiment("churn"), go_on)
    assert names() == ["churn"]


@pytest.mark.parametrize("settle", [mltrack.remove_experiment, mltrack.restore_experiment])
def test_a_disputed_removal_is_settled_by_whoever_says_it_again(
    churn: str, project: Repository, settle: Callable[[str], object]
) -> None:
    merged(project, lambda: mltrack.remove_experiment("churn"), a_run)
    settle("churn")
    listing = mltrack.list_experiments(deleted=True)
    assert (listing.found[0].deleted, listing.warnings) == (
        settle is mltrack.remove_experiment,
        (),
    )


def test_removed_and_restored_apart_is_kept(churn: str, project: Repository) -> None:
    mltrack.remove_experiment("churn")
    project.commit("Remove it")
    merged(
        project,
        lambda: mltrack.restore_experiment("churn"),
        lambda: (mltrack.restore_experiment("churn"), mltrack.remove_experiment("churn")),
    )
    assert names() == ["churn"]


def test_two_ids_of_one_name_are_both_shown_and_the_bare_name_fails(
    churn: str, project: Repository
) -> None:
    a_run("other")
    project.commit("Record another")
    merged(
        project,
        lambda: mltrack.rename_experiment("churn", "same"),
        lambda: mltrack.rename_experiment("other", "same"),
    )
    listing = mltrack.list_experiments()
    ids = sorted([churn, id_of("other")])
    assert [experiment.id for experiment in listing.found] == ids
    assert listing.warnings == (f"2 experiments are called same: {', '.join(ids)}",)
    for asked in (lambda: mltrack.get_experiment("same"), lambda: search("same")):
        with pytest.raises(mltrack.ConflictError, match=f"{ids[0]}.*{ids[1]}"):
            asked()
    assert mltrack.get_experiment(churn).runs == 1
    assert len(search(churn)) == 1


def search(experiment: str) -> list[str]:
    return [run.id for run in mltrack.search_runs(experiment=experiment)]


def test_a_run_under_the_name_of_a_removed_experiment_begins_another(churn: str) -> None:
    mltrack.remove_experiment("churn")
    a_run()
    found = mltrack.get_experiment("churn")
    assert (found.id, found.runs) == (id_of("churn", 1), 1)


def test_a_run_under_the_name_of_one_that_is_kept_after_all_belongs_to_it(
    churn: str, project: Repository, store: Store
) -> None:
    merged(project, lambda: mltrack.remove_experiment("churn"), a_run)
    assert find(store, "churn").id == churn


def test_an_experiment_with_a_live_run_is_not_removed() -> None:
    with (
        mltrack.start_run(experiment="busy"),
        pytest.raises(mltrack.UsageError, match="still running"),
    ):
        mltrack.remove_experiment("busy")


def test_a_broken_event_costs_one_warning(churn: str, store: Store) -> None:
    mltrack.tag_experiment("churn", {"good": 1})
    mltrack.tag_experiment("churn", {"bad": 1})
    (*_, last) = sorted(store.layout.experiment(churn).iterdir())
    last.write_bytes(b"<<<<<<< ours\n")
    listing = mltrack.list_experiments()
    assert listing.found[0].tags == {"good": 1}
    assert len(listing.warnings) == 1


def test_secrets_in_words_about_an_experiment_are_masked(churn: str, store: Store) -> None:
    secret = "ghp_" + "a1B2" * 9
    mltrack.describe_experiment("churn", f"use {secret}")
    mltrack.tag_experiment("churn", {"api_key": "s3cr3t-s3cr3t"})
    mltrack.remove_experiment("churn", reason=f"leaked {secret}")
    written = b"".join(path.read_bytes() for path in store.layout.experiment(churn).iterdir())
    assert secret.encode() not in written
    assert b"s3cr3t" not in written


def test_a_removal_has_seen_the_later_writers_of_its_runs(churn: str) -> None:
    with mltrack.start_run(resume=mltrack.get_run("1").id) as run:
        run.log_metric("loss", 0.5)
    mltrack.remove_experiment("churn")
    assert (names(), list(mltrack.search_runs())) == ([], [])


def test_an_id_in_a_record_leads_nowhere_out_of_the_store(churn: str, project: Repository) -> None:
    (path,) = project.path.glob(".mltrack/runs/*/*/*/run.yaml")
    path.write_text(path.read_text().replace(f'"{churn}"', '"../../../outside"'))
    with pytest.raises(mltrack.UsageError, match="is not the id of an experiment"):
        mltrack.tag_experiment("churn", {"a": 1})
    assert not (project.path.parent / "outside").exists()
    assert mltrack.add_runs(["1"]).files == 1
