"""What is meant by a path that somebody names to be kept."""

import os
from pathlib import Path

import pytest

from mltrack.errors import NotFoundError, UsageError
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.manifest import read_manifest
from tests.store.kept import Kept


@pytest.mark.parametrize(
    "path", ["", "/", "/etc/x", "..", "a/../../b", "a\nb", "\x1b[2J", "a\u2028b"]
)
def test_a_path_that_leads_out_or_cannot_be_shown_is_refused(kept: Kept, path: str) -> None:
    with pytest.raises(UsageError, match="cannot be the path of an artifact"):
        kept.add(path)
    with pytest.raises(UsageError, match="cannot be the path of an artifact"):
        kept.locate(path)


def test_a_path_of_any_length_can_be_kept_and_found(kept: Kept) -> None:
    name = "/".join(["n" * 199] * 10)
    kept.add(name, b"deep")
    assert kept.locate(name).read_bytes() == b"deep"


@pytest.mark.parametrize("name", ["a", "a/b/c"])
def test_a_file_is_not_logged_where_a_folder_must_be(kept: Kept, name: str) -> None:
    kept.add("a/b")
    with pytest.raises(UsageError, match="in its way"):
        kept.add(name)


def test_a_folder_is_logged_with_all_below_it_or_nothing(kept: Kept) -> None:
    kept.source("a.txt")
    kept.source("deep/er/b.bin", b"x" * 20)
    assert [entry.path for entry in kept.add_folder()] == ["out/a.txt", "out/deep/er/b.bin"]
    kept.add("taken", b"file")
    kept.source("taken/x")
    with pytest.raises(UsageError, match="in its way"):
        ArtifactFolder(kept.store, kept.folder).add(kept.sources / "taken", "taken")
    assert "out/taken/x" not in read_manifest(kept.folder)


def test_an_empty_folder_is_nothing_and_a_missing_file_is_not_found(kept: Kept) -> None:
    assert kept.add_folder() == []
    with pytest.raises(NotFoundError, match="there is no file"):
        ArtifactFolder(kept.store, kept.folder).add(kept.sources / "missing", "x")


def test_what_is_neither_file_nor_folder_is_refused(kept: Kept) -> None:
    os.mkfifo(kept.sources / "pipe")
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        ArtifactFolder(kept.store, kept.folder).add(kept.sources / "pipe", "x")
    assert kept.add_folder() == []


def test_a_link_to_a_file_stands_for_the_file(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_bytes(b"real")
    (kept.sources / "link.txt").symlink_to(tmp_path / "real.txt")
    assert [entry.path for entry in kept.add_folder()] == ["out/link.txt"]
    assert kept.locate("out/link.txt").read_bytes() == b"real"
    assert not kept.locate("out/link.txt").is_symlink()


def test_a_broken_link_is_named_and_nothing_is_logged(kept: Kept) -> None:
    kept.source("a.txt")
    (kept.sources / "z").symlink_to("nowhere")
    with pytest.raises(NotFoundError, match=r"there is no file .*z to log") as caught:
        kept.add_folder()
    assert "it is a link to nowhere" in caught.value.why
    assert read_manifest(kept.folder) == {}


def test_a_link_to_a_folder_is_kept_only_if_it_stays_inside(kept: Kept, tmp_path: Path) -> None:
    kept.source("run-1/a.txt")
    (kept.sources / "latest").symlink_to("run-1")
    (kept.sources / "loop").symlink_to(".")
    assert [entry.path for entry in kept.add_folder()] == ["out/run-1/a.txt"]
    (kept.sources / "away").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="leads to a folder outside"):
        kept.add_folder()


def test_the_store_is_never_logged_into_itself(kept: Kept) -> None:
    project = kept.store.project
    (project / "a.txt").write_text("a")
    added = ArtifactFolder(kept.store, kept.folder).add(project, "project")
    assert [entry.path for entry in added] == ["project/a.txt"]
