"""A source is a stranger's files: no link is followed, no pipe waited for, nothing trusted."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import mltrack
from mltrack.errors import ConflictError
from mltrack.store.events import Event, record
from tests.importers.sides import SMALL, Side
from tests.registry.project import NAME, package

SPARSE_BYTES = 2**30
IN_LITTLE_MEMORY = """
import resource, mltrack
resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))
print(*mltrack.import_runs("../there").new)
"""
OUTSIDE = "a secret of this machine"


@pytest.fixture
def two(there: Side, session_cache: Path) -> tuple[str, str]:
    """Return the ids of two sound runs in the source: a small one, and one to be spoilt."""
    kept = session_cache / "two-runs"
    if not kept.exists():
        ids = (there.run(SMALL, "1"), there.run())
        (there.root / "ids").write_text(" ".join(ids), encoding="ascii")
        there.root.rename(kept)
    shutil.copytree(kept, there.root, dirs_exist_ok=True)
    good, bad = (there.root / "ids").read_text(encoding="ascii").split()
    return good, bad


@pytest.fixture
def bad(two: tuple[str, str]) -> str:
    """Return the id of the run that a test spoils."""
    return two[1]


@pytest.fixture
def good(there: Side, two: tuple[str, str]) -> str:
    """Return the id of the only run in the source."""
    shutil.rmtree(there.folder(two[1]))
    return two[0]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a file that lies in neither store."""
    file = tmp_path / "outside.txt"
    file.write_text(OUTSIDE, encoding="utf-8")
    return file


def linked(path: Path, outside: Path) -> None:
    path.unlink()
    path.symlink_to(outside)


