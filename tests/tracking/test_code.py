"""A run knows which code ran, and its patch gives exactly that code back."""

import gzip
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mltrack.store.store import Store
from mltrack.tracking.code import Captured, capture
from tests.support.programs import Programs
from tests.support.repository import Repository

TOKEN = "ghp_" + "A1b2C3d4E5" * 4


@pytest.fixture(autouse=True)
def capturing(monkeypatch: pytest.MonkeyPatch, project: Repository) -> None:
    """Switch on what other tests do without, and have a program to change."""
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "true")
    project.write("train.py", "".join(f"line {n}\n" for n in range(40)))
    project.commit("Add a program")


def captured(repository: Repository) -> Captured:
    return capture(repository.path, Store.create(repository.path / ".mltrack"))


def patch_of(found: Captured) -> str:
    return gzip.decompress(found.patch).decode("utf-8", "surrogateescape") if found.patch else ""


def applied(repository: Repository, found: Captured, tmp_path: Path) -> dict[str, bytes]:
    """Return the files of the base commit with the patch applied to them."""
    target = tmp_path / "applied"
    if found.facts["base"]:
        repository.git("worktree", "add", "-q", "--detach", str(target), found.facts["base"])
    else:
        target.mkdir()
        subprocess.run(["git", "init", "-q"], cwd=target, check=True)
    if found.patch:
        patch = tmp_path / "code.patch"
        patch.write_bytes(gzip.decompress(found.patch))
        subprocess.run(["git", "apply", "--whitespace=nowarn", str(patch)], cwd=target, check=True)
    return contents(target)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder but those of git and of the store."""
    hidden = {".git", ".mltrack"}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not hidden & set(path.relative_to(folder).parts)
    }


def test_clean_code_is_its_commit(project: Repository) -> None:
    facts = captured(project).facts
    head = project.git("rev-parse", "HEAD")
    assert facts == {
        "commit": head,
        "branch": "main",
        "tree": project.git("rev-parse", "HEAD^{tree}"),
        "base": head,
        "dirty": False,
    }


def test_the_store_itself_is_never_a_change(project: Repository) -> None:
    Store.create(project.path / ".mltrack")
    project.commit("Begin a store")
    project.write(".mltrack/config.yaml", "format: 1\nstrict: true\n")
    project.write(".mltrack/runs/new.py", "x\n")
    found = captured(project)
    assert (found.facts["dirty"], found.patch) == (False, b"")


def change(project: Repository) -> None:
    project.write("train.py", "changed\n")


def stage(project: Repository) -> None:
    project.write("train.py", "staged\n")
    project.git("add", "train.py")
    project.write("train.py", "staged, and changed\n")


def delete(project: Repository) -> None:
    (project.path / "train.py").unlink()


def rename(project: Repository) -> None:
    project.git("mv", "train.py", "fit.py")


def untracked_source(project: Repository) -> None:
    project.write("new/module.py", "print('new')\n")
    project.write("conf.yaml", "a: 1")


def strange_names(project: Repository) -> None:
    project.write("with space.py", "a\n")
    project.write("größe.py", "b\n")
    project.write('quo"te\ttab.py', "c\n")
    project.write(":(top)magic.py", "d\n")
    project.write("*.py", "e\n")
    project.write("-x.py", "f\n")


def binary(project: Repository) -> None:
    (project.path / "weights.bin").write_bytes(bytes(range(256)))
    project.commit("Add a binary")
    (project.path / "weights.bin").write_bytes(bytes(range(255, -1, -1)) * 3)


def executable(project: Repository) -> None:
    (project.path / "train.py").chmod(0o755)
    project.write("run.sh", "#!/bin/sh\n").chmod(0o755)


def no_last_newline(project: Repository) -> None:
    project.write("train.py", "no newline at the end")


def carriage_returns(project: Repository) -> None:
    (project.path / "dos.py").write_bytes(b"a\r\nb\r\n")
    (project.path / "train.py").write_bytes(b"line 0\r\nline 1\r\n")


def nothing(project: Repository) -> None:
    del project


CHANGES = [
    change, stage, delete, rename, untracked_source, strange_names, binary, executable,
    no_last_newline, carriage_returns, nothing,
]  # fmt: skip


@pytest.mark.parametrize("act", CHANGES)
def test_base_and_patch_give_exactly_the_files_that_ran(
    project: Repository, act: Callable[[Repository], None], tmp_path: Path
) -> None:
    act(project)
    ran = contents(project.path)
    found = captured(project)
    assert found.facts["dirty"] is (act is not nothing)
    assert applied(project, found, tmp_path) == ran


@pytest.mark.parametrize("act", CHANGES)
def test_capturing_leaves_the_index_and_the_tree_as_they_were(
    project: Repository, act: Callable[[Repository], None]
) -> None:
    Store.create(project.path / ".mltrack")
    act(project)
    index = project.path / ".git" / "index"
    before = (index.read_bytes(), project.git("status", "--porcelain", "-uall"))
    captured(project)
    assert (index.read_bytes(), project.git("status", "--porcelain", "-uall")) == before
    assert not [p for p in (project.path / ".mltrack/tmp").iterdir() if p.name != ".gitignore"]


@pytest.mark.parametrize(
    "settings",
    [
        {"diff.noprefix": "true"},
        {"diff.mnemonicPrefix": "true"},
        {"diff.context": "0"},
        {"diff.external": "/bin/false"},
        {"color.ui": "always"},
        {"diff.renames": "copies"},
        {"diff.submodule": "log"},
        {"core.quotePath": "false"},
        {"diff.interHunkContext": "9"},
        {"status.showUntrackedFiles": "no"},
        {"core.autocrlf": "input", "core.safecrlf": "true"},
    ],
    ids=str,
)
def test_a_users_own_git_settings_do_not_spoil_the_patch(
    project: Repository, settings: dict[str, str], tmp_path: Path
) -> None:
    for key, value in settings.items():
        project.git("config", key, value)
    project.write("other.py", "print()\n" * 9)
    project.commit("Add another")
    project.git("mv", "other.py", "renamed.py")
    lines = [f"line {n}\n" for n in range(40)]
    project.write("train.py", "".join([*lines[:20], "new\n", *lines[25:]]))
    project.write("größe.py", "b\n")
    ran = contents(project.path)
    assert applied(project, captured(project), tmp_path) == ran


def test_on_a_feature_branch_the_patch_begins_where_it_left_main(
    project: Repository, tmp_path: Path
) -> None:
    base = project.git("rev-parse", "HEAD")
    project.branch("feature")
    project.write("feature.py", "committed\n")
    head = project.commit("Work")
    project.write("feature.py", "committed, then changed\n")
    project.write("extra.py", "untracked\n")
    found = captured(project)
    assert (found.facts["base"], found.facts["commit"]) == (base, head)
    assert found.facts["branch"] == "feature"
    assert applied(project, found, tmp_path) == contents(project.path)


def test_the_base_is_where_the_upstream_was_left(project: Repository, tmp_path: Path) -> None:
    clone = project.clone("clone")
    base = clone.git("rev-parse", "HEAD")
    clone.write("train.py", "not pushed yet\n")
    clone.commit("Work on main itself")
    found = captured(clone)
    assert found.facts["base"] == base
    assert applied(clone, found, tmp_path) == contents(clone.path)


def test_a_detached_head_has_no_branch(project: Repository) -> None:
    project.git("checkout", "-q", "--detach")
    facts = captured(project).facts
    assert (facts["branch"], facts["commit"]) == (None, project.git("rev-parse", "HEAD"))


def test_before_the_first_commit_the_patch_holds_everything(tmp_path: Path) -> None:
    folder = tmp_path / "unborn"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    unborn = Repository(folder)
    unborn.write("train.py", "print()\n")
    unborn.write("staged.py", "print(1)\n")
    unborn.git("add", "staged.py")
    found = captured(unborn)
    assert (found.facts["commit"], found.facts["tree"], found.facts["base"]) == (None, None, None)
    assert found.facts["branch"] == "main"
    assert applied(unborn, found, tmp_path) == contents(folder)


def both_changed(project: Repository, side: str) -> None:
    project.write("train.py", f"{side}\n")


def both_added(project: Repository, side: str) -> None:
    project.write("added.py", f"{side}\n")


def changed_and_deleted(project: Repository, side: str) -> None:
    if side == "ours":
        (project.path / "train.py").unlink()
    else:
        project.write("train.py", "theirs\n")


def renamed_apart(project: Repository, side: str) -> None:
    project.git("mv", "train.py", f"{side}.py")


@pytest.mark.parametrize("act", [both_changed, both_added, changed_and_deleted, renamed_apart])
def test_in_the_midst_of_a_merge_the_patch_holds_what_lies_on_the_disk(
    project: Repository, act: Callable[[Repository, str], None], tmp_path: Path
) -> None:
    project.branch("other")
    act(project, "theirs")
    project.commit("Theirs")
    project.checkout("main")
    act(project, "ours")
    project.commit("Ours")
    merge = ["git", "merge", "-q", "other"]
    assert subprocess.run(merge, cwd=project.path, capture_output=True, check=False).returncode
    found = captured(project)
    assert applied(project, found, tmp_path) == contents(project.path)


def test_other_untracked_files_are_listed_with_their_digest(project: Repository) -> None:
    (project.path / "data.csv").write_bytes(b"1,2\n")
    project.write("big.py", "x" * 300_000)
    (project.path / "link.py").symlink_to("/etc/hostname")
    found = captured(project)
    assert found.facts["untracked"] == [
        {"path": "big.py", "size": 300_000, "sha256": hashlib.sha256(b"x" * 300_000).hexdigest()},
        {"path": "data.csv", "size": 4, "sha256": hashlib.sha256(b"1,2\n").hexdigest()},
        {"path": "link.py"},
    ]
    assert found.patch == b""


def test_of_very_many_untracked_files_the_rest_is_counted(project: Repository) -> None:
    for number in range(250):
        (project.path / f"{number:03}.bin").touch()
    facts = captured(project).facts
    assert (len(facts["untracked"]), facts["untracked_more"]) == (200, 50)


def test_sources_beyond_a_mebibyte_are_listed_instead(project: Repository) -> None:
    for number in range(6):
        project.write(f"large{number}.py", "x" * 250_000)
    found = captured(project)
    assert [entry["path"] for entry in found.facts["untracked"]] == ["large4.py", "large5.py"]
    assert "large3.py" in patch_of(found)


def test_secrets_in_added_lines_are_masked_and_the_patch_still_applies(
    project: Repository, tmp_path: Path
) -> None:
    kind = "RSA PRIVATE KEY-----\n"
    key = f"-----BEGIN {kind}MIIEowIBAAKCAQEA\nsecretsecret\n-----END {kind}"
    project.write("train.py", f"token = '{TOKEN}'\n")
    project.write("key.py", f'"""\n{key}"""\nprint()\n')
    found = captured(project)
    text = patch_of(found)
    assert TOKEN not in text
    assert "secretsecret" not in text
    assert "MIIE" not in text
    files = applied(project, found, tmp_path)
    assert files["train.py"] == b"token = '****'\n"
    assert files["key.py"].endswith(b'"""\nprint()\n')
    assert found.facts["masked_lines"] == 5


