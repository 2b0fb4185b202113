"""Whatever git would say differently of a work tree is noticed without asking git."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mltrack.store.marks import mark_of, still_fit
from mltrack.store.store import Store
from mltrack.tracking import worktree
from mltrack.tracking.code import capture
from mltrack.tracking.worktree import look_at
from tests.support.repository import Repository

TEXT = "".join(f"line {n}\n" for n in range(40))
LONG_AFTER = 3600.0
"""As if git had been asked when all had been still for long."""


@pytest.fixture(autouse=True)
def filled(project: Repository) -> None:
    project.write(".gitignore", "*.log\n/data/\n")
    project.write("train.py", TEXT)
    project.write("package/model.py", TEXT)
    project.commit("Add a program")
    project.write("notes.txt", "not committed\n")
    project.write("out/a.log", "ignored\n")
    project.write("data/large.bin", "ignored\n")
    project.write("deep/er/file.txt", "not committed\n")
    (project.path / "empty/folder").mkdir(parents=True)


def looked(project: Repository) -> dict[str, tuple[int, ...] | None]:
    marks = look_at(project.path, time.time() + LONG_AFTER)
    assert marks
    assert still_fit(marks)
    _wait_for_the_clock(project.path)
    return marks


def _wait_for_the_clock(folder: Path) -> None:
    """Wait until the file system gives a later time than it gave, as it does within 10 ms."""
    probe = folder.parent / "probe"
    probe.write_text("")
    first = mark_of(probe)
    while mark_of(probe) == first:
        probe.write_text("")


def edited_with_its_time_restored(project: Repository) -> None:
    path = project.path / "train.py"
    before = path.stat()
    path.write_text(TEXT.replace("line 7", "LINE 7"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def a_rule_that_hides_itself(project: Repository) -> None:
    project.write("out/.gitignore", "*\n")


CHANGES: dict[str, Callable[[Repository], object]] = {
    "a tracked file": lambda p: p.write("train.py", TEXT.replace("7", "8")),
    "one whose time is set back": edited_with_its_time_restored,
    "one deep in the tree": lambda p: p.write("package/model.py", "x\n"),
    "one replaced by a rename": lambda p: p.write("new", TEXT).rename(p.path / "train.py"),
    "one removed": lambda p: (p.path / "train.py").unlink(),
    "the right to execute": lambda p: (p.path / "train.py").chmod(0o755),
    "a file that git does not have": lambda p: p.write("notes.txt", "NOT committed\n"),
    "one deep below what git does not have": lambda p: p.write("deep/er/file.txt", "changed\n"),
    "a new file": lambda p: p.write("new.py", ""),
    "a new file in a folder that was empty": lambda p: p.write("empty/folder/new.py", ""),
    "a new file where all was ignored": lambda p: p.write("out/new.py", ""),
    "a new link": lambda p: (p.path / "package/link").symlink_to("model.py"),
    "what is ignored": lambda p: p.write(".gitignore", "*.log\n"),
    "what is ignored, deeper": a_rule_that_hides_itself,
    "what this clone ignores": lambda p: p.write(".git/info/exclude", "notes.txt\n"),
    "what is staged": lambda p: p.git("add", "notes.txt"),
    "a commit": lambda p: p.git("commit", "-q", "--allow-empty", "-m", "Next"),
    "the branch": lambda p: p.git("checkout", "-q", "-b", "other"),
    "a branch elsewhere": lambda p: p.git("update-ref", "refs/remotes/origin/main", "HEAD"),
    "all references packed": lambda p: p.git("pack-refs", "--all"),
    "the address of the remote": lambda p: p.git("config", "remote.origin.url", "https://x.org/y"),
    "a repository within": lambda p: p.git("init", "-q", "deep/er"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_noticed(project: Repository, change: Callable[[Repository], object]) -> None:
    marks = looked(project)
    change(project)
    assert not still_fit(marks)


UNHEEDED: dict[str, Callable[[Repository], object]] = {
    "a file that is ignored": lambda p: p.write("out/a.log", "longer\n"),
    "a new file in an ignored folder": lambda p: p.write("data/more/new.bin", "x"),
    "a run": lambda p: p.write(".mltrack/runs/new/run.yaml", "x"),
}


@pytest.mark.parametrize("change", UNHEEDED.values(), ids=UNHEEDED.keys())
def test_what_git_does_not_heed_is_no_change(
    project: Repository, change: Callable[[Repository], object]
) -> None:
    Store.create(project.path / ".mltrack")
    marks = looked(project)
    change(project)
    assert still_fit(marks)


def test_tracked_files_below_an_ignored_folder_count(project: Repository) -> None:
    project.git("add", "--force", "data/large.bin")
    marks = looked(project)
    project.write("data/large.bin", "changed\n")
    assert not still_fit(marks)


def test_in_a_linked_work_tree_its_own_index_and_the_common_references_count(
    project: Repository,
) -> None:
    project.git("worktree", "add", "-q", "-b", "linked", "../linked")
    linked = Repository(project.path.parent / "linked")
    marks = looked(linked)
    linked.git("rm", "-q", "--cached", "train.py")
    assert not still_fit(marks)
    marks = looked(linked)
    project.git("branch", "another")
    assert not still_fit(marks)


def test_what_changed_a_moment_ago_vouches_for_nothing(project: Repository) -> None:
    assert look_at(project.path, time.time()) is None


def test_rules_that_the_settings_keep_elsewhere_count(project: Repository) -> None:
    rules = project.path.parent / "rules"
    rules.write_text("")
    project.git("config", "core.excludesFile", str(rules))
    marks = looked(project)
    rules.write_text("notes.txt\n")
    assert not still_fit(marks)


def test_settings_that_include_others_vouch_for_nothing(project: Repository) -> None:
    project.git("config", "include.path", str(project.path.parent / "more"))
    assert look_at(project.path, time.time() + LONG_AFTER) is None


def test_a_submodule_vouches_for_nothing(project: Repository) -> None:
    inner = Repository.create(project.path.parent / "inner")
    allowed = ("-c", "protocol.file.allow=always")
    project.git(*allowed, "submodule", "--quiet", "add", str(inner.path), "inner")
    assert look_at(project.path, time.time() + LONG_AFTER) is None


def test_too_many_files_vouch_for_nothing(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worktree, "MAX_PATHS", 20)
    assert look_at(project.path, time.time() + LONG_AFTER) is None


def test_a_process_that_begins_many_runs_asks_git_only_after_a_change(
    project: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "true")
    monkeypatch.setattr(worktree, "STILL_SECONDS", -LONG_AFTER)
    store = Store.create(project.path / ".mltrack")
    first = [capture(project.path, store) for _ in range(2)]
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path / "no-git-here"))
    assert [capture(project.path, store), *first] == [first[0]] * 3
    monkeypatch.setenv("PATH", path)
    _wait_for_the_clock(project.path)
    project.write("train.py", "changed\n")
    after = capture(project.path, store)
    assert after.facts["patch"] != first[0].facts.get("patch")


def test_an_answer_in_the_hands_of_one_run_is_not_changed_by_another(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "true")
    monkeypatch.setattr(worktree, "STILL_SECONDS", -LONG_AFTER)
    store = Store.create(project.path / ".mltrack")
    capture(project.path, store)
    capture(project.path, store).facts.clear()
    assert capture(project.path, store).facts["commit"] == project.git("rev-parse", "HEAD")
