"""A few letters name a run, and an ambiguous word is refused with the candidates."""

import math
from datetime import UTC, datetime

import pytest

import mltrack
from mltrack.api.runs.runs import select_runs
from mltrack.api.selectors import select_run
from mltrack.store.store import Store
from mltrack.tracking.entities import MetricSummary, RunRecord, RunStatus
from tests.support import records

RATES = {"mmmmmmmm": 0.1, "nnnnnnnn": 0.2}


def run(
    handle: str,
    *,
    acc: float | None = None,
    status: RunStatus = RunStatus.FINISHED,
    minute: int = 0,
) -> RunRecord:
    """Return a run with a handle, and the only value of `acc`; some have a number `lr` too."""
    value = acc or 0.0
    measured = MetricSummary(last=value, last_step=0, min=value, max=value, count=1)
    return RunRecord(
        id=f"20260131-12{minute:02}00-{handle}",
        name=f"run {handle[0]}",
        experiment="default",
        experiment_id="g6uo5qoodf",
        status=status,
        started=datetime(2026, 1, 31, 12, minute, tzinfo=UTC),
        params={"lr": RATES.get(handle, "none"), "solver": "saga"},
        metrics={} if acc is None else {"acc": measured},
    )


RUNS = [
    run("kfxhqzab", acc=math.nan, minute=5),
    run("kfxabcde", acc=0.5, status=RunStatus.FAILED, minute=4),
    run("mmmmmmmm", acc=0.9, minute=3),
    run("nnnnnnnn", acc=0.9, status=RunStatus.FAILED, minute=2),
    run("oooooooo", minute=1),
]
TWINS = [run("kfxhqzab"), run("kfxhqzab-1a2b")]


def chosen(store: Store, runs: list[RunRecord], text: str) -> RunRecord:
    """Return the run that a selector means where these runs are in the store."""
    records.put(store, *runs)
    return select_run(store, text)


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("kfxhqzab", "kfxhqzab"),
        ("20260131-120000-kfxhqzab", "kfxhqzab"),
        ("kfxhqzab-1a2b", "kfxhqzab-1a2b"),
        ("kfxhqzab-", "kfxhqzab-1a2b"),
        ("20260131-120000-kfxhqzab-1a2b", "kfxhqzab-1a2b"),
    ],
)
def test_each_of_a_run_that_is_kept_twice_can_be_named(
    store: Store, text: str, handle: str
) -> None:
    assert chosen(store, TWINS, text).handle == handle


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("kfxhqzab", "kfxhqzab"),
        ("kfxh", "kfxhqzab"),
        ("m", "mmmmmmmm"),
        ("20260131-120200-n", "nnnnnnnn"),
        ("20260131-120200-nnnnnnnn", "nnnnnnnn"),
        ("1", "kfxhqzab"),
        ("5", "oooooooo"),
        ("@latest", "kfxhqzab"),
        ("@failed", "kfxabcde"),
        ("@max:acc", "mmmmmmmm"),
        ("@max:metrics.acc", "mmmmmmmm"),
        ("@min:acc", "kfxabcde"),
        ("@max:params.lr", "nnnnnnnn"),
        ("@min:max acc", "kfxabcde"),
    ],
)
def test_a_selector_means_one_run(store: Store, text: str, handle: str) -> None:
    assert chosen(store, RUNS, text).handle == handle


@pytest.mark.parametrize("text", ["kfx", "20260131-12"])
def test_an_ambiguous_selector_names_the_candidates(store: Store, text: str) -> None:
    with pytest.raises(mltrack.ConflictError, match=r"kfxhqzab \(run k\), kfxabcde \(run k\)"):
        chosen(store, RUNS, text)


def test_of_very_many_candidates_five_are_named(store: Store) -> None:
    with pytest.raises(mltrack.ConflictError, match=r"means 9 runs: .* and 4 more"):
        chosen(store, [run(f"a{letter}aaaaaa") for letter in "bcdefghij"], "a")


@pytest.mark.parametrize(
    "text", ["zzz", "9", "0", "20250101-", "@max:loss", "@min:los", "@max:params.solver"]
)
def test_a_selector_that_means_nothing_is_not_found(store: Store, text: str) -> None:
    with pytest.raises(mltrack.NotFoundError):
        chosen(store, RUNS, text)


@pytest.mark.parametrize(
    "text",
    ["", "../x", "@", "@best", "@max:", "@latest:acc", "a b", "²", "kfx;", "1..2", "-1", "KFX"],
)
def test_what_is_no_selector_is_a_usage_error(store: Store, text: str) -> None:
    with pytest.raises(mltrack.UsageError):
        chosen(store, RUNS, text)


def test_nan_ranks_last_and_is_best_only_where_there_is_nothing_else(store: Store) -> None:
    only_nan = [run("aaaaaaaa", acc=math.nan), run("bbbbbbbb")]
    assert chosen(store, only_nan, "@max:acc").handle == "aaaaaaaa"


def test_a_whole_handle_means_its_run_though_another_begins_with_it(store: Store) -> None:
    twice = [run("kfxhqzab-01ab"), run("kfxhqzab")]
    assert chosen(store, twice, "kfxhqzab").handle == "kfxhqzab"
    assert chosen(store, twice, "kfxhqzab-").handle == "kfxhqzab-01ab"


def test_a_range_means_several_runs_from_the_newest_on() -> None:
    made = []
    for number in range(4):
        with mltrack.start_run(name=str(number)) as one:
            made.append(one.id)
    newest_first = [found.id for found in mltrack.search_runs()]
    assert set(newest_first) == set(made)
    assert [found.id for found in select_runs(["2..3", newest_first[0]])] == [
        newest_first[1], newest_first[2], newest_first[0],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2..1", "0..1", "1..99999999999", "1.."])
def test_a_range_that_goes_nowhere_is_a_usage_error(text: str) -> None:
    with mltrack.start_run():
        pass
    with pytest.raises(mltrack.UsageError):
        select_runs([text])


def test_a_range_beyond_the_last_run_is_not_found() -> None:
    with mltrack.start_run():
        pass
    with pytest.raises(mltrack.NotFoundError, match="there is no run 2; there is 1"):
        select_runs(["1..2"])


def test_letters_mean_a_listed_run_before_one_that_was_removed(store: Store) -> None:
    ids = ["20260131-120000-kfxhqzab", "20260131-120001-kfxabcde"]
    folders = []
    for _ in ids:
        with mltrack.start_run() as made:
            folders.append(store.layout.run_folder(made.id))
    for run_id, folder in zip(ids, folders, strict=True):
        target = store.layout.run_folder(run_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        record = folder.rename(target) / "run.yaml"
        record.write_bytes(record.read_bytes().replace(folder.name.encode(), run_id.encode()))
    mltrack.remove_runs([ids[0]])
    assert [mltrack.get_run(letters).id for letters in ("kfx", "kfxh")] == [ids[1], ids[0]]


def test_one_text_is_one_selector_and_no_list_of_letters() -> None:
    ids = []
    for _ in range(3):
        with mltrack.start_run() as made:
            ids.append(made.id)
    assert [run.id for run in select_runs("1..2")] == [run.id for run in mltrack.search_runs()[:2]]
    assert [run.id for run in mltrack.remove_runs(ids[0][16:])] == ids[:1]
    assert [run.id for run in mltrack.restore_runs(ids[0][16:])] == ids[:1]
    with pytest.raises(mltrack.NotFoundError, match="there is no run 21"):
        mltrack.remove_runs("21")
