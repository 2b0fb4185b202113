"""A checkout has a commit's code, git works in it, and nothing of the user's is touched."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.errors import NotFoundError
from mltrack.store.checkouts import checked_out, commit_named, commit_of_tree
from mltrack.store.submodules import resolved
from tests.support.repository import Repository

HOLD = """
import sys
from pathlib import Path
from mltrack.store.checkouts import checked_out
with checked_out(Path(sys.argv[1]), sys.argv[2]) as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


def state_of(repo: Repository) -> dict[str, bytes | str]:
    """Return all that a user would miss: index, settings, references, stash, files."""
    git = repo.path / ".git"
    files = {str(path): path.read_bytes() for path in git.rglob("*") if _counts(path, git)}
    return {
        **files,
        "status": repo.git("--no-optional-locks", "status", "--porcelain"),
        "refs": repo.git("show-ref"),
    }


def _counts(path: Path, git: Path) -> bool:
    return path.is_file() and path.relative_to(git).parts[0] not in {"objects", "worktrees"}


@pytest.fixture
def code(repo: Repository) -> Repository:
    repo.write("main.py", "print(1)\n")
    repo.write("below/data.csv", "a\n")
    repo.write(".mltrack/runs/202601/31/run.yaml", "x\n")
    repo.write("below/.mltrack/config.yaml", "x\n")
    repo.commit("One")
    repo.write("main.py", "print(2)\n")
    return repo


def test_it_has_the_files_of_the_commit_without_those_of_a_store(code: Repository) -> None:
    with checked_out(code.path, code.git("rev-parse", "HEAD")) as folder:
        found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
        text = (folder / "main.py").read_text()

    assert found == {".git", "README.md", "main.py", "below/data.csv"}
    assert text == "print(1)\n"


def test_git_finds_it_clean_and_at_the_commit(code: Repository) -> None:
    commit = code.git("rev-parse", "HEAD")

    with checked_out(code.path, commit) as folder:
        there = Repository(folder)
        assert there.git("status", "--porcelain") == ""
        assert there.git("rev-parse", "HEAD") == commit
        assert there.git("log", "--format=%s") == "One\nBegin"


def test_nothing_of_the_users_is_touched(code: Repository) -> None:
    code.git("stash", "--include-untracked")
    code.write("main.py", "print(3)\n")
    before = state_of(code)

    with checked_out(code.path, code.git("rev-parse", "HEAD")) as folder:
        during = state_of(code)
        (folder / "main.py").write_text("print(4)\n")

    assert state_of(code) == during == before


def test_no_hook_of_the_user_runs(code: Repository, tmp_path: Path) -> None:
    hook = code.write(".git/hooks/post-checkout", f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)

    with checked_out(code.path, code.git("rev-parse", "HEAD")):
        pass

    assert not (tmp_path / "ran").exists()


def test_it_is_gone_afterwards_however_the_block_ends(code: Repository) -> None:
    folders: list[Path] = []

    def work() -> None:
        with checked_out(code.path, code.git("rev-parse", "HEAD")) as folder:
            folders.append(folder)
            (folder / "locked").mkdir()
            (folder / "locked" / "made.txt").write_text("x")
            (folder / "locked").chmod(0o500)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()

    (folder,) = folders
    assert not folder.exists()
    assert list(folder.parent.iterdir()) == []
    assert not (code.path / ".git" / "worktrees").exists()


def test_what_a_killed_process_left_is_taken_away_by_the_next(code: Repository) -> None:
    commit = code.git("rev-parse", "HEAD")
    argv = [sys.executable, "-c", HOLD, str(code.path), commit]
    holder = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    left = Path(holder.stdout.readline().strip())
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert left.exists()

    with checked_out(code.path, commit) as folder:
        assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == [folder.name]

    assert not (code.path / ".git" / "worktrees").exists()


def test_one_in_use_and_a_work_tree_of_the_user_are_left_alone(
    code: Repository, tmp_path: Path
) -> None:
    commit = code.git("rev-parse", "HEAD")
    code.git("worktree", "add", "--detach", str(tmp_path / "own"), commit)
    (tmp_path / "own").rename(tmp_path / "away")  # as on a disk that is not mounted now

    with checked_out(code.path, commit) as first, checked_out(code.path, commit) as second:
        assert first.is_dir()
        assert second.is_dir()

    assert "own" in [path.name for path in (code.path / ".git" / "worktrees").iterdir()]


