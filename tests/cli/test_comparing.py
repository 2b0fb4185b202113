"""`compare` lays runs side by side and says which is better without a colour."""

import pytest

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal

THREE = """
import mltrack
for name, acc, loss in (("a", 0.5, 0.9), ("b", 0.75, 0.3), ("c", 0.6, 0.4)):
    with mltrack.start_run(name=name, params={"lr": acc, "seed": 7}, experiment="tries") as run:
        run.log_metrics({"acc": acc, "loss": loss, "width": loss})
"""


@pytest.fixture
def three(here: Cli, script: Script) -> Cli:
    script(THREE)
    return here


def cells(out: str) -> dict[str, list[str]]:
    """Return the cells of each row of a Markdown table by its first."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in out.splitlines()]
    return {row[0]: row[1:] for row in rows}


def test_better_and_worse_bear_a_sign_and_the_best_a_star(three: Cli) -> None:
    rows = cells(three("compare", "3", "2", "1", "-o", "md").out)
    assert rows["metrics.acc"] == ["0.5", "0.75 (+0.25 ▲)\\*", "0.6 (+0.1 ▲)"]
    assert rows["metrics.loss"] == ["0.9", "0.3 (-0.6 ▲)\\*", "0.4 (-0.5 ▲)"]
    assert rows["metrics.width"] == ["0.9", "0.3 (-0.6)", "0.4 (-0.5)"]
    assert "params.seed" not in rows


def test_a_value_that_is_the_same_as_the_first_is_said_to_be(here: Cli, script: Script) -> None:
    script(THREE.replace('"c", 0.6', '"c", 0.5'))
    rows = cells(here("compare", "3", "2", "1", "-o", "md").out)
    assert rows["metrics.acc"] == ["0.5", "0.75 (+0.25 ▲)\\*", "0.5 (=)"]


def test_a_baseline_comes_first_and_deltas_are_to_it(three: Cli) -> None:
    rows = cells(three("compare", "1..3", "--baseline", "@max:acc", "-o", "md").out)
    assert rows["run.name"] == ["b", "c", "a"]
    assert rows["metrics.acc"] == ["0.75\\*", "0.6 (-0.15 ▼)", "0.5 (-0.25 ▼)"]


def test_with_no_run_given_the_newest_or_the_best_two_of_the_latest_experiment(
    three: Cli, script: Script
) -> None:
    newest = three("compare", "-o", "md")
    assert cells(newest.out)["run.name"] == ["c", "b"]
    assert newest.err.startswith("the newest of experiment tries: ")
    best = three("compare", "--min", "loss", "-o", "md")
    assert cells(best.out)["run.name"] == ["b", "c"]
    assert "the lowest loss of experiment tries" in best.err
    script("import mltrack\nwith mltrack.start_run(name='alone', experiment='last'): pass")
    assert three("compare").code == 2
    named = three("compare", "--experiment", "tries", "--max", "acc", "-o", "md")
    assert cells(named.out)["run.name"] == ["b", "c"]
    against = three("compare", "--baseline", "@max:acc", "-o", "md")
    assert cells(against.out)["run.name"] == ["b", "alone"]


def test_what_cannot_stand_side_by_side_is_refused_at_once(three: Cli) -> None:
    failed = three("compare", "1..100000")
    assert failed.code == 2
    assert "at most 50 runs side by side, not 100,000" in failed.err
    assert "mltrack ls --columns" in failed.err
    assert three("compare", "1", "2", "--max", "acc").code == 2


def test_json_tells_what_is_better_and_csv_has_values_alone(three: Cli) -> None:
    found = three("compare", "3", "2", "-o", "json").json()["differences"]
    (acc,) = [line for line in found if line["key"] == "acc"]
    assert (acc["better"], acc["best"], acc["deltas"]) == ("higher", [1], [0.0, 0.25])
    assert "metrics.acc,0.5,0.75" in three("compare", "3", "2", "-o", "csv").out.splitlines()


def test_colour_is_for_terminals_that_want_it(three: Cli, repo: Repository) -> None:
    assert "\x1b" not in three("compare", "3", "2").out
    seen = on_a_terminal("compare", "3", "2", cwd=repo.path)
    assert "\x1b[1m\x1b[32m0.75 (+0.25 ▲)*\x1b[0m" in seen.text
    plain = on_a_terminal("compare", "3", "2", cwd=repo.path, NO_COLOR="1")
    assert "\x1b" not in plain.text
    assert "0.75 (+0.25 ▲)*" in plain.text


def test_code_environment_and_data_are_told_apart(
    here: Cli, repo: Repository, script: Script
) -> None:
    code = "import mltrack\nwith mltrack.start_run() as run: run.log_input([{}], 'train')"
    script(code.format(1))
    repo.write("train.py", "print(1)\n")
    repo.commit("Change the code")
    repo.write("train.py", "print(2)\n")
    script(code.format("1, 2"))
    rows = cells(here("compare", "2", "1", "-o", "md").out)
    assert {"code.commit", "code.patch", "inputs.train.digest", "inputs.train.rows"} <= set(rows)
    assert len(rows["code.commit"][0]) == 12


def test_values_that_look_alike_when_short_are_shown_exact(here: Cli, script: Script) -> None:
    params = "dict(lr=0.12345678 + {0} / 10**8, kind='1' if {0} else 1, big=10**400 + {0}, same=2)"
    script(
        "import mltrack\nfor n in range(2):\n"
        f"    with mltrack.start_run(name='n', params={params.format('n')}): pass\n"
    )
    rows = cells(here("compare", "2", "1", "-o", "md").out)
    assert rows["params.lr"] == ["0.12345678", "0.12345679"]
    assert rows["params.kind"] == ["1", '"1"']
    assert rows["params.big"] == [str(10**400), str(10**400 + 1)]
    assert "params.same" not in rows


def test_a_run_that_is_named_twice_stands_there_once(three: Cli) -> None:
    assert cells(three("compare", "1", "2", "1", "-o", "md").out)["run.name"] == ["c", "b"]
    alone = three("compare", "1", "@latest")
    assert (alone.code, "two runs or more" in alone.err) == (2, True)


def test_the_newest_that_is_the_baseline_is_held_against_the_next(three: Cli) -> None:
    found = three("compare", "--baseline", "1", "-o", "md")
    assert cells(found.out)["run.name"] == ["c", "b"]
    assert cells(found.out)["key"] == cells(three("compare", "1", "2", "-o", "md").out)["key"]
