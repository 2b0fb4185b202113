"""What the interpreter at hand has is recorded: by version, or by the commit that it is from."""

import json
import sys
from pathlib import Path

import pytest

from mltrack.envs import local
from tests.support.repository import Repository


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder on the path in which distributions lie."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder)])
    return folder


def install(site: Path, name: str, **origin: object) -> None:
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    if origin:
        (info / "direct_url.json").write_text(json.dumps(origin))


def lines() -> list[str]:
    return (local.at_hand().packages or b"").decode().splitlines()


def test_packages_are_listed_by_name_and_version(site: Path) -> None:
    for name in ("Zebra", "some_package"):
        install(site, name)
    (site / "old-2.0-py3.11.egg-info").mkdir()

    assert lines() == ["old==2.0", "some-package==1.0", "zebra==1.0"]
    assert local.at_hand().python == Path(sys.executable)
    assert local.at_hand().id is None


def test_the_first_of_two_on_the_path_counts(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(site, "tiny")
    (tmp_path / "later" / "tiny-9.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(site), str(tmp_path / "later"), "/nowhere"])

    assert lines() == ["tiny==1.0"]


def test_what_is_from_version_control_is_named_by_its_commit(site: Path) -> None:
    told = {"vcs": "git", "commit_id": "a" * 40, "requested_revision": "main"}
    install(site, "tiny", url="https://ada:lovelace1815@example.org/tiny.git", vcs_info=told)

    assert lines() == [f"tiny @ git+https://example.org/tiny.git@{'a' * 40}"]


def test_what_is_used_in_place_is_named_by_the_commit_of_its_repository(
    site: Path, repo: Repository
) -> None:
    repo.git("remote", "add", "origin", "git@example.org:ada/tiny.git")
    (repo.path / "lib").mkdir()
    url = (repo.path / "lib").as_uri()
    install(site, "tiny", url=url, dir_info={"editable": True})
    commit = repo.git("rev-parse", "HEAD").strip()

    said = local.at_hand()

    address = "git+ssh://git@example.org/ada/tiny.git"
    assert said.packages == f"tiny @ {address}@{commit}#subdirectory=lib\n".encode()
    assert said.notes == ()


def test_changes_that_are_in_no_commit_are_noted(site: Path, repo: Repository) -> None:
    repo.git("remote", "add", "origin", "https://example.org/tiny.git")
    tracked = repo.write("tiny.py", "x = 1\n")
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "Begin")
    tracked.write_text("x = 2\n")
    install(site, "tiny", url=repo.path.as_uri(), dir_info={"editable": True})

    assert "changes that are in no commit" in local.at_hand().notes[0]


def test_what_lies_in_no_repository_is_named_by_its_version_and_noted(
    site: Path, tmp_path: Path
) -> None:
    (tmp_path / "loose").mkdir()
    install(site, "tiny", url=(tmp_path / "loose").as_uri(), dir_info={"editable": True})
    install(site, "gone", url=(tmp_path / "gone").as_uri(), dir_info={"editable": True})

    said = local.at_hand()

    assert said.packages == b"gone==1.0\ntiny==1.0\n"
    assert len(said.notes) == 2
    assert str(tmp_path) not in "".join(said.notes)


def test_a_repository_of_this_machine_gives_no_path_away(site: Path, repo: Repository) -> None:
    repo.git("remote", "add", "origin", "/srv/git/tiny.git")
    install(site, "tiny", url=repo.path.as_uri(), dir_info={"editable": True})

    said = local.at_hand()

    assert said.packages == b"tiny==1.0\n"
    assert "has no address" in said.notes[0]
    assert "/srv" not in said.notes[0]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": 3}', '{"url": "x", "vcs_info": {}}'])
def test_a_note_of_an_installer_that_cannot_be_read_is_passed_over(site: Path, text: str) -> None:
    install(site, "tiny")
    (site / "tiny-1.0.dist-info" / "direct_url.json").write_text(text)

    assert lines() == ["tiny==1.0"]
