"""A disk that fails costs a warning and counted drops, never the training."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import mltrack
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from tests.support.cli import Cli
from tests.support.programs import Programs

LIMITED = """
import resource, signal, sys, mltrack
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
run = mltrack.start_run()
for step in range(10):
    run.log_metric("loss", float(step))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (2048, hard))   # every longer file is refused
for step in range(10, 100):
    run.log_metric("loss", float(step))
run.log_params({"a": "x" * 3000})
open("small.txt", "w").write("small")
"""
FREED = "resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))\n"


def test_a_disk_that_refuses_stops_no_training_and_is_said_once(programs: Programs) -> None:
    done = programs.run(LIMITED + FREED + "run.finish(); print('trained')")
    assert done.out == "trained\n"
    assert done.err.count("a log call failed and was dropped") == 1
    assert "metrics.jsonl" in done.err
    run = mltrack.get_run("1")
    kept = run.record.metrics["loss"].count
    assert 10 < kept < 100
    assert run.record.dropped == 100 - kept + 1
    assert f"{run.record.dropped} log calls were lost" in done.err
    assert [p.value for p in run.history("loss")] == [float(step) for step in range(kept)]


def test_what_was_dropped_is_in_the_record_and_shown(programs: Programs, cli: Cli) -> None:
    programs.run(LIMITED + FREED + "run.finish()")
    (yaml,) = Path(".mltrack/runs").rglob("run.yaml")
    dropped = mltrack.get_run("1").record.dropped
    assert f"\ndropped: {dropped}\n" in yaml.read_text()
    shown = cli("show", "1", cwd=programs.folder)
    assert str(dropped) in shown.out


def test_a_disk_that_stays_full_to_the_end_leaves_the_run_ended(programs: Programs) -> None:
    done = programs.run(LIMITED + "run.finish('failed'); print('trained')")
    assert done.out == "trained\n"
    run = mltrack.get_run("1")
    assert (run.status, run.record.dropped > 50) == ("failed", True)
    assert list(Path(".mltrack/runs").rglob(".gitignore")) == []


def test_strict_raises_at_the_call_that_fails(programs: Programs) -> None:
    done = programs.run(LIMITED, env={"MLTRACK_STRICT": "true"}, ok=False)
    assert done.code == 1
    assert "StoreWriteError: a log call failed" in done.err
    assert mltrack.get_run("1").record.metrics["loss"].count > 10


def test_a_file_that_the_disk_refuses_is_a_drop(programs: Programs) -> None:
    programs.run(
        "open('large.bin', 'wb').write(b'x' * 5000)\n"
        + LIMITED
        + "run.log_artifact('large.bin'); run.log_artifact('small.txt')\n"
        + FREED
        + "run.finish()"
    )
    run = mltrack.get_run("1")
    assert [entry.path for entry in run.artifacts] == ["small.txt"]
    assert run.record.dropped == 100 - run.record.metrics["loss"].count + 2


def test_what_a_forked_child_dropped_adds_up(programs: Programs) -> None:
    programs.run(
        LIMITED
        + """
import os
if not os.fork():
    run.log_param("b", "x" * 5000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    run.finish()
    os._exit(0)
os.wait()
"""
        + FREED
        + "run.finish()"
    )
    run = mltrack.get_run("1")
    assert run.record.dropped == 100 - run.record.metrics["loss"].count + 2


TRAINING = """
import os, mltrack
with mltrack.start_run(params={"lr": 1}) as run:
    run.log_metric("loss", 1)
    run.log_metrics({"a": 1, "b": 2})
    run.set_tag("a", 1)
    run.log_artifact("README.md")
    if not os.fork():
        run.log_metric("loss", 2)
        os._exit(0)
    os.wait()
print("trained")
"""


def test_a_run_that_cannot_be_begun_stops_no_training(programs: Programs) -> None:
    (programs.folder / ".mltrack").write_text("a file where the store would be")
    done = programs.run(TRAINING)
    assert done.out == "trained\n"
    assert done.err.count("a log call failed and was dropped") == 1
    assert "5 log calls were lost" in done.err


def test_a_run_that_cannot_be_begun_raises_when_strict(programs: Programs) -> None:
    (programs.folder / ".mltrack").write_text("a file where the store would be")
    done = programs.run(TRAINING, env={"MLTRACK_STRICT": "1"}, ok=False)
    assert "StoreWriteError" in done.err
    assert done.out == ""


def test_a_run_that_cannot_be_resumed_or_joined_stops_no_training(
    programs: Programs, store: Store
) -> None:
    with mltrack.start_run() as run:
        run.log_metric("loss", 1)
    shutil.rmtree(store.root / "tmp")
    (store.root / "tmp").write_text("a file where new folders are built")
    again = programs.run(
        f"import mltrack\nwith mltrack.start_run(resume={run.id!r}) as r: r.log_metric('a', 1)"
    )
    joined = programs.run(
        "import mltrack; mltrack.log_metric('a', 1)", env={"MLTRACK_RUN_ID": run.id}
    )
    assert again.err.count("was dropped") == joined.err.count("was dropped") == 1
    assert mltrack.get_run(run.id).metrics == {"loss": 1}
    assert mltrack.get_run(run.id).status == "finished"


def test_mistakes_raise_even_where_nothing_can_be_kept(programs: Programs) -> None:
    (programs.folder / ".mltrack").write_text("a file where the store would be")
    done = programs.run("import mltrack; mltrack.log_metric('loss', 'high')", ok=False)
    assert "TypeError: the metric 'loss' must be a number" in done.err


def test_a_closed_standard_error_stops_no_training(programs: Programs) -> None:
    programs.run("import sys\nsys.stderr.close()\n" + LIMITED + FREED + "run.finish()")
    assert mltrack.get_run("1").record.dropped > 50


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a project on a disk of one mebibyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=1k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes the right to mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_the_run_goes_on_and_what_was_acknowledged_is_there(
    small_disk: Path,
) -> None:
    done = Programs(small_disk).run("""
import os, mltrack
run = mltrack.start_run()
run.log_metric("loss", 0.0)
with open("ballast", "wb", buffering=0) as ballast:
    try:
        while True:
            ballast.write(b"x" * 4096)
    except OSError:
        pass
acknowledged = 0
for step in range(2000):
    before = run._live.drops.total
    run.log_metric("loss", float(step), step=step)
    acknowledged += run._live.drops.total == before
run.log_artifact("ballast")
os.remove("ballast")
run.log_metric("after", 1.0)
second = mltrack.start_run()
second.finish()
run.finish()
print(acknowledged)
""")
    store = Store(small_disk / ".mltrack")
    listing = list_runs(store)
    assert len(listing.runs) == 2
    run = listing.runs[-1]
    acknowledged = int(done.out)
    assert acknowledged < 2000
    assert run.metrics["loss"].count == acknowledged + 1
    assert run.metrics["after"].last == 1.0
    assert (run.status, run.dropped) == ("finished", 2000 - acknowledged + 1)
