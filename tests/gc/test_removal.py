"""Removal: what somebody begins to use at that moment stays, and a kill loses nothing."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mltrack.errors import ConflictError
from mltrack.gc.entities import Plan
from mltrack.gc.objects import SET_ASIDE, _last_touched, put_back, settled, take_away
from mltrack.gc.removal import collect
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.clock import now
from mltrack.store.locks import locked
from mltrack.store.lookup import locate
from mltrack.store.store import Store
from tests.gc.conftest import Project
from tests.gc.later import DAY_SECONDS

NAMES = 40

LOGGER = f"""
import sys
from pathlib import Path
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.store import Store
store, folder, source = Store(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])
files = ArtifactFolder(store, folder)
for number in range({NAMES}):
    source.write_bytes(b"the same bytes %d" % number)
    files.add(source, f"{{number}}.bin")
"""
REMOVER = """
import sys
from pathlib import Path
from mltrack.gc.objects import objects_of, take_away
from mltrack.store.store import Store
layout, before = Store(Path(sys.argv[1])).layout, float(sys.argv[2])
for _ in range(30):
    for kept in list(objects_of(layout)):
        take_away(kept.path, layout, before=before)
"""


CLEANER = """
import sys
from pathlib import Path
from mltrack.gc.planning import planned
from mltrack.gc.removal import collect
from mltrack.store.store import Store
store = Store(Path(sys.argv[1]))
plan = planned(store, before=float(sys.argv[2]))
print(flush=True)
collect(store, plan)
"""


@pytest.fixture
def old(project: Project) -> Path:
    """Return an object that nothing names."""
    project.forget(project.log("a"))
    return project.object_of("a")


def log(store: Store, source: Path, to: str) -> Path:
    """Log a file into a new writer's folder and return where it is found again."""
    folder = store.layout.run_folder("20260131-120000-abcdefgh")
    folder.mkdir(parents=True, exist_ok=True)
    ArtifactFolder(store, folder).add(source, to)
    return locate(store, [folder], to)


def source_of(project: Project, data: str = "a") -> Path:
    path = project.repo.path / "again.bin"
    path.write_bytes(data.encode() * 100)
    return path


def in_a_month() -> float:
    return now() + 60 * DAY_SECONDS


def plan(project: Project) -> Plan:
    return project.plan(days=31)


def test_an_object_that_goes_is_gone(project: Project, old: Path) -> None:
    done = collect(project.store, plan(project))
    assert [item.name for item in done.removed] == [f"{old.parent.name}{old.name}"]
    assert not old.exists()
    assert not list((project.store.layout.quarantine / SET_ASIDE).iterdir())


def test_an_object_that_is_logged_again_after_the_plan_was_made_stays(
    project: Project, old: Path
) -> None:
    aged = now() - 60 * DAY_SECONDS
    os.utime(old, (aged, aged))
    log(project.store, source_of(project), "again.bin")
    assert not take_away(old, project.store.layout, before=now() - DAY_SECONDS)
    assert old.exists()


@pytest.mark.parametrize("touched", [True, False])
def test_an_object_goes_back_if_it_was_touched_just_before_it_was_set_aside(
    project: Project, old: Path, touched: bool
) -> None:
    aside = project.store.layout.quarantine / "aside"
    if touched:
        os.utime(old)
    old.rename(aside)
    before = aside.stat().st_mtime + (0 if touched else 1)
    assert settled(aside, old, before=before) is not touched
    assert (old.exists(), aside.exists()) == (touched, False)


def test_one_who_logs_bytes_whose_object_is_set_aside_keeps_a_copy(
    project: Project, old: Path
) -> None:
    assert take_away(old, project.store.layout, before=in_a_month())
    assert log(project.store, source_of(project), "again.bin").read_bytes() == b"a" * 100


def test_a_removal_that_was_killed_is_put_back_by_the_next(project: Project, old: Path) -> None:
    going = plan(project)
    kept = project.log("kept")
    aside = project.store.layout.quarantine / SET_ASIDE / "4194304"
    aside.mkdir(parents=True)
    path = project.object_of("kept")
    path.rename(aside / f"{path.parent.name}{path.name}")
    collect(project.store, going)
    assert not old.exists()
    assert locate(project.store, [project.store.layout.run_folder(kept)], "big.bin") == path


