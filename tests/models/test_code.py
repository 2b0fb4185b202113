"""Which files of the project's own modules travel in a package."""

from pathlib import Path

import pytest

from mltrack.errors import UsageError
from mltrack.models.code import packing


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder of modules."""
    (tmp_path / "project" / "own" / "deep").mkdir(parents=True)
    for name in ("own/__init__.py", "own/deep/part.py", "single.py"):
        (tmp_path / "project" / name).write_text("", encoding="utf-8")
    return tmp_path / "project"


def packed(project: Path, **modules: str) -> tuple[list[str], packing.Packed]:
    target = project.parent / "package"
    files = {name.replace("__", "."): project / path for name, path in modules.items()}
    found = packing.packed(target, files)
    below = (path.relative_to(target) for path in target.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in below), found


def test_a_single_module_travels_alone_and_a_package_whole(project: Path) -> None:
    files, found = packed(project, single="single.py", own__deep__part="own/deep/part.py")
    assert files == ["code/own/__init__.py", "code/own/deep/part.py", "code/single.py"]
    assert found.names == ("own", "single")


def test_a_folder_without_init_is_a_package_too(project: Path) -> None:
    (project / "own" / "__init__.py").unlink()
    assert packed(project, own__deep__part="own/deep/part.py")[0] == ["code/own/deep/part.py"]


@pytest.mark.parametrize(
    "name",
    ["data.parquet", "look.ipynb", ".env", ".netrc", "id_rsa", "secrets.yaml", "tls.key",
     "tests/helper.py", "test_own.py", ".venv/lib/x.py", "repo/.git", "notes.sqlite"],
)  # fmt: skip
def test_what_is_private_or_data_or_a_test_stays_behind(project: Path, name: str) -> None:
    path = project / "own" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    assert packed(project, own="own/__init__.py")[0] == [
        "code/own/__init__.py", "code/own/deep/part.py",
    ]  # fmt: skip


def test_no_link_is_followed_out_of_a_package(project: Path) -> None:
    (project.parent / "outside").mkdir()
    (project.parent / "outside" / "more.py").write_text("", encoding="utf-8")
    (project / "own" / "linked").symlink_to(project.parent / "outside")
    (project / "own" / "passwd.txt").symlink_to("/etc/passwd")
    assert len(packed(project, own="own/__init__.py")[0]) == 2


def test_a_large_file_stays_behind_and_is_named(project: Path) -> None:
    (project / "own" / "weights.dat").write_bytes(bytes(packing.LARGEST_FILE_BYTES + 1))
    assert packed(project, own="own/__init__.py")[1].left_out == ("own/weights.dat",)


def test_modules_that_are_too_large_are_refused(project: Path) -> None:
    (project / "own" / "table.py").write_bytes(b"#" * (packing.LARGEST_CODE_BYTES + 1))
    with pytest.raises(UsageError, match=r"own hold 16 MiB(?s:.)*own/table.py"):
        packed(project, own="own/__init__.py")


def test_what_looks_like_a_secret_in_the_code_is_said(project: Path) -> None:
    (project / "single.py").write_text('password = "s3cr3t-Q8rT5xYz"\n', encoding="utf-8")
    packed(project, single="single.py")
    (note,) = packing.secrets_in(project.parent / "package")
    assert "code/single.py holds what looks like a secret" in note
