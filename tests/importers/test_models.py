"""Models of another store: their events, their files, and what both sides now disagree on."""

from pathlib import Path

import mltrack
from mltrack.api.registry.models import get_model_or_version
from mltrack.registry import reader
from tests.importers.sides import Side
from tests.registry.project import NAME, package

WITH_MODEL = """
import mltrack, sys
with mltrack.start_run() as run:
    run.log_metric("acc", 0.5)
    run.log_artifact(sys.argv[1], to="model")
print(run.id)
"""
LATE_MODEL = """
import mltrack, sys
with mltrack.start_run(resume=sys.argv[1]) as run:
    run.log_artifact(sys.argv[2], to="model")
print(run.id)
"""


def registered(side: Side, outside: Path, weights: str) -> str:
    """Register a model from a path, and return the version's id."""
    side.use()
    return mltrack.register_model(package(outside / weights, weights), NAME).id


def test_a_model_comes_with_the_files_of_its_versions(
    here: Side, there: Side, tmp_path: Path
) -> None:
    version = registered(there, tmp_path, "theirs")
    done = here.imports(there)
    assert (done.events, done.versions, done.models) == (1, 1, (NAME,))
    assert here.files() == there.files()
    found = get_model_or_version(f"{NAME}/1")
    assert found.id == version  # type: ignore[union-attr]  # it names a version
    assert mltrack.promote_model(f"{NAME}/1", to="staging", reason="as good as there").event


def test_importing_a_model_again_brings_nothing(here: Side, there: Side, tmp_path: Path) -> None:
    registered(there, tmp_path, "theirs")
    here.imports(there)
    again = here.imports(there)
    assert (again.events, again.versions, again.models) == (0, 0, ())


def test_the_index_tells_of_what_came(here: Side, there: Side, tmp_path: Path) -> None:
    version = registered(there, tmp_path, "theirs")
    here.imports(there)
    assert version in (here.root / "registry.yaml").read_text(encoding="utf-8")


def test_what_both_sides_now_disagree_on_is_said(here: Side, there: Side, tmp_path: Path) -> None:
    for side, name in ((here, "ours"), (there, "theirs")):
        registered(side, tmp_path, name)
        mltrack.promote_model(f"{NAME}/1", to="production", reason="good enough")
    done = here.imports(there)
    assert any("means 2 versions" in line for line in done.warnings)
    assert any("production of churn is contested" in line for line in done.warnings)
    assert any(step.startswith("mltrack registry resolve churn") for step in done.next_steps)
    state = reader.list_models(here.store).models[0]
    assert len(state.versions) == 2


def test_a_version_of_a_run_that_is_kept_twice_is_told_with_what_mends_it(
    here: Side, there: Side, tmp_path: Path
) -> None:
    run_id = there.run(WITH_MODEL, str(package(tmp_path / "first", "first")))
    here.imports(there)
    journal = there.folder(run_id) / "metrics.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"0.5", b"7.5"))
    changed = there.run(LATE_MODEL, run_id, str(package(tmp_path / "second", "second")))
    there.use()
    assert mltrack.register_model(run_id, NAME).source.run == changed == run_id
    done = here.imports(there)
    ((_, kept_as),) = done.twins
    (told,) = [line for line in done.warnings if "kept twice" in line]
    fix = f"mltrack register runs:/{kept_as}/model {NAME}"
    assert (
        told == f"{NAME}/1 is of run {run_id}, which is kept twice, and not of the one here: {fix}"
    )
    assert mltrack.register_model(f"runs:/{kept_as}/model", NAME).label == "v2"


def test_a_version_of_a_run_that_is_kept_twice_is_sound_where_it_was_made(
    here: Side, there: Side, tmp_path: Path
) -> None:
    run_id = here.run(WITH_MODEL, str(package(tmp_path / "first", "first")))
    here.use()
    mltrack.register_model(run_id, NAME)
    there.imports(here)
    journal = there.folder(run_id) / "metrics.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"0.5", b"7.5"))
    done = here.imports(there)
    assert (len(done.twins), done.warnings) == (1, ())


def test_a_version_that_is_here_with_other_files_is_left_alone(
    here: Side, there: Side, tmp_path: Path
) -> None:
    version = registered(there, tmp_path, "theirs")
    here.imports(there)
    folder = there.store.layout.model_version(NAME, version)
    manifest = folder / "artifacts.yaml"
    manifest.write_bytes(manifest.read_bytes().replace(b"model.bin", b"other.bin"))
    before = here.files()
    assert here.imports(there).skipped == (
        f"version {version} of the model {NAME} is here with other files",
    )
    assert here.files() == before