def piped(path: Path, _outside: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def sparse(path: Path, _outside: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(SPARSE_BYTES)


def emptied(path: Path, _outside: Path) -> None:
    path.write_bytes(b"")


def conflicting(path: Path, _outside: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n", encoding="utf-8")


def other_record(path: Path, _outside: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('id: "20', 'id: "19', 1), encoding="utf-8")


def climbing(path: Path, _outside: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("plots/plot.txt", "../../../../escaped.txt"), encoding="utf-8")


def hiding(path: Path, _outside: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("plots/plot.txt", ".gitignore"), encoding="utf-8")


def endless(path: Path, _outside: Path) -> None:
    entry = f'size: 1, sha256: "{"a" * 64}", kept: "object"'
    with path.open("a", encoding="utf-8") as file:
        file.write(f'  ? "{"a/" * 20_000}x"\n  : {{{entry}}}\n')


SPOILT: list[tuple[str, Callable[[Path, Path], None]]] = [
    ("run.yaml", linked),
    ("run.yaml", piped),
    ("run.yaml", sparse),
    ("run.yaml", emptied),
    ("run.yaml", conflicting),
    ("run.yaml", other_record),
    ("metrics.jsonl", linked),
    ("metrics.jsonl", piped),
    ("artifacts.yaml", linked),
    ("artifacts.yaml", piped),
    ("artifacts.yaml", sparse),
    ("artifacts.yaml", climbing),
    ("artifacts.yaml", hiding),
    ("artifacts.yaml", endless),
]


@pytest.mark.parametrize(("name", "spoil"), SPOILT)
def test_a_spoilt_run_costs_one_line_and_no_other_run(
    here: Side,
    there: Side,
    two: tuple[str, str],
    outside: Path,
    name: str,
    spoil: Callable[[Path, Path], None],
) -> None:
    good, bad = two
    spoil(there.folder(bad) / name, outside)
    done = here.imports(there)
    (line,) = done.skipped
    assert line.startswith(f"run {bad} was not imported: ")
    assert done.new == (good,)
    assert here.run_ids == [good]
    assert here.leftovers() == []
    assert OUTSIDE.encode() not in b"".join(here.files().values())


def test_a_link_among_the_artifacts_is_not_followed(
    here: Side, there: Side, bad: str, outside: Path
) -> None:
    linked(there.folder(bad) / "artifacts" / "plots" / "plot.txt", outside)
    (line,) = here.imports(there).skipped
    assert "symbolic link" in line
    assert OUTSIDE.encode() not in b"".join(here.files().values())


def test_a_linked_folder_among_the_artifacts_is_not_entered(
    here: Side, there: Side, bad: str, tmp_path: Path
) -> None:
    folder = there.folder(bad) / "artifacts" / "plots"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    (line,) = here.imports(there).skipped
    assert "'artifacts/plots/plot.txt' in" in line
    assert line.endswith("is a symbolic link")


@pytest.mark.parametrize("name", ["run.yaml", "artifacts.yaml"])
def test_a_huge_file_is_never_held_in_memory(
    here: Side, there: Side, two: tuple[str, str], name: str
) -> None:
    good, bad = two
    sparse(there.folder(bad) / name, there.path)
    assert here.programs.run(IN_LITTLE_MEMORY).out == f"{good}\n"


def test_a_linked_object_is_not_followed(here: Side, there: Side, bad: str, outside: Path) -> None:
    (path,) = (there.root / "objects").glob("??/*")
    linked(path, outside)
    (line,) = here.imports(there).skipped
    assert "was not imported" in line
    assert list((here.root / "objects").glob("??/*")) == []


EXPERIMENT = "wvhcwfjmee"
FOLDERS = [
    "runs",
    "runs/*",
    "runs/*/*",
    "annotations",
    "annotations/*",
    "annotations/*/*",
    "experiments",
    "experiments/*",
    "models",
    "models/*",
    "models/*/events",
    "models/*/versions",
    "models/*/versions/*",
]


def told_of(there: Side, experiment: str) -> None:
    """Write an event of an experiment in the source."""
    event = Event(kind="created", subject=experiment, body={"name": "diagnosis"})
    record(there.store.layout.experiments / experiment, event, tmp=there.store.layout.tmp)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_linked_folder_of_the_source_is_not_entered(
    here: Side, there: Side, good: str, tmp_path: Path, folder: str
) -> None:
    there.use()
    mltrack.tag_run(good, {"a": "b"})
    mltrack.register_model(package(tmp_path / "package"), NAME)
    told_of(there, EXPERIMENT)
    (path,) = there.root.glob(folder)
    below = f"{path.relative_to(there.root)}/"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    here.imports(there)
    found = set(here.files())
    assert found
    assert [name for name in found if name.startswith(below)] == []


def test_an_experiment_in_a_folder_that_none_can_have_is_passed_over(
    here: Side, there: Side, good: str
) -> None:
    told_of(there, "CON")
    assert here.imports(there).events == 0


def test_a_linked_folder_of_a_run_is_not_entered(
    here: Side, there: Side, two: tuple[str, str], tmp_path: Path
) -> None:
    good, bad = two
    there.folder(bad).rename(tmp_path / "elsewhere")
    there.folder(bad).symlink_to(tmp_path / "elsewhere")
    assert here.imports(there).new == (good,)


def test_folders_that_no_run_can_have_are_passed_over(here: Side, there: Side, good: str) -> None:
    day = there.folder(good).parent
    for name in ("..evil", "20260131-120000-KFXHQZAB", f"{good}+../x".replace("/", ""), "-rf"):
        (day / name).mkdir()
    assert here.imports(there).new == (good,)
    assert len(list(here.folder(good).parent.iterdir())) == 1


def test_a_model_in_a_folder_that_no_model_can_have_is_reported(
    here: Side, there: Side, good: str
) -> None:
    (there.root / "models" / "CON").mkdir(parents=True)
    assert here.imports(there).skipped == (
        "model 'CON' was not imported: no model has such a folder",
    )


@pytest.mark.parametrize("damage", ["changed", "renamed", "linked", "piped"])
def test_a_broken_annotation_costs_one_line(
    here: Side, there: Side, good: str, outside: Path, damage: str
) -> None:
    there.use()
    mltrack.tag_run(good, {"a": "first"})
    mltrack.tag_run(good, {"b": "second"})
    path, _ = sorted(there.store.layout.annotations(good).iterdir())
    if damage == "changed":
        path.write_bytes(path.read_bytes().replace(b"first", b"other"))
    elif damage == "renamed":
        path.rename(path.with_name(path.name.replace("000000000001", "000000000009")))
    else:
        (linked if damage == "linked" else piped)(path, outside)
    done = here.imports(there)
    assert (len(done.skipped), done.events, done.new) == (1, 1, (good,))
    assert here.record(good).tags == {"b": "second"}


def test_what_rules_a_store_is_not_taken(here: Side, there: Side, good: str) -> None:
    (there.root / "config.yaml").write_text("format: 1\ndurability: none\n", encoding="utf-8")
    (there.root / "registry.yaml").write_text("format: 1\n", encoding="utf-8")
    (there.root / "cache" / "thing").write_text("x", encoding="utf-8")
    (there.root / "quarantine" / "thing").write_text("x", encoding="utf-8")
    before = (here.root / "config.yaml").read_bytes()
    here.imports(there)
    assert (here.root / "config.yaml").read_bytes() == before
    assert not any((here.root / n).exists() for n in ("registry.yaml", "cache/thing"))
    assert not (here.root / "quarantine" / "thing").exists()


def test_a_pipe_in_place_of_the_policy_does_not_stop_an_import(
    here: Side, there: Side, good: str, outside: Path
) -> None:
    piped(there.root / "config.yaml", outside)
    assert here.imports(there).new == (good,)


def test_a_store_of_a_newer_format_is_refused(here: Side, there: Side, good: str) -> None:
    (there.root / "config.yaml").write_text("format: 2\n", encoding="utf-8")
    with pytest.raises(ConflictError, match="is of format 2, newer than this mltrack knows"):
        here.imports(there)
    assert here.files() == {}


def test_a_run_of_a_newer_format_comes_byte_for_byte(here: Side, there: Side, good: str) -> None:
    record = there.folder(good) / "run.yaml"
    text = record.read_text(encoding="utf-8").replace("format: 1", "format: 2\ncoming: soon", 1)
    record.write_text(text, encoding="utf-8")
    assert here.imports(there).new == (good,)
    assert (here.folder(good) / "run.yaml").read_text(encoding="utf-8") == text
