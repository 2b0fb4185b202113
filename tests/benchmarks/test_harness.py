"""The bench itself: it sees what is slow or large, says so in both files, and goes on."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import results
from tests.benchmarks.costs import PYTHON, peak_mib, spent
from tests.benchmarks.figures import ALL, NAMES, chosen
from tests.benchmarks.growth import draw
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, faster, ratio

_BUSY = "import time\nwhile time.process_time() < 0.3: pass"


def _bench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--small", "--folder", folder, *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )


def _figure(name: str, bar: Bar | None = None) -> Figure:
    return Figure(name=name, what=f"{name}ing", bar=bar, measure=lambda _: Measured(1))


def test_a_figure_is_measured_and_written_for_programs_and_for_people(tmp_path: Path) -> None:
    assert _bench(tmp_path, "--only", "log_metric", "--runs", "1").returncode == 0
    done = _bench(tmp_path, "--only", "stage-files,commit,growth", "--runs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    found = results.load(tmp_path)
    assert found.keys() == {"log_metric", "stage-files", "commit", "growth"}
    assert 0.05 < found["log_metric"].measured.value < 50
    assert found["log_metric"].measured.tries == 15
    assert 2 < found["commit"].measured.value < 20
    shown = (tmp_path / results.MARKDOWN).read_text()
    assert "| `stage-files` |" in shown
    assert not list(tmp_path.glob("scratch-*"))


def test_an_unknown_figure_or_peer_is_named(tmp_path: Path) -> None:
    for arguments in (("--only", "log_metrik"), ("--peers", "mlfow")):
        done = _bench(tmp_path, *arguments)
        assert (done.returncode, arguments[1] in done.stderr) == (2, True)


def test_the_time_of_a_child_of_the_child_counts(tmp_path: Path) -> None:
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_BUSY!r}])"
    assert spent([PYTHON, "-c", nested], tmp_path, {}).cpu >= 0.3


def test_the_peak_is_that_of_the_child_and_not_that_of_this_process(tmp_path: Path) -> None:
    held = bytearray(200 * 2**20)
    small = peak_mib([PYTHON, "-c", "pass"], tmp_path, {})
    large = peak_mib([PYTHON, "-c", "bytearray(100 * 2**20)"], tmp_path, {})
    assert len(held) > 0
    assert small < 60
    assert 100 <= large - small + 5 < 130


def test_a_command_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(ChildProcessError, match="no such thing"):
        spent([PYTHON, "-c", "raise SystemExit('no such thing')"], tmp_path, {})


def test_pairs_are_tried_in_turn_and_the_first_is_not_counted(tmp_path: Path) -> None:
    done: list[str] = []
    place = Place(tmp_path, tmp_path / "scratch", runs=2)

    def one() -> float:
        done.append("ours")
        return float(len(done))

    def other() -> float:
        done.append("floor")
        return 1.0

    pairs = place.pairs(one, other, before=lambda: done.append("before"))
    assert done == ["before", "ours", "floor"] * 3
    assert pairs == ([5.0, 8.0], [1.0, 1.0])


def test_what_compiles_nothing_is_not_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("MLTRACK_DURABILITY", "none")
    place = Place(tmp_path, tmp_path / "scratch")
    assert not {"PYTHONDONTWRITEBYTECODE", "MLTRACK_DURABILITY"} & place.variables.keys()


def test_a_ratio_is_of_medians_and_a_race_is_the_other_way_round() -> None:
    found = ratio([2, 3, 100], [1, 1, 1], "s")
    assert (found.value, found.ours, found.floor, found.tries) == (3, "3 s", "1 s", 3)
    assert faster([1, 1, 1], [2, 3, 100], "s") == found._replace(ours="1 s", floor="3 s")


def test_a_bar_may_be_met_exactly_and_not_be_passed() -> None:
    assert [Bar(1.3).holds(value) for value in (1.2, 1.3, 1.31)] == [True, True, False]
    assert [Bar(5, at_least=True).holds(value) for value in (4.9, 5)] == [False, True]


def test_the_table_says_what_is_met_what_is_not_and_what_was_not_measured() -> None:
    figures = (_figure("a", Bar(2)), _figure("b", Bar(0.5)), _figure("c"), _figure("d"))
    found = {name: results.result(Measured(1), "abc") for name in "abc"}
    rows = results.table(figures, found).splitlines()[2:]
    words = [row.split("|")[-2].strip() for row in rows]
    assert words == ["met", "**not met**", "", "not measured"]


def test_a_page_gets_the_table_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{results.BEGIN}\nstale words\n{results.END}\nafter\n")
    for _ in range(2):
        results.rewrite(page, {"import": results.result(Measured(1.25), "abc")})
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "stale words" not in text
    assert "| 1.25 | met |" in text
    page.write_text("no marks\n")
    with pytest.raises(ValueError, match="bench: begin"):
        results.rewrite(page, {})


@pytest.mark.parametrize("text", ["", "[]", '{"figures": {"import": {}}}', '{"figures": [1]}'])
def test_results_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / results.JSON).write_text(text)
    assert results.load(tmp_path) == {}


def test_figures_of_a_peer_are_measured_only_when_it_is_asked_for() -> None:
    assert len(set(NAMES)) == len(ALL)
    assert not any(figure.peer for figure in chosen((), ()))
    assert {figure.peer for figure in chosen((), ("mlflow",))} == {"", "mlflow"}
    assert chosen(("create-mlflow",), ()) == ()


def test_the_same_numbers_are_drawn_as_the_same_bytes(tmp_path: Path) -> None:
    curves = {name: [1.0, 2.0] for name in ("newest", "best", "uncached")}
    for name in "ab":
        draw((10, 100), curves, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
