"""Stores that earlier releases wrote are read as they were read then."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mltrack.api.fsck import check_store
from mltrack.api.runs.run import Run
from mltrack.api.runs.runs import get_run
from mltrack.api.store import use
from mltrack.errors import IntegrityError
from mltrack.fsck.kinds import Severity
from mltrack.store.yaml_reader import mapping_of
from tests.golden.make import what_is_read
from tests.registry import every_kind

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.json"))


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a copy of a golden store's folder."""
    return Path(shutil.copytree(request.param, tmp_path / "golden"))


def expected(golden: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((golden / "expected.json").read_text("utf-8"))
    return found


def subset(found: Any, wanted: Any) -> Any:
    """Return what was found without the keys that a later release has added."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {key: subset(found.get(key), value) for key, value in wanted.items()}
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [subset(one, other) for one, other in zip(found, wanted, strict=True)]
    return found


def named(golden: Path, name: str) -> Run:
    use(store=str(golden / ".mltrack"))
    runs = expected(golden)["runs"].values()
    return get_run(next(run["id"] for run in runs if run["name"] == name))


def test_every_golden_store_is_read_as_it_was_when_it_was_written(golden: Path) -> None:
    wanted = expected(golden)
    found = json.loads(json.dumps(what_is_read(golden / ".mltrack")))
    assert subset(found, wanted) == wanted


def test_reading_changes_no_byte_but_in_the_cache(golden: Path) -> None:
    def content() -> dict[Path, bytes]:
        files = (path for path in golden.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in files if path.parent.name != "cache"}

    before = content()
    what_is_read(golden / ".mltrack")
    assert content() == before


def test_the_files_of_every_golden_store_are_handed_out(golden: Path) -> None:
    run = named(golden, "First run")
    for entry in run.artifacts:
        assert run.artifact_path(entry.path).stat().st_size == entry.size


def test_a_file_that_was_changed_is_not(golden: Path) -> None:
    run = named(golden, "First run")
    path = run.artifact_path("out/second.txt")
    path.chmod(0o644)
    path.write_text("changed")
    with pytest.raises(IntegrityError):
        run.artifact_path("out/second.txt")


def test_every_golden_store_has_an_event_of_every_kind_of_the_registry(golden: Path) -> None:
    events = (golden / ".mltrack" / "models").glob("*/events/*.yaml")
    kinds = {str(mapping_of(path.read_bytes(), path.name)["kind"]) for path in events}
    assert kinds == every_kind.KINDS


def test_every_golden_store_is_sound(golden: Path) -> None:
    use(store=str(golden / ".mltrack"))
    assert check_store().of(Severity.DAMAGE) == ()


def test_there_is_a_golden_store_of_every_format() -> None:
    assert [folder.name for folder in FOLDERS] == ["format-1"]
