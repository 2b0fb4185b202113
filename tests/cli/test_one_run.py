"""`show`, `compare`, `tag`, `rename`, `rm`, `restore` and `artifact`: what is done with runs."""

from pathlib import Path

import pytest

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal


def test_show_is_a_page_of_everything(store: Cli) -> None:
    page = store("show", "2").out
    assert page.startswith("first  ")
    for text in ("experiment  default", "status      finished", "lr    0.1", "commit", "python"):
        assert text in page
    [metric] = [line.split() for line in page.splitlines() if line.startswith("  acc")]
    assert metric == ["acc", "0.9", "1", "0.5", "0.9", "2", "▁█"]


def test_a_page_has_the_command_and_the_files_as_a_tree(store: Cli, repo: Repository) -> None:
    for path in ("a/b/one.txt", "a/b/two.txt", "a/three.txt", "top.txt"):
        repo.write(path, "text")
    for place in ("a", "top.txt"):
        store("log", "artifact", place, "--run", "1")
    page = store("show", "1").out
    assert "  command     -c\n" in page
    tree = page.split("artifacts\n")[1].split("\n\n")[0].splitlines()
    assert [line.split("4 B")[0].rstrip() for line in tree] == [
        *("  a/", "    b/", "      one.txt", "      two.txt", "    three.txt", "  top.txt")
    ]


@pytest.mark.parametrize("columns", [40, 80])
def test_a_page_fits_the_terminal(
    here: Cli, script: Script, repo: Repository, columns: int
) -> None:
    from rich.cells import cell_len

    script(
        "import mltrack\n"
        "with mltrack.start_run() as run:\n"
        "    for n in range(50): run.log_metric('模型' * 20, n)\n"
        "    run.log_text('x', '模型' * 20 + '.txt')"
    )
    page = on_a_terminal("show", "1", cwd=repo.path, columns=columns).text
    parts = dict(part.split("\n", 1) for part in page.split("\n\n"))
    lines = [*parts["metrics"].splitlines(), *parts["artifacts"].splitlines()]
    assert len(lines) == 3
    assert max(map(cell_len, lines)) <= columns


def test_show_as_json_has_all_of_the_run(store: Cli) -> None:
    document = store("show", "2", "--output", "json").json()
    assert list(document) == ["format", "run"]
    run = document["run"]
    assert (run["name"], run["metrics"], run["params"]["lr"]) == ("first", {"acc": 0.9}, 0.1)
    assert run["summaries"]["acc"] == {
        "last": 0.9,
        "last_step": 1,
        "min": 0.5,
        "max": 0.9,
        "count": 2,
    }


@pytest.mark.parametrize("selector", ["2", "@max:acc"])
def test_a_run_has_many_names(store: Cli, selector: str) -> None:
    assert store("show", selector, "-o", "json").json()["run"]["name"] == "first"


def test_an_unknown_run_is_not_found(store: Cli) -> None:
    result = store("show", "zzzz")
    assert (result.code, result.out) == (3, "")
    assert "no run matches 'zzzz'" in result.err


def test_compare_shows_what_differs_with_deltas(store: Cli) -> None:
    title, *lines = [line.split() for line in store("compare", "2", "1").out.splitlines()]
    assert title[0] == "key"
    assert ["params.lr", "0.1", "0.2"] in lines
    assert ["metrics.acc", "0.9*", "0.8", "(-0.1", "▼)"] in lines
    assert not [line for line in lines if line[0] == "params.seed"]


def test_compare_all_shows_the_rest(store: Cli) -> None:
    assert "params.seed" in store("compare", "1", "2", "--all").out


def test_compare_as_json_names_runs_and_differences(store: Cli) -> None:
    document = store("compare", "1..2", "-o", "json").json()
    assert [*document] == ["format", "runs", "differences"]
    assert {
        "group": "params", "key": "lr", "values": [0.2, 0.1],
    } in document["differences"]  # fmt: skip


def test_compare_needs_two(store: Cli) -> None:
    assert store("compare", "1").code == 2


