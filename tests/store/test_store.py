"""A store on the disk: what `init` writes, and what every write puts right."""

import hashlib
from pathlib import Path

import pytest

from mltrack.errors import ConflictError, IntegrityError, StoreWriteError
from mltrack.store.layout import HIDDEN_FOLDERS
from mltrack.store.portable import IGNORED
from mltrack.store.store import Store, hide_from_git, show_to_git

COMMITTED = {
    "config.yaml": "469825b70e399c696e90f22854b7678877cb7bf7440cb6521c9c0d57e4eb3171",
    ".gitignore": "3a5d8d815a83ffcf983899ea311b562f02fdf5e43c923eefe9b57148a840699e",
    ".gitattributes": "2ee56a10506d644daa26056b1320fa5ef1aeef2e004496c6a4a1cdf79633fc99",
}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("name", "sha256"), COMMITTED.items())
def test_init_writes_the_same_bytes_everywhere_for_ever(
    store: Store, name: str, sha256: str
) -> None:
    assert digest(store.root / name) == sha256


def test_what_the_stores_gitignore_hides_never_lies_in_place(store: Store) -> None:
    first, *patterns = (store.root / ".gitignore").read_text().splitlines()
    assert first == "!*"
    assert {pattern.rstrip("/").lower() for pattern in patterns} == set(IGNORED)


def test_the_folders_that_git_must_not_see_hide_themselves(store: Store) -> None:
    for name in HIDDEN_FOLDERS:
        assert (store.root / name / ".gitignore").read_bytes() == b"*\n"


@pytest.mark.parametrize("damage", ["removed", "emptied", "folder removed"])
def test_every_write_hides_them_again(store: Store, damage: str) -> None:
    ignore = store.root / "objects" / ".gitignore"
    ignore.write_bytes(b"")
    if damage != "emptied":
        ignore.unlink()
    if damage == "folder removed":
        ignore.parent.rmdir()
    store.prepare()
    assert ignore.read_bytes() == b"*\n"


def test_what_a_person_wrote_into_the_policy_stays(store: Store) -> None:
    store.layout.config.write_text("durability: full\n")
    Store.create(store.root)
    assert store.layout.config.read_text() == "durability: full\n"


def test_a_newer_format_is_never_written(store: Store) -> None:
    store.layout.config.write_text("format: 2\n")
    with pytest.raises(ConflictError, match="newer format"):
        store.prepare()


def test_a_policy_that_cannot_be_understood_stops_a_write(store: Store) -> None:
    store.layout.config.write_text("<<<<<<< HEAD\n")
    with pytest.raises(IntegrityError, match=r"config\.yaml"):
        store.prepare()


@pytest.mark.parametrize("planted", ["objects", "local/.gitignore", "tmp"])
def test_nothing_is_written_through_a_planted_link(
    tmp_path: Path, store: Store, planted: str
) -> None:
    link = store.root / planted
    (store.root / planted.partition("/")[0] / ".gitignore").unlink()
    if "/" not in planted:
        link.rmdir()
    link.symlink_to(tmp_path / "outside")
    with pytest.raises(IntegrityError, match="symbolic link"):
        store.prepare()
    assert not (tmp_path / "outside").exists()


def test_a_file_where_the_store_must_be_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / ".mltrack").touch()
    with pytest.raises(StoreWriteError, match=r"\.mltrack"):
        Store.create(tmp_path / ".mltrack")


def test_a_folder_is_hidden_from_git_and_shown_again(tmp_path: Path) -> None:
    hide_from_git(tmp_path)
    assert (tmp_path / ".gitignore").read_bytes() == b"*\n"
    show_to_git(tmp_path)
    show_to_git(tmp_path)
    assert list(tmp_path.iterdir()) == []
