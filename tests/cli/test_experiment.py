"""`experiment`: list, show, make, name, describe, tag, remove, restore."""

import pytest

from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal


def listed(store: Cli, *options: str) -> list[str]:
    document = store("experiment", "ls", "-o", "json", *options).json()
    assert list(document) == ["format", "experiments"]
    return [experiment["name"] for experiment in document["experiments"]]


def test_the_listing_has_name_id_runs_and_the_latest(store: Cli) -> None:
    title, line = store("experiment", "ls").out.splitlines()
    assert title.split() == ["name", "id", "runs", "latest", "description"]
    assert line.split()[:3] == ["default", "g6uo5qoodf", "2"]


def test_the_json_of_the_listing_keeps_its_form(store: Cli) -> None:
    (row,) = store("experiment", "ls", "-o", "json").json()["experiments"]
    assert list(row) == ["id", "name", "description", "tags", "runs", "latest", "deleted"]


def test_show_tells_what_was_said_by_whom_and_why(store: Cli) -> None:
    store("experiment", "describe", "default", stdin="what we try\nfirst\n")
    store("experiment", "tag", "default", "team=red")
    store("experiment", "rm", "default", "--reason", "wrong data", "--yes")
    page = store("experiment", "show", "default").out
    for text in ("2 finished", "g6uo5qoodf, removed", "  first", "team  red"):
        assert text in page
    (last,) = [line for line in page.splitlines() if "deleted" in line]
    assert "ada@example.org  wrong data" in last


def test_one_is_made_named_and_found(here: Cli) -> None:
    assert here("experiment", "create", "churn", "--tag", "a=b", "-d", "x").code == 0
    assert here("experiment", "rename", "churn", "leavers").code == 0
    shown = here("experiment", "show", "leavers", "-o", "json").json()["experiment"]
    assert (shown["tags"], shown["description"], shown["runs"]) == ({"a": "b"}, "x", 0)


def test_removed_it_takes_its_runs_along_and_brings_them_back(store: Cli) -> None:
    removed = store("experiment", "rm", "default", "--yes")
    assert "mltrack experiment restore g6uo5qoodf" in removed.err
    assert (listed(store), store("ls", "-o", "json").json()["runs"]) == ([], [])
    assert listed(store, "--deleted") == ["default"]
    assert "removed with its experiment" in store("show", ids(store)[0]).out
    assert "restored default" in store("experiment", "restore", "default").err
    assert len(store("ls", "-o", "json").json()["runs"]) == 2


def test_an_empty_listing_says_what_was_removed(store: Cli) -> None:
    store("experiment", "rm", "default", "--yes")
    for words, count in ((("experiment", "ls"), 1), (("ls",), 2)):
        assert f"left out for being removed: {count} (add --deleted)" in store(*words).err


def ids(store: Cli) -> list[str]:
    return [run["id"] for run in store("ls", "--deleted", "-o", "json").json()["runs"]]


def test_one_with_runs_is_not_removed_where_nobody_can_be_asked(store: Cli) -> None:
    result = store("experiment", "rm", "default")
    assert (result.code, listed(store)) == (2, ["default"])
    assert "fix: add --yes" in result.err


def test_on_a_terminal_it_asks(store: Cli, repo: Repository) -> None:
    seen = on_a_terminal("experiment", "rm", "default", cwd=repo.path, answer="n")
    assert "remove default with 2 runs? [y/N]" in seen.text
    assert (seen.code, listed(store)) == (2, ["default"])


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("show", "defualt"), 3, "did you mean default?"),
        (("rename", "default", "a/b"), 2, "holds one of / \\ @"),
        (("create", "default"), 4, "there is an experiment default already"),
        (("restore", "default"), 3, "the experiment default was not removed"),
    ],
)
def test_what_cannot_be_done_is_said(
    store: Cli, words: tuple[str, ...], code: int, told: str
) -> None:
    result = store("experiment", *words)
    assert result.code == code
    assert told in result.err


def test_one_that_was_removed_is_not_changed(store: Cli) -> None:
    store("experiment", "rm", "default", "--yes")
    result = store("experiment", "tag", "default", "a=b")
    assert result.code == 3
    assert "fix: mltrack experiment restore g6uo5qoodf" in result.err
