"""Git's settings are asked for once, and again when a file that holds them has changed."""

from pathlib import Path

import pytest

from mltrack.store.git import git
from mltrack.store.git_config import settings_of
from tests.support.repository import Repository


def test_a_setting_that_changes_is_noticed(repo: Repository) -> None:
    assert settings_of(repo.path)["user.name"] == "Ada Lovelace"
    repo.git("config", "user.name", "Grace")
    assert settings_of(repo.path)["user.name"] == "Grace"
    repo.git("config", "remote.origin.url", "https://example.org/x")
    assert settings_of(repo.path)["remote.origin.url"] == "https://example.org/x"


def test_git_is_asked_once(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    settings_of(repo.path)
    (repo.path / "bin").mkdir()
    (repo.path / "bin" / "git").write_text("#!/bin/sh\necho asked >> asked\nexec false\n")
    (repo.path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(repo.path / "bin"))
    for _ in range(3):
        settings_of(repo.path)
    assert (repo.path / "asked").read_text() == "asked\n"


def test_a_repository_that_is_made_later_counts(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    assert settings_of(folder)["user.name"] == "Ada Lovelace"
    git("init", "--quiet", cwd=folder)
    git("config", "user.name", "Grace", cwd=folder)
    assert settings_of(folder)["user.name"] == "Grace"


def test_a_linked_work_tree_has_the_settings_of_its_repository(repo: Repository) -> None:
    repo.git("worktree", "add", "-q", "../linked")
    linked = repo.path.parent / "linked"
    settings_of(linked)
    repo.git("config", "user.name", "Grace")
    assert settings_of(linked)["user.name"] == "Grace"


def test_names_may_hold_anything(repo: Repository) -> None:
    repo.git("config", "user.name", "Two\nlines = and #")
    assert settings_of(repo.path)["user.name"] == "Two\nlines = and #"
