"""`init`, `status` and `config`: the store itself."""

import os

import pytest

from tests.support.cli import Cli
from tests.support.repository import Repository


def test_init_makes_the_store_at_the_top_of_the_repository(here: Cli, repo: Repository) -> None:
    folder = repo.write("deep/down/x.txt", "").parent
    assert here("init", cwd=folder).out == f"{repo.path / '.mltrack'}\n"
    assert (repo.path / ".mltrack" / "config.yaml").is_file()


def test_init_makes_the_store_that_is_named(here: Cli, repo: Repository) -> None:
    named = repo.path / "elsewhere" / ".mltrack"
    assert here("--store", "elsewhere", "init").out == f"{named}\n"
    assert here("--store", "elsewhere", "ls").code == 0
    assert not (repo.path / ".mltrack").exists()


def test_init_twice_changes_nothing(here: Cli, repo: Repository) -> None:
    here("init")
    repo.commit("store")
    assert here("init").code == 0
    assert repo.git("status", "--porcelain") == ""


def test_status_tells_what_is_not_committed(store: Cli) -> None:
    status = store("status", "-o", "json").json()["status"]
    assert status["runs"] == {"finished": 2}
    assert len(status["uncommitted"]) == 2
    assert "not committed  2 runs" in store("status").out


def test_status_is_quiet_about_what_is_committed(store: Cli, repo: Repository) -> None:
    repo.commit("runs")
    assert store("status", "-o", "json").json()["status"]["uncommitted"] == []


def test_status_says_from_anywhere_how_to_commit(store: Cli, repo: Repository) -> None:
    folder = repo.write("deep/down/x.txt", "").parent
    assert "git add .mltrack && git commit" in store("status").out
    assert f"git -C {repo.path} add .mltrack" in store("status", cwd=folder).out


def test_status_asks_to_commit_what_was_said_of_a_committed_run(
    store: Cli, repo: Repository
) -> None:
    repo.commit("runs")
    store("tag", "@latest", "good=yes")
    status = store("status", "-o", "json").json()["status"]
    assert status["uncommitted"] == [store("ls", "-o", "json").json()["runs"][0]["id"]]
    assert "git add .mltrack" in status["next"][1]


def test_status_needs_a_store(cli: Cli) -> None:
    assert cli("status").code == 3


def test_config_tells_where_a_value_was_set(here: Cli) -> None:
    here("init")
    environment = {**os.environ, "MLTRACK_DURABILITY": "full"}
    rows = here("config", "ls", "-o", "json", env=environment).json()["settings"]
    [durability] = [row for row in rows if row["key"] == "durability"]
    assert (durability["value"], durability["origin"]) == ("full", "environment")


@pytest.mark.parametrize(
    ("key", "value"), [("durability", "normal"), ("artifacts.inline_file_bytes", "1048576")]
)
def test_config_get_prints_the_value_alone(here: Cli, key: str, value: str) -> None:
    assert here("config", "get", key).out == f"{value}\n"


def test_an_unknown_setting_names_the_nearest(here: Cli) -> None:
    result = here("config", "get", "durabilty")
    assert result.code == 3
    assert "did you mean durability?" in result.err
