"""`plot` draws metrics of runs, one panel a metric, so that runs are told apart without colour."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from itertools import zip_longest

import pytest

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal

CURVES = """
import mltrack
for name, rate in (("first", 1), ("模型" * 30, 2), ("third", 3)):
    with mltrack.start_run(name=name) as run:
        for step in range(40):
            acc = float("nan") if step == 20 else step
            run.log_metrics({"loss": rate / (1 + step), "acc": acc}, step=step)
with mltrack.start_run(name="apart", experiment="earlier") as run:
    run.log_metric("loss", 5)
with mltrack.start_run(name="newest") as run:
    run.log_metric("other", 5)
"""


@pytest.fixture
def curves(here: Cli, script: Script) -> Cli:
    script(CURVES)
    return here


def points(result: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result)))


def test_words_are_metrics_and_runs_and_each_metric_has_a_panel(curves: Cli) -> None:
    lines = curves("plot", "acc", "loss", "2..5", "--height", "6").out.splitlines()
    assert [line for line in lines if line in {"acc", "loss"}] == ["acc", "loss"]
    legend = [line.split() for line in lines[-5:]]
    assert legend[0] == ["name", "last", "acc", "last", "loss"]
    assert [row[0] for row in legend[1:]] == ["a", "b", "c", "d"]
    assert legend[1][3:] == ["apart", "-", "5"]
    assert legend[4][3:] == ["first", "39", "0.025"]


def test_without_a_run_the_latest_experiment_is_shown(curves: Cli) -> None:
    result = curves("plot", "loss", "-o", "csv")
    assert {row["name"] for row in points(result.out)} == {"first", "模型" * 30, "third"}
    assert "without loss: " in result.err


def test_each_curve_has_its_own_letter_at_its_end_and_its_own_line(curves: Cli) -> None:
    *panel, _, _, first, second, third = curves("plot", "loss", "3..5").out.splitlines()
    ends = "".join(line.rsplit("⣀", 1)[-1] for line in panel if "┤" in line or "│" in line)
    assert {"a", "b", "c"} <= set(ends)
    assert len({line.split("  ")[0][2:] for line in (first, second, third)}) == 3


@pytest.mark.parametrize("columns", [30, 80, 132])
def test_it_fits_the_terminal_whatever_names_are_made_of(
    curves: Cli, repo: Repository, columns: int
) -> None:
    from rich.cells import cell_len

    seen = on_a_terminal("-q", "plot", "loss", cwd=repo.path, columns=columns, NO_COLOR="1")
    assert seen.code == 0
    assert max(map(cell_len, seen.text.splitlines())) <= columns


def test_off_a_terminal_it_has_80_columns_and_no_colour(curves: Cli) -> None:
    from rich.cells import cell_len

    out = curves("plot", "loss").out
    assert 70 < max(map(cell_len, out.splitlines())) <= 80
    assert "\x1b" not in out


def test_colour_is_for_terminals_that_want_it(curves: Cli, repo: Repository) -> None:
    assert "\x1b[36m" in on_a_terminal("plot", "loss", cwd=repo.path).text
    assert "\x1b[3" not in on_a_terminal("plot", "loss", cwd=repo.path, NO_COLOR="1").text


def test_what_is_no_number_is_a_gap_and_a_text_in_json(curves: Cli) -> None:
    gap = curves("plot", "acc", "@max:acc", "-o", "json").json()["points"][20]
    assert (gap["step"], gap["value"]) == (20, "NaN")
    drawn = curves("plot", "acc", "@max:acc", "--height", "6", "--width", "120").out
    rows = [line.split("│")[-1].split("┤")[-1] for line in drawn.splitlines()[1:7]]
    columns = ["".join(column).strip(" a") for column in zip_longest(*rows, fillvalue=" ")]
    assert "" in columns[: len(rows[0].rstrip(" a"))]


def test_points_have_step_time_and_clock(curves: Cli) -> None:
    first, *_ = curves("plot", "loss", "5", "-o", "jsonl").out.splitlines()
    assert list(json.loads(first)) == ["run", "name", "metric", "step", "time", "wall", "value"]


def test_points_are_smoothed_where_that_is_asked(curves: Cli) -> None:
    rough, smooth = (
        points(curves("plot", "loss", "5", "-o", "csv", *more).out)
        for more in ([], ["--smooth=0.5"])
    )
    assert float(rough[1]["value"]) == 0.5
    assert float(smooth[1]["value"]) == pytest.approx(2 / 3)


def test_the_last_value_is_the_one_that_was_logged_however_it_is_smoothed(curves: Cli) -> None:
    *_, legend = curves("plot", "loss", "5", "--smooth=0.9").out.splitlines()
    assert legend.split()[-1] == "0.025"


def test_a_run_whose_journal_is_gone_is_said_to_have_logged(store: Cli, repo: Repository) -> None:
    for journal in (repo.path / ".mltrack" / "runs").rglob("metrics.jsonl"):
        journal.unlink()
    result = store("plot", "acc", "1", "2")
    assert (result.code, result.out) == (3, "")
    assert "no point of acc is left in these runs: " in result.err
    assert "mltrack fsck" in result.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--x", "step"], "step"),
        (["--x", "time"], "seconds since the run began"),
        (["--x", "wall"], "time"),
        (["--log"], "loss (logarithmic)"),
        (["--smooth", "0.9"], "loss (smoothed by 0.9)"),
    ],
)
def test_the_axes_say_what_they_are(curves: Cli, words: list[str], said: str) -> None:
    assert said in map(str.strip, curves("plot", "loss", "5", *words).out.splitlines())


def test_two_steps_are_marked_by_their_numbers(store: Cli) -> None:
    assert store("plot", "acc", "1").out.splitlines()[-5].split() == ["0", "1"]


def test_marks_beside_a_low_panel_are_as_far_apart_as_each_other(here: Cli, script: Script) -> None:
    script(
        "import mltrack\nwith mltrack.start_run() as run:\n"
        "    for n in range(5): run.log_metric('a', n)\n"
    )
    _, *panel, _axis, _below, _said, _empty, _title, _legend = here(
        "plot", "a", "--height", "4"
    ).out.splitlines()
    assert [line.split()[0] for line in panel if "┤" in line] == ["4", "2", "0"]


def test_a_clock_is_marked_where_it_is_round_in_the_zone_that_is_shown(
    here: Cli, script: Script, repo: Repository
) -> None:
    script(
        "import mltrack\nwith mltrack.start_run() as run:\n"
        "    for n in range(3): run.log_metric('a', n)\n"
    )
    (journal,) = (repo.path / ".mltrack" / "runs").rglob("metrics.jsonl")
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    for line in lines:
        if "step" in line:
            line["time"] = 1_767_225_600 + 5400 * line["step"]  # 2026 begins in UTC
    journal.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    east = {**os.environ, "TZ": "Asia/Kathmandu"}  # 5 h 45 min ahead
    clocks = [
        here(*words, "plot", "a", "--x", "wall", env=east).out.splitlines()[-5].split()
        for words in ([], ["--utc"])
    ]
    assert clocks == [
        ["06:00", "07:00", "08:00"],
        ["00:00Z", "01:00Z", "02:00Z", "03:00Z"],
    ]


@pytest.mark.parametrize(
    ("x", "marks"), [("step", "6 7 8"), ("wall", "23:59:59 00:00:00 00:00:01")]
)
def test_one_step_or_moment_stands_in_the_middle_of_its_neighbours(
    here: Cli, script: Script, repo: Repository, x: str, marks: str
) -> None:
    script("import mltrack\nwith mltrack.start_run() as run: run.log_metric('a', 1, step=7)")
    (journal,) = (repo.path / ".mltrack" / "runs").rglob("metrics.jsonl")
    journal.write_text(
        re.sub(r'("step":7,"time":)[0-9.]+', r"\g<1>1767225600", journal.read_text())
    )
    lines = here("plot", "a", "--x", x, env={**os.environ, "TZ": "UTC"}).out.splitlines()
    assert lines[-5].split() == marks.split()


def test_a_logarithmic_axis_of_nothing_positive_says_so(here: Cli, script: Script) -> None:
    script("import mltrack\nwith mltrack.start_run() as run: run.log_metric('a', -1)")
    assert "nothing above 0" in here("plot", "a", "--log").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["los"], 3, "did you mean loss?"),
        ([], 2, "these runs have acc, loss, other"),
        (["1..3"], 2, "these runs have acc, loss, other"),
        (["loss", "1"], 3, "none of these runs logged loss"),
        (["loss", "1..99"], 2, "26 runs at most"),
        (["loss", "77"], 3, "there is no run 77"),
        (["loss", "--smooth", "1"], 2, "0 to below 1"),
    ],
)
def test_what_cannot_be_meant_is_said(curves: Cli, words: list[str], code: int, said: str) -> None:
    result = curves("plot", *words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err


def test_where_no_metric_is_named_the_fix_names_one_that_is_there(
    here: Cli, script: Script
) -> None:
    script("import mltrack\nwith mltrack.start_run() as run: run.log_metric('top 1', 1)")
    assert here("plot").err.endswith("  fix: mltrack plot 'top 1'\n")
    script("import mltrack\nwith mltrack.start_run(experiment='bare'): pass")
    assert here("plot").err.endswith("  these runs have: none\n")


def test_output_that_has_no_code_for_our_signs_is_drawn_in_ascii(store: Cli) -> None:
    plain = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    plain.pop("PYTHONIOENCODING", None)
    looks = {
        "plot acc 1": r"0\.7 \+ +\*+",
        "compare 2 1": r"0\.8 \(-0\.1 v\)\n",
        "compare 1 2": r"0\.9 \(\+0\.1 \^\)\*\n",
        "ls --spark acc": r" _# +finished",
        "ls --group lr": r"0\.85 \+- 0\.071\n",
        "show 1": r" _#\n",
    }
    drawn = {words: store(*words.split(), env=plain).out for words in looks}
    assert {words: out for words, out in drawn.items() if not out.isascii()} == {}
    assert {words: out for words, out in drawn.items() if not re.search(looks[words], out)} == {}


def test_a_name_cannot_act_on_the_terminal(store: Cli, repo: Repository) -> None:
    for record in (repo.path / ".mltrack" / "runs").rglob("run.yaml"):
        hostile = re.sub("(?m)^name: .*", lambda _: 'name: "a\\x1b[2Jb"', record.read_text())
        record.write_text(hostile)
    out = store("plot", "acc").out
    assert "a\ufffd[2Jb" in out
    assert "\x1b" not in out


def test_a_reader_that_stops_is_no_error(curves: Cli, repo: Repository) -> None:
    command = [sys.executable, "-m", "mltrack", "plot", "loss", "-o", "csv"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command, cwd=repo.path, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.returncode == 1
    assert b"rror" not in done.stderr


def test_marks_below_stand_at_the_steps_that_they_name(here: Cli, script: Script) -> None:
    script(
        "import mltrack\nwith mltrack.start_run() as run:\n"
        "    for n in range(3): run.log_metric('a', 100_000 + n / 10, step=100_000 + n)\n"
    )
    *curve, _axis, below, _said, _empty, _title, _legend = here("plot", "a").out.splitlines()
    assert below.split() == ["100000", "100001", "100002"]
    assert {"100000", "100000.1", "100000.2"} <= {line.split()[0] for line in curve}
