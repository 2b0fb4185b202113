"""A clone without the objects: what cannot be read is named, with the run that it belongs to."""

from pathlib import Path

import pytest

from mltrack.store.ids import handle_of
from tests.cli.conftest import Script
from tests.support.cli import Cli
from tests.support.repository import Repository

TRAIN = """
import mltrack
from pathlib import Path
from tests.registry.project import package
with mltrack.start_run(name="train") as run:
    run.log_artifact(package(Path("../package")), to="model")
print(run.id)
"""


@pytest.fixture
def run(repo: Repository, script: Script, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a run with a model of which every file is an object; it is a version, too."""
    monkeypatch.setenv("MLTRACK_ARTIFACTS_INLINE_FILE_BYTES", "0")
    run = script(TRAIN).strip()
    assert Cli(repo.path)("register", run, "churn").code == 0
    repo.commit("Train a model")
    return run


@pytest.fixture
def clone(repo: Repository, run: str) -> Cli:
    """Return the command in a clone."""
    return Cli(repo.clone("clone").path)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("artifact", "path", "{run}/model"), 3),
        (("artifact", "path", "{run}/model/model.yaml"), 3),
        (("predict", "runs:/{run}/model", "rows.csv"), 3),
        (("predict", "churn/1", "rows.csv"), 3),
        (("register", "{run}", "other"), 3),
        (("promote", "churn/1", "--to", "staging", "-m", "why"), 4),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_whatever_needs_an_object_that_is_not_here_names_it_and_its_run(
    clone: Cli, run: str, words: tuple[str, ...], code: int
) -> None:
    (clone.folder / "rows.csv").write_text("0\n1\n")
    done = clone(*(word.format(run=run) for word in words))
    assert done.code == code, done.err
    assert f"' of run {handle_of(run)} is not on this machine" in done.err
    assert "its object " in done.err
    assert "fix: copy .mltrack/objects/" in done.err
    assert done.out == ""
    assert len(done.err.strip().splitlines()) <= 4


def test_what_is_not_here_is_listed_all_the_same(clone: Cli, run: str) -> None:
    here = Cli(clone.folder.parent / "repo")("artifact", "ls", run, "-o", "json").json()
    there = clone("artifact", "ls", run, "-o", "json").json()
    assert len(there["artifacts"]) == 3
    assert {entry["here"] for entry in there["artifacts"]} == {False}
    for listing in (here, there):
        for entry in listing["artifacts"]:
            del entry["here"]
    assert here == there
    assert clone("model", "show", "churn").code == 0


def test_objects_that_were_copied_from_where_the_run_was_made_are_enough(
    clone: Cli, run: str
) -> None:
    objects = Path(".mltrack") / "objects"
    origin = clone.folder.parent / "repo" / objects
    for path in origin.glob("??/*"):
        target = clone.folder / objects / path.relative_to(origin)
        target.parent.mkdir(parents=True)
        target.write_bytes(path.read_bytes())
    assert clone("artifact", "path", f"{run}/model").code == 0
