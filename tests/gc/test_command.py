"""The command mltrack gc, on a day on which something has grown old."""

from pathlib import Path

import pytest

from mltrack.errors import UsageError
from mltrack.gc.age import age_seconds
from mltrack.gc.objects import SET_ASIDE
from tests.gc.conftest import Project
from tests.support.cli import Cli

SIZE = 100


def content(project: Project) -> dict[Path, bytes]:
    found = project.store.root.rglob("*")
    return {path: path.read_bytes() for path in found if path.is_file()}


@pytest.fixture
def run(project: Project) -> str:
    """Return a deleted run; besides it there are an object that stays and one that does not."""
    run = project.log("a")
    project.log("stays")
    project.forget(project.log("b"))
    assert Cli(project.repo.path)("rm", run).code == 0
    project.repo.commit("Log and remove a run")
    return run


def test_a_dry_run_shows_what_would_go_and_touches_nothing(project: Project, run: str) -> None:
    before = content(project)
    done = project.later("gc", "--dry-run", "--output", "json")
    assert (done.code, content(project)) == (0, before)
    document = done.json()
    kinds = [(item["kind"], item["size"]) for item in document["items"]]
    assert [kind for kind, _ in kinds] == ["run", "object"]
    assert kinds[1] == ("object", SIZE)
    assert (document["format"], document["removed"]) == (1, False)
    assert "1 run, 1 object" in done.err


def test_what_is_removed_is_listed_and_the_next_step_named(project: Project, run: str) -> None:
    done = project.later("gc", "--yes", "--output", "json")
    assert done.code == 0
    assert done.json()["removed"] is True
    assert "next: git add -A .mltrack && git commit" in done.err
    assert not project.store.layout.run_folder(run).exists()
    assert not project.object_of("b").exists()
    assert project.object_of("stays").exists()
    assert project.repo.git("status", "--porcelain").splitlines()[0].startswith(" D")


def test_a_store_that_was_cleaned_up_is_sound(project: Project, run: str) -> None:
    assert project.later("gc", "--yes").code == 0
    done = Cli(project.repo.path)("fsck", "--output", "json")
    assert (done.code, done.json()["findings"]) == (0, [])


def test_who_restores_a_run_that_was_cleaned_up_is_told_where_it_was(
    project: Project, run: str
) -> None:
    assert project.later("gc", "--yes").code == 0
    done = Cli(project.repo.path)("restore", run[16:22])
    assert done.code == 3
    assert f"the files of run {run[16:]} are not here any more" in done.err
    command = done.err.partition("had them: git ")[2].split()
    assert "Log and remove a run" in project.repo.git(*command)


def test_a_second_time_there_is_nothing_to_remove(project: Project, run: str) -> None:
    assert project.later("gc", "--yes").code == 0
    done = project.later("gc", "--yes", "--output", "json")
    assert (done.code, done.json()["items"]) == (0, [])
    assert "nothing is to be removed" in done.err


def test_nothing_goes_unasked(project: Project, run: str) -> None:
    before = content(project)
    done = project.later("gc")
    assert (done.code, content(project)) == (2, before)
    assert "not done: it would remove 1 run, 1 object" in done.err
    assert "fix: add --yes" in done.err


def test_nothing_younger_than_14_days_goes_whatever_is_asked(project: Project) -> None:
    done = Cli(project.repo.path)("gc", "--older-than", "13d", "--force", "--yes")
    assert done.code == 2
    assert "nothing younger than 14 days is removed" in done.err


@pytest.mark.parametrize("age", ["", "30", "-30d", "d", "30 d", "\u0661d", "1e3d", "0d", "1w", "w"])
def test_an_age_that_is_none_or_too_short_is_refused(age: str) -> None:
    with pytest.raises(UsageError):
        age_seconds(age)


def test_an_age_is_given_in_days_or_weeks() -> None:
    assert (age_seconds("14d"), age_seconds("8w")) == (14 * 86_400, 56 * 86_400)


def test_a_refusal_exits_with_4_and_removes_nothing(project: Project, run: str) -> None:
    project.repo.git("worktree", "add", "-q", "--detach", "../linked")
    (project.repo.path.parent / "linked").rename(project.repo.path.parent / "moved")
    before = content(project)
    done = project.later("gc", "--yes")
    assert (done.code, content(project)) == (4, before)
    assert "git worktree prune" in done.err


def test_a_run_that_stays_is_named_with_the_place_that_has_it(project: Project, run: str) -> None:
    project.repo.git("update-ref", "refs/remotes/origin/theirs", "HEAD~1")
    project.repo.branch("side")
    assert Cli(project.repo.path)("restore", run).code == 0
    project.repo.commit("Restore it")
    project.repo.checkout("main")
    done = project.later("gc", "--dry-run")
    assert f"run {run} stays: it is not deleted on side" in done.err


def test_a_clean_up_with_nothing_to_remove_puts_back_what_a_killed_one_had_set_aside(
    project: Project,
) -> None:
    project.log("stays")
    path = project.object_of("stays")
    aside = project.store.layout.quarantine / SET_ASIDE / "4194304"
    aside.mkdir(parents=True)
    path.rename(aside / f"{path.parent.name}{path.name}")
    assert "put back 1 object" in project.later("gc").err
    assert path.exists()


def test_a_clean_up_that_was_killed_is_ended_by_the_next(project: Project, run: str) -> None:
    (manifest,) = project.store.layout.run_folder(run).glob("artifacts.yaml")
    manifest.unlink()  # as a removal leaves it that was killed in the midst of a folder in tmp
    done = project.later("gc", "--yes")
    assert done.code == 0
    assert not project.store.layout.run_folder(run).exists()
