"""What is said of a second run: a table of results, and of what else differs."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from mltrack.projects.again.causes import Sides, causes, code_lines
from mltrack.projects.again.content import Change
from mltrack.projects.again.verdict import Results, Word, judged
from mltrack.projects.spec import Verification
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.history import History

STRICT = Verification()
LAX = Verification(rtol={"auc": 1e-3, "loss/*": 1e-2}, atol={"*": 1e-9})
Points = dict[str, list[tuple[int, float]]]


def results(metrics: Points, **artifacts: str) -> Results:
    histories = {
        name: History([(step, 0.0, value) for step, value in points])
        for name, points in metrics.items()
    }
    return Results(histories, artifacts)


@pytest.mark.parametrize(
    ("before", "after", "rules", "word"),
    [
        ({}, {}, STRICT, Word.IDENTICAL),
        ({"a": [(0, 1.0)]}, {"a": [(0, 1.0)]}, STRICT, Word.IDENTICAL),
        ({"a": [(0, math.nan)]}, {"a": [(0, -math.nan)]}, STRICT, Word.IDENTICAL),
        ({"a": [(0, math.inf)]}, {"a": [(0, math.inf)]}, STRICT, Word.IDENTICAL),
        ({"a": [(0, 0.0)]}, {"a": [(0, -0.0)]}, STRICT, Word.WITHIN),
        ({"a": [(0, 1.0)]}, {"a": [(0, math.nextafter(1, 2))]}, STRICT, Word.DRIFTED),
        ({"a": [(0, 1.0)]}, {"a": [(1, 1.0)]}, STRICT, Word.DRIFTED),
        ({"a": [(0, 1.0)]}, {}, LAX, Word.DRIFTED),
        ({}, {"a": [(0, 1.0)]}, LAX, Word.DRIFTED),
        ({"a": [(0, 1.0), (1, 1.0)]}, {"a": [(0, 1.0)]}, LAX, Word.DRIFTED),
        ({"a": [(0, 1.0)]}, {"a": [(0, 1.0), (1, 1.0)]}, LAX, Word.DRIFTED),
        ({"a": [(0, 1.0)]}, {"a": [(0, math.nan)]}, LAX, Word.DRIFTED),
        ({"a": [(0, math.inf)]}, {"a": [(0, -math.inf)]}, LAX, Word.DRIFTED),
        ({"auc": [(0, math.inf)]}, {"auc": [(0, 5.0)]}, LAX, Word.DRIFTED),
        ({"auc": [(0, 5.0)]}, {"auc": [(0, math.inf)]}, LAX, Word.DRIFTED),
        ({"auc": [(0, math.inf)]}, {"auc": [(0, -math.inf)]}, LAX, Word.DRIFTED),
        ({"a": [(0, 1.0), (0, 2.0)]}, {"a": [(0, 2.0), (0, 1.0)]}, STRICT, Word.IDENTICAL),
        ({"a": [(0, 1.0), (0, 2.0)]}, {"a": [(0, 2.0), (0, 2.0)]}, STRICT, Word.DRIFTED),
        ({"auc": [(0, 1.0)]}, {"auc": [(0, 1.001)]}, LAX, Word.WITHIN),
        ({"auc": [(0, 1.0)]}, {"auc": [(0, 1.0011)]}, LAX, Word.DRIFTED),
        ({"loss/x": [(0, 1.0)]}, {"loss/x": [(0, 0.995)]}, LAX, Word.WITHIN),
        ({"loss": [(0, 1.0)]}, {"loss": [(0, 1 + 1e-10)]}, LAX, Word.WITHIN),
        ({"loss": [(0, 1.0)]}, {"loss": [(0, 1 + 1e-8)]}, LAX, Word.DRIFTED),
        (
            {"auc": [(0, 1.0), (1, 1.0)]},
            {"auc": [(0, 1.0001), (1, 2.0)]},
            LAX,
            Word.DRIFTED,
        ),
        ({"fit_seconds": [(0, 1.0)]}, {"fit_seconds": [(0, 2.0)]}, STRICT, Word.IDENTICAL),
        ({"time/a": [(0, 1.0)]}, {"system/cpu": [(0, 2.0)]}, STRICT, Word.IDENTICAL),
        (
            {"a/b": [(0, 1.0)], "c": [(0, 1.0)]},
            {"a/b": [(0, 2.0)], "c": [(0, 1.0)]},
            Verification(ignore=("a/*",)),
            Word.IDENTICAL,
        ),
        ({"a": [(0, 1.0), (0, 2.0)]}, {"a": [(0, 1.0), (0, 2.0)]}, STRICT, Word.IDENTICAL),
        ({"a": [(0, 1.0), (0, 2.0)]}, {"a": [(0, 1.0)]}, STRICT, Word.DRIFTED),
    ],
)
def test_metrics(before: Points, after: Points, rules: Verification, word: Word) -> None:
    assert judged(results(before), results(after), rules).word is word


@pytest.mark.parametrize(
    ("before", "after", "rules", "word"),
    [
        ({"m": "aa"}, {"m": "aa"}, STRICT, Word.IDENTICAL),
        ({"m": "aa"}, {"m": "bb"}, LAX, Word.DRIFTED),
        ({"m": "aa"}, {}, LAX, Word.DRIFTED),
        ({}, {"m": "aa"}, LAX, Word.DRIFTED),
        ({"inputs/data/x.csv": "aa"}, {}, STRICT, Word.IDENTICAL),
        ({"params/0.txt": "aa"}, {"params/1.txt": "bb"}, STRICT, Word.IDENTICAL),
        ({"plots/a.png": "aa"}, {"plots/a.png": "b"}, Verification(ignore=("*.png",)), "identical"),
    ],
)
def test_artifacts(
    before: dict[str, str], after: dict[str, str], rules: Verification, word: str
) -> None:
    assert judged(results({}, **before), results({}, **after), rules).word == word


def test_the_point_that_differs_most_gravely_is_told_with_both_values() -> None:
    before = results({"auc": [(0, 1.0), (1, 1.0), (2, 1.0)]})
    after = results({"auc": [(0, 1.0001), (1, 5.0), (2, 9.0)]})

    (found,) = judged(before, after, LAX).differences

    assert (found.step, found.before, found.after, found.points) == (1, 1.0, 5.0, 3)


def test_what_was_compared_is_counted_and_what_was_not_is_named() -> None:
    before = results({"a": [(0, 1.0), (1, 2.0)], "fit_seconds": [(0, 1.0)]}, model="aa")

    verdict = judged(before, before, STRICT)

    assert (verdict.metrics, verdict.points, verdict.artifacts) == (1, 2, 1)
    assert verdict.ignored == ("fit_seconds",)


def record(**facts: Any) -> RunRecord:
    return RunRecord(
        id="20260131-120000-kfxhqzab",
        name="x",
        experiment="x",
        experiment_id="pger5gahi7",
        status=RunStatus.FINISHED,
        started=datetime(2026, 1, 31, tzinfo=UTC),
        **facts,
    )


@pytest.mark.parametrize(
    ("before", "after", "kind", "line"),
    [
        ({"params": {"lr": 0.1}}, {"params": {"lr": 0.2}}, "parameters", "lr 0.1 -> 0.2"),
        ({"params": {}}, {"params": {"b": True}}, "parameters", "b nothing -> True"),
        (
            {"inputs": {"data": {"digest": "a" * 64, "source": "d.csv"}}},
            {"inputs": {"data": {"digest": "b" * 64, "source": "d.csv"}}},
            "data",
            "data (d.csv) aaaaaaaaaaaa -> bbbbbbbbbbbb",
        ),
        (
            {"environment": {"python": "3.11.7"}},
            {"environment": {"python": "3.11.8"}},
            "environment",
            "python 3.11.7 -> 3.11.8",
        ),
        (
            {"environment": {"variables": {"A": "1"}}},
            {"environment": {"variables": {"A": "2"}}},
            "environment",
            "A 1 -> 2",
        ),
        (
            {"environment": {"platform": "linux-x86_64"}},
            {"environment": {"platform": "darwin-arm64"}},
            "machine",
            "platform linux-x86_64 -> darwin-arm64",
        ),
        (
            {"environment": {"hardware": {"cpu": "A", "cores": 2, "memory_bytes": 1}}},
            {"environment": {"hardware": {"cpu": "B", "cores": 2, "memory_bytes": 2}}},
            "machine",
            "cpu A -> B",
        ),
    ],
)
def test_causes(before: dict[str, Any], after: dict[str, Any], kind: str, line: str) -> None:
    (found,) = causes(Sides(record(**before), record(**after), (), ()), ())

    assert (found.kind, found.details) == (kind, (line,))


def test_packages_are_compared_by_name_and_version_whatever_their_digests() -> None:
    before = ["Tiny.Pkg==1.0 --hash=sha256:aa", "same==1", "gone==1", "mltrack-local==9"]
    after = ["tiny-pkg==1.0.1", "same==1 --hash=sha256:bb", "new @ git+https://h/x@abc"]

    (found,) = causes(Sides(record(), record(), before, after), ())

    assert found.details == (
        "gone 1 -> nothing",
        "new nothing -> new @ git+https://h/x@abc",
        "tiny-pkg 1.0 -> 1.0.1",
    )


def test_nothing_differs() -> None:
    assert causes(Sides(record(), record(), ["a==1"], ["a==1"]), ()) == ()


def test_files_of_code_are_told_with_their_lines() -> None:
    changes = [Change("a.py", 1, 2), Change("b.bin", None, None)]

    assert code_lines(changes) == ["a.py +1 -2", "b.bin differs, and is no text"]
    assert code_lines([Change(f"{n}", 1, 1) for n in range(30)])[-1] == "and 10 more files"
