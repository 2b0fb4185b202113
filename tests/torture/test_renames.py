"""Two branches that both took the same run out: the one case in which git needs to be told more."""

import subprocess

import pytest

import mltrack
from mltrack.api.store import init_store, use
from tests.support.repository import Repository
from tests.torture.commands import asked
from tests.torture.merges import WITHOUT_RENAMES


@pytest.fixture
def both_removed(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let two branches each remove one run's files and log another; return the ids that stay."""
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    use()
    init_store()
    with mltrack.start_run(name="old") as old:
        old.log_metric("loss", 1)
    repo.commit("Log an old run")
    made = []
    for branch in ("ours", "theirs"):
        repo.git("checkout", "--quiet", "-b", branch, "main")
        repo.git("rm", "-r", "--quiet", f".mltrack/runs/{old.id[:6]}/{old.id[6:8]}/{old.id}")
        with mltrack.start_run(name=branch) as run:
            run.log_metric("loss", 2)
        repo.commit(f"Remove the old run, log {branch}")
        made.append(run.id)
    return made


def merged(repo: Repository, *options: str) -> subprocess.CompletedProcess[str]:
    return asked(repo, "merge", "--quiet", "--no-edit", *options, "ours")


def test_git_takes_the_removed_run_for_the_new_ones(
    repo: Repository, both_removed: list[str]
) -> None:
    done = merged(repo)
    assert done.returncode == 1
    assert "CONFLICT (rename/rename)" in done.stdout


def test_without_renames_they_merge(repo: Repository, both_removed: list[str]) -> None:
    assert merged(repo, *WITHOUT_RENAMES).returncode == 0
    assert {run.id for run in mltrack.search_runs()} == set(both_removed)
    assert mltrack.search_runs().warnings == ()


def test_a_merge_that_stopped_can_be_done_again_without(
    repo: Repository, both_removed: list[str]
) -> None:
    merged(repo)
    repo.git("merge", "--abort")
    assert merged(repo, *WITHOUT_RENAMES).returncode == 0