def test_a_tag_can_be_set_after_the_end(store: Cli) -> None:
    assert store("tag", "1", "data=v2", "note=a=b").code == 0
    assert store("ls", "-o", "json").json()["runs"][0]["tags"] == {"data": "v2", "note": "a=b"}


def test_a_tag_without_a_value_says_how_to_write_it(store: Cli) -> None:
    result = store("tag", "1", "data")
    assert result.code == 2
    assert "wants NAME=VALUE, not 'data'" in result.err


def test_a_run_can_be_renamed(store: Cli) -> None:
    assert store("rename", "1", "baseline").code == 0
    assert store("ls", "-o", "json").json()["runs"][0]["name"] == "baseline"


def test_a_name_with_an_escape_sequence_is_refused(store: Cli) -> None:
    result = store("rename", "1", "a\x1b[31mb")
    assert result.code == 2
    assert "\x1b" not in result.err


def test_removed_runs_leave_the_listing_and_come_back(store: Cli) -> None:
    handle = store("ls", "-n", "1").out.splitlines()[1].split()[0]
    assert f"mltrack restore {handle}" in store("rm", handle, "--reason", "wrong data").err
    assert [run["name"] for run in store("ls", "-o", "json").json()["runs"]] == ["first"]
    assert "removed" in store("ls", "--deleted").out
    store("restore", handle)
    assert len(store("ls", "-o", "json").json()["runs"]) == 2


def test_a_number_is_not_removed_where_nobody_can_be_asked(store: Cli) -> None:
    result = store("rm", "1")
    assert result.code == 2
    assert "add --yes" in result.err
    assert len(store("ls", "-o", "json").json()["runs"]) == 2


def test_a_run_that_is_named_twice_is_removed_and_brought_back_once(store: Cli) -> None:
    run_id = store("ls", "-o", "json").json()["runs"][0]["id"]
    removed = store("rm", "@latest", run_id)
    assert removed.err.count(run_id[16:22]) == 2  # in the list, and in the way back
    assert store("restore", "1", run_id).err.count("restored") == 1
    assert store("add", "1", run_id).err.count(run_id[16:]) == 1


def test_yes_removes_a_number(store: Cli) -> None:
    assert store("rm", "1..2", "--yes").code == 0
    assert store("ls", "-o", "json").json()["runs"] == []


def test_files_of_a_run_are_listed_and_found(store: Cli, repo: Repository) -> None:
    repo.write("plot.txt", "a plot")
    store("log", "artifact", "plot.txt", "--run", "1")
    [entry] = store("artifact", "ls", "1", "-o", "json").json()["artifacts"]
    assert (entry["path"], entry["size"]) == ("plot.txt", 6)
    path = Path(store("artifact", "path", "1/plot.txt").out.strip())
    assert path.read_text() == "a plot"


def test_files_that_are_not_on_this_machine_are_listed_and_said_so(
    store: Cli, repo: Repository
) -> None:
    repo.write("big.bin", "x" * 2_000_000)
    store("log", "artifact", "big.bin", "--run", "1")
    (repo.path / store("artifact", "path", "1/big.bin").out.strip()).unlink()
    listed = store("artifact", "ls", "1", "-o", "json")
    assert [entry["here"] for entry in listed.json()["artifacts"]] == [False]
    assert "1 file not on this machine" in listed.err
    assert "not here" in store("show", "1").out
    wanted = store("artifact", "path", "1/big.bin")
    assert (wanted.code, "'big.bin' of run" in wanted.err) == (3, True)


def test_a_file_that_was_never_logged_is_not_found(store: Cli) -> None:
    assert store("artifact", "path", "1/no-such.txt").code == 3


def test_output_that_was_not_kept_is_not_found(store: Cli) -> None:
    assert store("logs", "1").code == 3


def test_a_parameter_too_large_for_a_row_is_shown_by_its_size(here: Cli, script: Script) -> None:
    script("import mltrack\nwith mltrack.start_run(params={'text': 'x' * 70_000}): pass")
    assert "(70000 bytes in params/" in here("show", "1").out