def test_a_password_in_the_remote_is_cut(project: Repository) -> None:
    project.git("remote", "add", "origin", "https://ada:hunter2@git.example.org/x.git")
    assert captured(project).facts["remote"] == "https://git.example.org/x.git"


@pytest.mark.parametrize("remote", ["/srv/git/x.git", "../x.git", "file:///srv/x.git", "~/x"])
def test_a_remote_that_is_a_path_of_this_machine_is_not_recorded(
    project: Repository, remote: str
) -> None:
    project.git("remote", "add", "origin", remote)
    assert "remote" not in captured(project).facts


def test_a_submodule_is_named_by_its_commit(project: Repository, tmp_path: Path) -> None:
    library = Repository.create(tmp_path / "library")
    project.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.path), "lib"
    )
    project.commit("Add a submodule")
    (project.path / "lib" / "README.md").write_text("changed inside\n")
    found = captured(project)
    assert (found.facts["dirty"], found.patch) == (True, b"")
    inner = Repository(project.path / "lib")
    moved = inner.commit("Move on")
    assert f"+Subproject commit {moved}\n" in patch_of(captured(project))


def test_a_repository_inside_the_repository_is_listed(project: Repository) -> None:
    Repository.create(project.path / "nested")
    assert captured(project).facts["untracked"] == [{"path": "nested/"}]


