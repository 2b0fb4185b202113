"""The torture itself: it sees what is wrong, counts it, keeps it, and does not claim too much."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.api.store import use
from mltrack.store.store import Store
from tests.torture import state
from tests.torture.bounds import upper_bound
from tests.torture.driver import Driver
from tests.torture.facts import Facts
from tests.torture.reading import read
from tests.torture.rounds import Round


class Figure:
    """A figure of which every third round breaks its promise."""

    UNIT = "trials"
    PROMISE = "two of three are right"
    GOAL = 30

    def __init__(self) -> None:
        self.seeds: list[int] = []

    def play(self, seed: int, folder: Path, *, small: bool) -> Round:  # noqa: ARG002
        self.seeds.append(seed)
        (folder / "trace").write_text(str(seed))
        wrong = len(self.seeds) % 3 == 0
        return Round(10, ("it was wrong",) if wrong else (), (("things", 2),))


def test_without_failures_the_bound_is_the_rule_of_three() -> None:
    assert upper_bound(0, 10_000) == pytest.approx(1 - 0.05 ** (1 / 10_000))
    assert upper_bound(0, 10_000) == pytest.approx(3 / 10_000, rel=0.01)


@pytest.mark.parametrize(
    ("failures", "trials", "bound"), [(1, 100, 0.04656), (5, 50, 0.19883), (0, 1, 0.95), (3, 3, 1)]
)
def test_the_bound_is_that_of_clopper_and_pearson(failures: int, trials: int, bound: float) -> None:
    assert upper_bound(failures, trials) == pytest.approx(bound, rel=1e-3)


def test_a_round_is_never_played_again_with_the_same_seed(tmp_path: Path) -> None:
    figure = Figure()
    for count in (20, 40, 60):
        Driver("three", figure, tmp_path, lambda _: None).run(count, 0)
    assert len(set(figure.seeds)) == len(figure.seeds) == 6


def test_what_failed_is_counted_and_kept_and_what_did_not_is_cleaned_up(tmp_path: Path) -> None:
    said: list[str] = []
    progress = Driver("three", Figure(), tmp_path, said.append).run(30, 0)
    assert (progress.done, progress.failures, progress.notes) == (30, 1, {"things": 6})
    assert [path.parent.name for path in tmp_path.rglob("trace")] == ["round-2"]
    assert "three: round 2, seed 2: it was wrong" in said


def test_a_round_that_raises_is_a_failure_and_not_the_end(tmp_path: Path) -> None:
    class Raising(Figure):
        def play(self, *_: object, **__: object) -> Round:
            raise ZeroDivisionError

    progress = Driver("raising", Raising(), tmp_path, lambda _: None).run(2, 0)
    assert (progress.done, progress.failures) == (2, 2)


@pytest.mark.parametrize("text", ["", '{"rounds": 3', "null", "[]", '{"failed": 3}', "\0"])
def test_progress_that_cannot_be_read_means_a_new_beginning(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    assert state.load(tmp_path / "state.json") == state.Progress()


def test_an_operation_under_way_may_have_happened_or_not() -> None:
    facts = Facts()
    facts.begin([(("tag", "r", "a"), 1)])
    assert facts.broken({}, {"tag"}) == facts.broken({("tag", "r", "a"): 1}, {"tag"}) == []
    facts.done([(("tag", "r", "a"), 1)])
    assert facts.broken({("tag", "r", "a"): 1}, {"tag"}) == []
    assert facts.broken({}, {"tag"}) == ["tag/r/a: None found, not ['1']"]


def _change(path: Path) -> None:
    path.chmod(0o644)
    path.write_text("x")


LOSSES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a row": ("metrics.jsonl", lambda path: path.write_text(path.read_text()[:-120])),
    "a file": ("note.txt", lambda path: path.unlink()),
    "a changed file": ("note.txt", _change),
    "a record": ("run.yaml", lambda path: path.unlink()),
    "a tag": ("*-*.*.yaml", lambda path: path.unlink()),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_reader_sees_whatever_is_lost(loss: str, tmp_path: Path) -> None:
    store = Store.create(tmp_path / ".mltrack")
    use(store=str(store.root))
    (tmp_path / "note.txt").write_text("a note")
    with mltrack.start_run() as run:
        run.log_metrics({"loss": random.Random(1).random()})
        run.log_metric("loss", 5)
        run.log_artifact(tmp_path / "note.txt")
    mltrack.tag_run(run.id, {"kind": "good"})
    kinds = {"run", "tag", "point", "file"}
    facts = Facts()
    facts.done([(k, v) for k, v in read(store.root, {run.id}).facts.items() if k[0] in kinds])
    assert len(facts.allowed) == 5
    assert facts.broken(read(store.root, {run.id}).facts, kinds) == []
    name, lose = LOSSES[loss]
    lose(next(store.root.rglob(name)))
    assert facts.broken(read(store.root, {run.id}).facts, kinds)