def test_git_forgets_a_checkout_whose_cache_was_deleted(code: Repository) -> None:
    commit = code.git("rev-parse", "HEAD")
    with checked_out(code.path, commit) as folder:
        home = folder.parent
    code.git("worktree", "add", "--detach", str(home / "abcdefgh"), commit)
    subprocess.run(["rm", "-rf", str(home)], check=True)

    with checked_out(code.path, commit):
        pass

    assert not (code.path / ".git" / "worktrees").exists()


def test_a_commit_without_files_can_be_had(repo: Repository) -> None:
    empty = commit_of_tree(repo.path, None)

    with checked_out(repo.path, empty) as folder:
        assert [path.name for path in folder.iterdir()] == [".git"]

    assert repo.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_it_works_in_a_sparse_work_tree_and_has_every_file(code: Repository) -> None:
    code.git("stash")
    code.git("sparse-checkout", "set", "--no-cone", "/README.md")

    with checked_out(code.path, code.git("rev-parse", "HEAD")) as folder:
        assert (folder / "below" / "data.csv").exists()


@pytest.mark.parametrize("name", ["-x", "--help", "no-such", "HEAD:main.py", "@{", "", "a b", "é"])
def test_what_names_no_commit_is_none(code: Repository, name: str) -> None:
    assert commit_named(code.path, name) is None


def test_names_of_commits_are_understood(code: Repository) -> None:
    commit = code.git("rev-parse", "HEAD")
    code.git("branch", "größe/a.b", commit)
    code.git("tag", "--annotate", "v1", "--message", "x")

    for name in ("HEAD", "größe/a.b", "v1", commit[:10], "main@{0}", "HEAD~0"):
        assert commit_named(code.path, name) == commit


def test_a_submodule_is_filled_and_the_settings_stay_as_they_are(
    code: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
    lib = Repository.create(tmp_path / "lib")
    lib.write("lib.py", "X = 1\n")
    lib.commit("Lib")
    code.git("submodule", "--quiet", "add", "../lib", "vendor/lib")
    commit = code.commit("Add a submodule")
    there = code.clone("there")
    before = state_of(there)

    with checked_out(there.path, commit) as folder:
        assert (folder / "vendor" / "lib" / "lib.py").read_text() == "X = 1\n"

    assert state_of(there) == before
    assert not (there.path / ".git" / "worktrees").exists()


def test_a_submodule_that_cannot_be_fetched_is_named_and_nothing_is_left(
    code: Repository, tmp_path: Path
) -> None:
    code.write(".gitmodules", '[submodule "lib"]\n\tpath = lib\n\turl = https://localhost:1/lib\n')
    code.git("add", ".gitmodules")
    code.git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},lib")
    code.git("commit", "--quiet", "--message", "A submodule that is nowhere")

    with (
        pytest.raises(NotFoundError, match="submodule"),
        checked_out(code.path, code.git("rev-parse", "HEAD")),
    ):
        pass

    assert not (code.path / ".git" / "worktrees").exists()


def test_without_git_it_says_what_is_missing(
    code: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commit = code.git("rev-parse", "HEAD")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NotFoundError, match="git"), checked_out(code.path, commit):
        pass


@pytest.mark.parametrize(
    ("origin", "url", "whole"),
    [
        ("https://host/a/b.git", "../lib.git", "https://host/a/lib.git"),
        ("https://host/a/b.git", "./lib.git", "https://host/a/b.git/lib.git"),
        ("git@host:a/b.git", "../lib.git", "git@host:a/lib.git"),
        ("ssh://host:22/a/b", "../../x/lib", "ssh://host:22/x/lib"),
        ("/srv/git/b.git", "../lib.git", "/srv/git/lib.git"),
        ("/srv/git/b.git", "https://host/lib", "https://host/lib"),
    ],
)
def test_the_address_of_a_submodule_counts_from_that_of_its_repository(
    origin: str, url: str, whole: str
) -> None:
    assert resolved(origin, url) == whole


def test_two_processes_at_once_do_not_meet(code: Repository) -> None:
    commit = code.git("rev-parse", "HEAD")
    argv = [sys.executable, "-c", HOLD, str(code.path), commit]
    started = [
        subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    folders = {process.stdout.readline().strip() for process in started if process.stdout}
    for process in started:
        process.communicate()

    assert len(folders) == 4
    assert [process.returncode for process in started] == [0, 0, 0, 0]
    assert not any(Path(folder).exists() for folder in folders)
    assert not (code.path / ".git" / "worktrees").exists()
    assert os.listdir(Path(folders.pop()).parent) == []  # noqa: PTH208 - names are enough
