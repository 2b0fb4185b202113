"""`add`: what is staged, and what never is."""

import pytest

from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository

LIVE = """
import mltrack, subprocess, sys
run = mltrack.start_run(name="live")
command = [sys.executable, "-m", "mltrack", "add", *{words}]
done = subprocess.run(command, capture_output=True, text=True)
print(run.id, done.returncode, done.stderr)
"""


@pytest.fixture
def ignoring(repo: Repository) -> Repository:
    """Return a project that keeps the store, and much else, out of git."""
    repo.write(".gitignore", ".mltrack/\nruns/\n*.csv\n")
    repo.commit("Ignore")
    return repo


def staged(repo: Repository) -> list[str]:
    return repo.git("diff", "--cached", "--name-only").splitlines()


def handles(store: Cli) -> list[str]:
    return [run["id"][16:] for run in store("ls", "-o", "json").json()["runs"]]


def test_a_run_goes_with_what_was_said_of_it_and_of_its_experiment(
    store: Cli, repo: Repository
) -> None:
    store("note", "1", "good")
    store("tag", "2", "other=run")
    store("experiment", "tag", "default", "team=red")
    (first, second) = handles(store)
    result = store("add", "1")
    paths = staged(repo)
    kinds = {path.split("/")[1] for path in paths}
    assert kinds == {
        "runs",
        "annotations",
        "experiments",
        "config.yaml",
        ".gitignore",
        ".gitattributes",
    }
    assert not [path for path in paths if second in path]
    assert len([path for path in paths if first in path]) >= 4
    assert f"staged {len(paths)} files; next: git commit -m 'Record runs'" in result.err


def test_later_writers_go_along(store: Cli, repo: Repository) -> None:
    store("add", "1")
    repo.git("commit", "-qm", "Record a run")
    store("log", "metric", "late", "1", "--run", "1")
    store("add", "1")
    (path,) = staged(repo)
    assert f"{handles(store)[0]}+" in path


def test_what_the_project_ignores_is_staged_by_its_path(ignoring: Repository, store: Cli) -> None:
    ignoring.write("data.csv", "a,b\n")
    store("log", "artifact", "data.csv", "--run", "1")
    assert store("add", "--all").code == 0
    paths = staged(ignoring)
    assert [path for path in paths if path.endswith("/artifacts/data.csv")]
    assert not [path for path in paths if path.split("/")[1] in {"local", "locks", "tmp", "cache"}]
    ignoring.git("commit", "-qm", "Record runs")
    clone = ignoring.clone("clone")
    assert len(store("ls", "-o", "json", cwd=clone.path).json()["runs"]) == 2


def test_adding_twice_stages_nothing_more(store: Cli, repo: Repository) -> None:
    store("add", "--all")
    before = staged(repo)
    assert "nothing new to stage" in store("add", "--all").err
    assert staged(repo) == before
    assert repo.git("status", "--porcelain", "--untracked-files=all", ".mltrack").count("??") == 0


def test_all_is_the_same_as_what_git_adds(store: Cli, repo: Repository) -> None:
    store("experiment", "tag", "default", "a=b")
    store("rm", handles(store)[0])
    store("add", "--all")
    ours = staged(repo)
    repo.git("reset", "-q")
    repo.git("add", ".mltrack")
    assert staged(repo) == ours


def test_a_running_run_is_refused(script: Script, repo: Repository) -> None:
    run_id, code, *told = script(LIVE.format(words=["@latest"])).split()
    assert code == "4"
    assert f"run {run_id[16:]} (live) is still written" in " ".join(told)
    assert staged(repo) == []


def test_of_all_a_running_run_is_left_out(store: Cli, script: Script, repo: Repository) -> None:
    run_id, code, *told = script(LIVE.format(words=["--all"])).split()
    assert code == "0"
    assert f"left out, for it is still written: {run_id}" in " ".join(told)
    assert not [path for path in staged(repo) if run_id in path]
    assert staged(repo)


def test_a_run_that_may_be_written_on_another_machine_is_refused(
    store: Cli, repo: Repository
) -> None:
    handle = handles(store)[0]
    (folder,) = repo.path.glob(f".mltrack/runs/*/*/*-{handle}")
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    result = store("add", handle)
    assert result.code == 4
    assert f"mltrack finish {handle} --as lost" in result.err
    assert staged(repo) == []


def test_a_removed_run_is_staged_with_its_removal(store: Cli, repo: Repository) -> None:
    handle = handles(store)[0]
    store("rm", handle)
    assert store("add", handle).code == 0
    assert [path for path in staged(repo) if path.startswith(".mltrack/annotations")]


def test_what_is_not_the_stores_own_is_never_staged(store: Cli, repo: Repository) -> None:
    repo.write(".mltrack/.DS_Store", "x")
    repo.write("mine.txt", "x")
    (repo.path / ".mltrack/models").symlink_to("/etc")
    store("add", "--all")
    assert not [p for p in staged(repo) if "DS_Store" in p or "models" in p or "mine" in p]


def test_objects_are_told_of_as_only_here(store: Cli, repo: Repository) -> None:
    repo.write("large.txt", "x" * 1_100_000)
    store("log", "artifact", "large.txt", "--run", "1")
    assert "only here: 1 object (1.1 MB) that git does not carry" in store("add", "1").err


def test_it_works_in_a_linked_worktree_and_from_a_folder_below(
    store: Cli, repo: Repository, script: Script
) -> None:
    repo.commit("Record runs")
    repo.git("worktree", "add", "-q", "../linked")
    linked = repo.path.parent / "linked"
    (linked / "deep").mkdir()
    script(f"import os; os.chdir({str(linked)!r}); import mltrack\nwith mltrack.start_run(): pass")
    assert store("add", "1", cwd=linked / "deep").code == 0
    assert Repository(linked).git("diff", "--cached", "--name-only").count("run.yaml") == 1
    assert staged(repo) == []


def test_it_works_where_the_store_is_below_the_top(store: Cli, repo: Repository) -> None:
    repo.write("part/train.txt", "")
    (repo.path / ".mltrack").rename(repo.path / "part" / ".mltrack")
    result = store("add", "1", cwd=repo.path / "part")
    assert result.code == 0
    assert any(path.startswith("part/.mltrack/runs/") for path in staged(repo))
    status = store("status", "-o", "json", cwd=repo.path / "part").json()["status"]["git"]
    assert (len(status["staged"]), len(status["new"])) == (1, 1)


def test_without_git_it_says_so(cli: Cli) -> None:
    cli("init")
    result = cli("add", "--all")
    assert result.code == 2
    assert "is in no git work tree" in result.err


def test_it_wants_runs_or_all(store: Cli) -> None:
    assert store("add").code == 2
    assert store("add", "1", "--all").code == 2


def test_a_refusal_of_git_is_passed_on(store: Cli, repo: Repository) -> None:
    repo.write(".git/index.lock", "")
    result = store("add", "1")
    assert result.code == 1
    assert "git could not stage the runs: " in result.err
    assert "index.lock" in result.err
