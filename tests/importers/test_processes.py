"""Imports that are killed, that run side by side, or that the disk refuses."""

import shutil
import subprocess
import sys
from typing import Any

import pytest

import mltrack
from mltrack.store.yaml_reader import read_file
from mltrack.tracking import codec
from tests.importers.sides import RUN, SMALL, Side
from tests.support.cli import Cli

RUNS = 26
KILLS = 5
IMPORT = [sys.executable, "-m", "mltrack", "import", "../there"]
FULL = """
import resource, sys, mltrack
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    mltrack.import_runs("../there")
except mltrack.StoreWriteError as error:
    print(error.message)
"""


@pytest.fixture
def many(there: Side) -> Side:
    """Return the source with enough runs that an import takes a while."""
    there.run(SMALL, str(RUNS - 1))
    there.use()
    mltrack.tag_run(there.run(RUN), {"a": "b"})
    return there


def whole_journals(here: Side, many: Side) -> int:
    """Return how many journals are here as they are there."""
    ours, theirs = here.files(), many.files()
    journals = [path for path in theirs if path.endswith(".jsonl")]
    return sum(ours.get(path) == theirs[path] for path in journals)


def killed_after(count: int, here: Side, many: Side) -> None:
    """Begin an import, and kill it once so many journals are here, or a few more."""
    process = subprocess.Popen(IMPORT, cwd=here.path, stderr=subprocess.PIPE)
    while process.poll() is None and whole_journals(here, many) < count:
        pass
    process.kill()
    process.communicate()
    assert set(here.run_ids) <= set(many.run_ids)  # and none of them warns


def test_a_killed_import_is_completed_by_the_next(here: Side, many: Side) -> None:
    for count in range(1, RUNS, RUNS // KILLS):
        killed_after(count, here, many)
    assert here.run_ids
    done = here.imports(many)
    assert (done.skipped, done.twins, done.grown) == ((), (), ())
    assert here.files() == many.files()


def test_a_kill_leaves_of_a_grown_run_the_old_or_the_new(here: Side, many: Side) -> None:
    shutil.copytree(many.root / "runs", here.root / "runs")
    for journal in (here.root / "runs").rglob("metrics.jsonl"):
        journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:1]))
        record = journal.with_name("run.yaml")
        fields = read_file(record)
        begun: dict[str, Any] = {"status": "running", "ended": None, "metrics": {}, "seen": {}}
        record.write_bytes(codec.encode({**fields, **begun}))
    for count in range(1, RUNS, RUNS // KILLS):
        killed_after(count, here, many)
        ours, theirs = here.files(), many.files()
        assert ours.keys() <= theirs.keys()
        for path in ours:
            if path.endswith("run.yaml") and ours[path] == theirs[path]:
                journal_path = path.replace("run.yaml", "metrics.jsonl")
                assert ours[journal_path] == theirs[journal_path]
    done = here.imports(many)
    assert (done.skipped, done.twins, done.new) == ((), (), ())
    assert here.files() == many.files()


def test_two_imports_at_once_bring_the_same_as_one(here: Side, many: Side) -> None:
    both = [subprocess.Popen(IMPORT, cwd=here.path, stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate()[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert here.files() == many.files()
    assert here.leftovers() == []


@pytest.mark.parametrize("most_bytes", [150, 400, 200_000])
def test_a_disk_that_refuses_leaves_nothing_half(here: Side, many: Side, most_bytes: int) -> None:
    said = here.programs.run(FULL, str(most_bytes)).out
    assert said.startswith("could not write ")
    assert here.leftovers() == []
    assert set(here.files()) <= set(many.files())
    assert here.run_ids is not None
    assert here.imports(many).skipped == ()
    assert here.files() == many.files()


def test_a_store_that_may_only_be_read_can_be_imported(here: Side, there: Side, cli: Cli) -> None:
    run_id = there.run(SMALL, "1")
    for path in (there.root, *there.root.rglob("*")):
        path.chmod(path.stat().st_mode & 0o555)
    assert here.imports(there).new == (run_id,)