def test_a_repository_whose_top_is_above_the_store_is_captured_whole(
    project: Repository, tmp_path: Path
) -> None:
    project.write("above.py", "changed above\n")
    sub = project.path / "experiments" / "one"
    sub.mkdir(parents=True)
    (sub / "fit.py").write_text("print()\n")
    store = Store.create(sub / ".mltrack")
    found = capture(sub, store)
    assert found.facts["commit"] == project.git("rev-parse", "HEAD")
    assert ".mltrack" not in patch_of(found)
    assert applied(project, found, tmp_path) == contents(project.path)


def test_a_linked_worktree_is_captured_like_any_other(project: Repository, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    project.git("worktree", "add", "-q", "-b", "side", str(linked))
    (linked / "train.py").write_text("changed in the worktree\n")
    found = captured(Repository(linked))
    assert found.facts["branch"] == "side"
    assert "+changed in the worktree" in patch_of(found)


def test_without_git_there_is_nothing_to_say(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    assert capture(folder, Store.create(folder / ".mltrack")) == Captured({}, b"")


def test_a_machine_without_git_says_so_and_logs_on(programs: Programs, tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    programs.run(
        "import mltrack\nwith mltrack.start_run() as run: run.log_metric('loss', 1)",
        env={"PATH": str(bare)},
    )
    facts = only_run(programs.folder)["code"]
    assert list(facts) == ["error"]
    assert "git" in facts["error"]


def only_run(folder: Path) -> Any:
    from mltrack.store.yaml_reader import read_file

    (path,) = (folder / ".mltrack" / "runs").rglob("run.yaml")
    return read_file(path)


def test_capturing_can_be_switched_off(
    project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    assert captured(project) == Captured({}, b"")


def test_the_same_code_gives_the_same_bytes(project: Repository, tmp_path: Path) -> None:
    project.write("train.py", "changed\n")
    copy = tmp_path / "copy"
    shutil.copytree(project.path, copy)
    os.utime(copy / "train.py", (1, 1))
    assert captured(project).patch == captured(Repository(copy)).patch


def test_a_broken_repository_costs_the_run_nothing_but_the_facts(project: Repository) -> None:
    (project.path / ".git" / "HEAD").write_text("garbage\n")
    found = captured(project)
    assert str(project.path) not in found.facts["error"]
    assert found.patch == b""


def test_the_base_is_where_the_code_left_the_default_branch_of_the_remote(
    project: Repository,
) -> None:
    project.git("branch", "--move", "main", "trunk")
    clone = project.clone("clone")
    left = clone.git("rev-parse", "HEAD")
    clone.write("train.py", "changed\n")
    clone.commit("Change")
    found = captured(clone)
    assert found.facts["base"] == left
    assert found.facts["tree"] == clone.git("rev-parse", "HEAD^{tree}")
    assert "+changed" in patch_of(found)


def test_a_detached_head_has_its_tree_and_its_base(project: Repository) -> None:
    left = project.git("rev-parse", "HEAD")
    project.git("checkout", "--quiet", "--detach")
    project.write("train.py", "changed\n")
    project.commit("Change")
    facts = captured(project).facts
    assert facts["tree"] == project.git("rev-parse", "HEAD^{tree}")
    assert (facts["branch"], facts["base"]) == (None, left)
