"""Which store a command means."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.errors import NotFoundError
from mltrack.store.discovery import find, find_or_none, place_for_new
from tests.support.repository import Repository

STRANGER = 4711
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")


def store_at(folder: Path) -> Path:
    root = folder / ".mltrack"
    root.mkdir(parents=True)
    return root


def folder_at(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def test_the_nearest_store_upwards_is_found(tmp_path: Path) -> None:
    store_at(tmp_path)
    nearest = store_at(tmp_path / "a")
    assert find(folder_at(tmp_path / "a" / "b" / "c")) == nearest
    assert find(tmp_path / "a") == nearest


def test_no_store_is_not_found_and_none_is_made(tmp_path: Path, repo: Repository) -> None:
    with pytest.raises(NotFoundError, match="there is no store") as caught:
        find(repo.path)
    assert "mltrack init" in caught.value.fix
    assert not (repo.path / ".mltrack").exists()


def test_the_search_ends_at_the_git_top_level(repo: Repository) -> None:
    store_at(repo.path.parent)
    assert find_or_none(folder_at(repo.path / "src")) is None
    top = store_at(repo.path)
    assert find(repo.path / "src") == top


def test_the_search_ends_at_a_linked_worktree(repo: Repository) -> None:
    store_at(repo.path)
    repo.git("worktree", "add", "--quiet", "inner")
    assert find_or_none(repo.path / "inner") is None


def test_the_search_ends_at_the_home_folder(world: Path) -> None:
    store_at(world.parent)
    assert find_or_none(folder_at(world / "work")) is None
    at_home = store_at(world)
    assert find(world / "work") == at_home


def test_a_home_folder_that_is_a_link_ends_the_search_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = folder_at(tmp_path / "data" / "home" / "work")
    store_at(tmp_path / "data")
    (tmp_path / "link").symlink_to("data/home")
    monkeypatch.setenv("HOME", str(tmp_path / "link"))
    assert find_or_none(work) is None


@root_only
def test_the_search_ends_at_a_mount(tmp_path: Path) -> None:
    mount = folder_at(tmp_path / "mount")
    store_at(tmp_path)
    code = (
        "import sys; from pathlib import Path; from mltrack.store.discovery import find_or_none\n"
        "print(find_or_none(Path(sys.argv[1])))"
    )
    steps = (
        f"mount -t tmpfs none {mount} && mkdir {mount}/work && exec {sys.executable} -c '{code}' "
    )
    command = ["unshare", "--mount", "sh", "-c", f"{steps} {mount}/work"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "permission denied" in done.stderr:
        pytest.skip("this machine lets nobody mount")
    assert done.stdout == "None\n", done.stderr


@root_only
def test_a_store_of_another_user_is_not_used_unasked(tmp_path: Path) -> None:
    root = store_at(tmp_path)
    os.chown(root, STRANGER, -1)
    with pytest.raises(NotFoundError, match=rf"belongs to another user \(uid {STRANGER}\)"):
        find(tmp_path)
    assert find(tmp_path, explicit=str(root)) == root


@root_only
def test_under_sudo_the_store_of_the_caller_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = store_at(tmp_path)
    os.chown(root, STRANGER, -1)
    monkeypatch.setenv("SUDO_UID", str(STRANGER))
    assert find(tmp_path) == root
    monkeypatch.setenv("SUDO_UID", "nonsense")
    with pytest.raises(NotFoundError):
        find(tmp_path)


def test_a_link_to_a_store_is_not_used_unasked_and_never_made_a_store(tmp_path: Path) -> None:
    elsewhere = store_at(tmp_path / "elsewhere")
    project = folder_at(tmp_path / "project")
    (project / ".mltrack").symlink_to(elsewhere)
    for means in (find, place_for_new):
        with pytest.raises(NotFoundError, match="symbolic link"):
            means(project)
    assert find(project, explicit=str(project)) == project / ".mltrack"


@pytest.mark.parametrize("named", ["project/.mltrack", "project", "project/", "./project/src/.."])
def test_a_named_store_is_its_root_or_the_folder_that_holds_it(
    tmp_path: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = store_at(tmp_path / "project")
    folder_at(tmp_path / "project" / "src")
    monkeypatch.chdir(tmp_path)
    assert find(Path("/"), explicit=named).samefile(root)
    monkeypatch.setenv("MLTRACK_STORE", named)
    assert find(Path("/")).samefile(root)


def test_a_store_can_be_named_from_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = store_at(tmp_path)
    monkeypatch.chdir(root)
    assert find(Path("/"), explicit=".") == root
    assert find(Path("/"), explicit="..").samefile(root)


def test_a_flag_counts_more_than_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_STORE", str(store_at(tmp_path / "variable")))
    flag = store_at(tmp_path / "flag")
    assert find(tmp_path, explicit=str(flag)) == flag


def test_a_named_store_that_is_not_there_is_an_error_even_where_another_is(tmp_path: Path) -> None:
    store_at(tmp_path)
    (tmp_path / "file").touch()
    for named in ("missing", "missing/.mltrack", "file"):
        with pytest.raises(NotFoundError, match="there is no store at") as caught:
            find_or_none(tmp_path, explicit=str(tmp_path / named))
        assert caught.value.fix.startswith("make one: mltrack --store ")


def test_the_fix_of_a_store_that_is_not_there_is_a_command_for_a_shell(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        find_or_none(tmp_path, explicit=str(tmp_path / "my data"))
    assert caught.value.fix == f"make one: mltrack --store '{tmp_path}/my data' init"


def test_a_file_called_like_a_store_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".mltrack").touch()
    root = store_at(tmp_path)
    assert find(tmp_path / "a") == root


def test_a_new_store_belongs_at_the_git_top_level_else_where_one_stands(
    tmp_path: Path, repo: Repository
) -> None:
    assert place_for_new(folder_at(repo.path / "src" / "deep")) == repo.path / ".mltrack"
    plain = folder_at(tmp_path / "plain" / "deep")
    assert place_for_new(plain) == plain / ".mltrack"
