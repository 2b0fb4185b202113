"""`status`, and what a write says, of what git has not got."""

import pytest

from tests.cli.conftest import TWO_RUNS, Script
from tests.support.cli import Cli
from tests.support.repository import Repository

KEYS = [
    *(
        "store",
        "runs",
        "removed",
        "running",
        "lost",
        "broken",
        "uncommitted",
        "git",
        "contested",
        "requests",
    ),
    *("objects_only_here", "bytes_only_here", "index_is_stale", "warnings", "next"),
]
READING = [
    *(("status",), ("ls", "--deleted"), ("show", "1"), ("compare", "1", "2")),
    *(("experiment", "ls"), ("experiment", "show", "default"), ("artifact", "ls", "1")),
    *(("model", "ls"), ("registry", "history"), ("config", "ls")),
]


def status(store: Cli) -> dict[str, object]:
    found: dict[str, object] = store("status", "-o", "json").json()["status"]
    return found


def git_of(store: Cli) -> dict[str, object]:
    found: dict[str, object] = store("status", "-o", "json").json()["status"]["git"]
    return found


def ids(store: Cli) -> list[str]:
    return [run["id"] for run in store("ls", "-o", "json").json()["runs"]]


def test_its_json_keeps_its_form(store: Cli) -> None:
    assert list(status(store)) == KEYS
    assert list(git_of(store)) == ["files", "new", "staged", "changed", "ignored_by"]


def test_new_staged_and_changed_runs_are_told_apart(store: Cli, repo: Repository) -> None:
    repo.commit("Record runs")
    (second, first) = ids(store)
    store("tag", first, "a=b")
    third = store("start", "--name", "third").out.strip()
    store("finish", third)
    store("add", third)
    fourth = store("start").out.strip()
    store("finish", fourth)
    found = git_of(store)
    assert (found["new"], found["staged"], found["changed"]) == ([fourth], [third], [first])
    assert status(store)["uncommitted"] == sorted([first, third, fourth])
    assert "3 runs (1 new, 1 staged, 1 changed)" in store("status").out
    assert second not in str(found)


def test_removed_runs_are_counted_apart_and_still_to_be_committed(store: Cli) -> None:
    store("experiment", "rm", "default", "--yes")
    found = status(store)
    assert (found["runs"], found["removed"]) == ({}, 2)
    page = store("status").out
    assert "runs           2 removed" in page
    assert "git add .mltrack && git commit" in page


def test_a_run_that_is_running_is_not_missing_from_git(store: Cli, repo: Repository) -> None:
    repo.commit("Record runs")
    run_id = store("start").out.strip()
    found = status(store)
    assert (found["running"], found["uncommitted"]) == ([run_id], [])


def test_a_broken_run_is_counted_and_leads_to_fsck(store: Cli, repo: Repository) -> None:
    (path, *_) = (repo.path / ".mltrack/runs").rglob("run.yaml")
    path.write_text("<<<<<<< ours\n", encoding="utf-8")
    found = status(store)
    assert found["broken"] == [path.parent.name]
    assert "mltrack fsck" in found["next"]  # type: ignore[operator]
    assert "broken         1 run that cannot be read" in store("status").out


def test_without_git_it_has_no_opinion(cli: Cli) -> None:
    cli("init")
    found = status(cli)
    assert (found["git"], found["uncommitted"]) == (None, None)


@pytest.mark.parametrize("pattern", [".mltrack", ".mltrack/", ".*"])
def test_a_project_that_ignores_the_store_is_told_with_the_line(
    store: Cli, repo: Repository, pattern: str
) -> None:
    repo.write(".gitignore", f"*.pyc\n{pattern}\n")
    found = git_of(store)
    assert found["ignored_by"] == {"source": ".gitignore", "line": "2", "pattern": pattern}
    assert found["new"] == sorted(ids(store))
    page = store("status")
    assert f"git does not see the store: .gitignore:2 says '{pattern}'" in page.err
    assert "mltrack add --all && git commit" in page.out


def test_a_project_that_ignores_what_is_in_the_store_is_not(store: Cli, repo: Repository) -> None:
    repo.write(".gitignore", "models/\nruns/\nartifacts\n*.yaml\n*.jsonl\n*.png\n")
    assert git_of(store)["ignored_by"] is None
    assert len(git_of(store)["new"]) == 2  # type: ignore[arg-type]


def test_without_its_own_gitignore_the_store_is_ignored_and_init_mends_it(
    store: Cli, repo: Repository
) -> None:
    repo.write(".gitignore", "runs/\n")
    (repo.path / ".mltrack/.gitignore").unlink()
    assert "mltrack init puts it back" in store("status").err
    store("init")
    assert git_of(store)["ignored_by"] is None


def test_a_training_says_once_that_git_does_not_see_it(
    repo: Repository, here: Cli, script: Script
) -> None:
    repo.write(".gitignore", ".mltrack\n")
    told = "import contextlib, io, sys\nsys.stderr = io.StringIO()\n"
    said = script(f"{told}{TWO_RUNS}\nprint(sys.stderr.getvalue())")
    assert said.count("git does not see the store: .gitignore:1 says '.mltrack'") == 1
    assert here("start").err.count("git does not see the store") == 1
    assert here("tag", "1", "a=b").err.count("git does not see the store") == 1


def test_a_training_is_quiet_where_git_sees_it(script: Script) -> None:
    told = "import contextlib, io, sys\nsys.stderr = io.StringIO()\n"
    assert "git" not in script(f"{told}{TWO_RUNS}\nprint(sys.stderr.getvalue())")


def test_git_finds_nothing_new_after_any_command_that_reads(store: Cli, repo: Repository) -> None:
    store("experiment", "tag", "default", "a=b")
    store("note", "1", "good")
    repo.commit("Record runs")
    for words in READING:
        assert store(*words).code == 0
    assert repo.git("status", "--porcelain") == ""