def test_two_removals_at_once_are_one_after_the_other(project: Project, old: Path) -> None:
    code = f"""
from pathlib import Path
from mltrack.store.locks import locked
from mltrack.store.store import Store
lock = locked(Store(Path({str(project.store.root)!r})).layout.lock("gc"))
lock.__enter__()
"""
    lock = locked(project.store.layout.lock("gc"), timeout_seconds=0.1)
    with project.running(code), pytest.raises(ConflictError, match="is held by process"), lock:
        pass
    assert collect(project.store, plan(project)).removed


def test_an_object_that_the_disk_keeps_is_named_and_the_others_go(
    project: Project, old: Path
) -> None:
    project.forget(project.log("b"))
    going = plan(project)
    (project.store.layout.quarantine / SET_ASIDE).write_text("in the way")
    done = collect(project.store, going)
    assert len(done.failures) == len(done.passed_over) == 2
    assert old.exists()


def test_nothing_is_lost_when_bytes_are_logged_while_their_objects_are_removed(
    project: Project,
) -> None:
    """Every object is old to the removers when they begin; only who logs it again saves it."""
    store = project.store
    old, *folders = (store.layout.run_folder(f"20260131-120000-{c * 8}") for c in "zabc")
    for folder in (old, *folders):
        folder.mkdir(parents=True, exist_ok=True)
    words = (str(store.root), str(old), str(project.repo.path / "source"))
    assert start(LOGGER, *words).wait() == 0
    before = max(_last_touched(path) for path in store.layout.objects.rglob("*")) + 0.001
    removers = [start(REMOVER, str(store.root), str(before)) for _ in range(2)]
    loggers = [
        start(LOGGER, str(store.root), str(folder), str(project.repo.path / folder.name))
        for folder in folders
    ]
    assert [process.wait() for process in (*loggers, *removers)] == [0] * 5
    put_back(store.layout)
    for folder in folders:
        for number in range(NAMES):
            data = b"the same bytes %d" % number
            assert locate(store, [folder], f"{number}.bin").read_bytes() == data


def test_nothing_is_lost_and_nothing_left_when_clean_ups_are_killed(project: Project) -> None:
    chance = random.Random(7)
    layout = project.store.layout
    kept = project.log("kept")
    needless = {hashlib.sha256(b"%d" % n).hexdigest(): b"%d" % n for n in range(400)}
    for sha256, data in needless.items():
        layout.object(sha256).parent.mkdir(exist_ok=True)
        layout.object(sha256).write_bytes(data)
    words = (str(project.store.root), str(in_a_month()))
    killed = 0
    for _ in range(5):
        with start(CLEANER, *words, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.02))
            process.kill()
        killed += process.returncode == -signal.SIGKILL
    assert killed
    assert start(CLEANER, *words, stdout=subprocess.DEVNULL).wait() == 0
    assert not [sha256 for sha256 in needless if layout.object(sha256).exists()]
    assert not list((layout.quarantine / SET_ASIDE).iterdir())
    assert locate(project.store, [layout.run_folder(kept)], "big.bin").read_bytes() == b"kept" * 100


def start(code: str, *arguments: str, stdout: int | None = None) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=stdout,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def test_leftovers_of_processes_that_are_gone_go_and_others_stay(project: Project) -> None:
    tmp = project.store.layout.tmp
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (f"{gone.pid}.abcdefgh", f"{os.getpid()}.abcdefgh", "notes", "notes.abcdefgh"):
        (tmp / name).mkdir()
        (tmp / name / "half").touch()
    done = collect(project.store, plan(project))
    assert [item.name for item in done.removed] == [f"tmp/{gone.pid}.abcdefgh"]
    assert len(list(tmp.glob("*"))) == 3 + 1


def test_what_was_set_aside_by_others_stays(project: Project) -> None:
    path = project.store.layout.quarantine / "2026-01-31" / "run.yaml"
    path.parent.mkdir()
    path.touch()
    collect(project.store, project.plan(days=365))
    assert path.exists()
