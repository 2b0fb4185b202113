"""Stores that are read-only, another user's, a group's, or on a file system without locks."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import mltrack
from mltrack.errors import EXIT_CONFLICT, EXIT_NO, EXIT_NOT_FOUND, EXIT_USAGE
from tests.registry.project import package

ADA, BOB, GROUP = 54_321, 54_322, 54_300
READING = """\
ls
ls --output json
show 1
compare 1 2
status
artifact ls 1
artifact path 1/model
model ls
model show churn
model show churn@production
registry history
config ls
experiment ls
fsck
promote churn/1 --to archived -m why --dry-run
"""
WRITING = """\
tag 1 a=b
rename 1 other
note 1 text
log metric loss 1 --run 1
log artifact file.txt --run 1
rm @min:n --yes
register runs:/@max:n/model other
promote churn/1 --to archived -m why
start
"""
TOGETHER = """\
tag 1 by=me
log metric late 1 --run 1
log artifact file.txt --to late.txt --run @min:loss
register ./{model} churn
promote churn --to production -m why --allow-unpushed
registry index
rm 1 --yes
ls
"""
REFUSED = {EXIT_NO, EXIT_USAGE, EXIT_NOT_FOUND, EXIT_CONFLICT}
TRAINING = """
import os, sys, mltrack
os.umask(int(os.environ.get("TEST_UMASK", "022"), 8))
with mltrack.start_run(name="shared", params={"lr": 1}) as run:
    run.log_metric("loss", 0.5)
    run.log_artifact("file.txt")
    run.log_artifact("large.bin")
print("trained", run._live.drops.total)
"""


class Ran(NamedTuple):
    """A command, its exit code, and what it said."""

    words: list[str]
    code: int
    out: str
    err: str


class Person:
    """Somebody with a user id, a group and a home of their own."""

    def __init__(self, uid: int, home: Path, *, umask: str = "022") -> None:
        self._uid = uid
        home.mkdir()
        os.chown(home, uid, GROUP)
        self._variables = {
            **os.environ,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "MLTRACK_HOME": str(home / "mltrack"),
            "MLTRACK_USER": f"user{uid} <{uid}@example.org>",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TEST_UMASK": umask,
        }

    def python(self, *arguments: str, cwd: Path, stdin: str = "", **variables: str) -> str:
        """Run Python as this person and return what it printed."""
        ids = ("--reuid", str(self._uid), "--regid", str(GROUP), "--clear-groups")
        done = subprocess.run(
            ["setpriv", *ids, sys.executable, *arguments],
            cwd=cwd,
            env={**self._variables, **variables},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mltrack(self, commands: str, *, cwd: Path, **variables: str) -> Iterator[Ran]:
        """Run commands as this person."""
        stdin = _words(commands)
        said = self.python("-m", "tests.system.everyday", cwd=cwd, stdin=stdin, **variables)
        for line in said.splitlines():
            ran = Ran(*json.loads(line))
            assert "Traceback" not in ran.err, ran
            assert "bug in mltrack" not in ran.err, ran
            yield ran


@pytest.fixture
def place() -> Iterator[Path]:
    """Return an empty folder that everybody may enter."""
    if os.geteuid() != 0:
        pytest.skip("becoming other users takes the right to")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def ada(place: Path) -> Person:
    return Person(ADA, place / "ada", umask="002")


@pytest.fixture
def bob(place: Path) -> Person:
    return Person(BOB, place / "bob", umask="002")


@pytest.fixture
def project(place: Path, plain: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with two runs and a registered model, which everybody may read."""
    folder = place / "project"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    write_files(folder)
    monkeypatch.setenv("MLTRACK_ARTIFACTS_INLINE_FILE_BYTES", "1000")
    for number in (1, 2):
        with mltrack.start_run(name=f"run{number}", params={"n": number}) as run:
            run.log_metric("n", number)
            run.log_artifact(package(place / f"model{number}", "x" * 3000), "model")
    mltrack.register_model("runs:/1/model", "churn")
    mltrack.promote_model("churn/1", to="production", reason="why", allow_unpushed=True)
    return folder


def write_files(folder: Path) -> None:
    (folder / "file.txt").write_text("text")
    (folder / "large.bin").write_text("y" * 3000)


@pytest.fixture
def mounted(project: Path) -> Iterator[Path]:
    """Return the project on a file system that is mounted read-only."""
    there = project.with_name("mounted")
    there.mkdir()
    if subprocess.run(["mount", "--bind", project, there], check=False).returncode:
        pytest.skip("mounting takes the right to")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", there], check=True)
        yield there
    finally:
        subprocess.run(["umount", there], check=True)


def _words(commands: str) -> str:
    return json.dumps([line.split() for line in commands.splitlines()])


def _is_there_already(ran: Ran) -> bool:
    return ran.words[0] == "promote" and "already in production" in ran.err


def refuses_to_write_and_reads(ran: Iterator[Ran]) -> None:
    seen = list(ran)
    count = len(READING.splitlines())
    read, written = seen[:count], seen[count:]
    assert [r for r in read if r.code] == []
    assert [w for w in written if w.code not in REFUSED or "error: " not in w.err] == []


def test_what_belongs_to_somebody_else_can_be_read(project: Path, bob: Person) -> None:
    refuses_to_write_and_reads(bob.mltrack(READING + WRITING, cwd=project))
    assert bob.python("-c", TRAINING, cwd=project) == "trained 4\n"


def test_a_check_names_what_somebody_may_not_read_nor_mend(project: Path, bob: Person) -> None:
    first, second = sorted((project / ".mltrack" / "runs").glob("*/*/*"))
    (first / "metrics.jsonl").chmod(0o600)
    broken = next(path for path in second.glob("artifacts/**/*") if path.is_file())
    broken.chmod(0o644)
    broken.write_text("other bytes")
    checked, repaired = bob.mltrack(
        "fsck --output json\nfsck --repair --output json\n", cwd=project
    )
    assert (checked.code, repaired.code) == (EXIT_NO, EXIT_NO)
    named = {(f["kind"], Path(f["path"]).name) for f in json.loads(checked.out)["findings"]}
    assert named == {("unreadable", "metrics.jsonl"), ("artifact-changed", broken.name)}
    assert {action["done"] for action in json.loads(repaired.out)["actions"]} == {False}
    assert broken.read_text() == "other bytes"


def test_what_is_mounted_read_only_can_be_read(mounted: Path, bob: Person) -> None:
    os.chown(mounted.with_name("project") / ".mltrack", BOB, GROUP)
    refuses_to_write_and_reads(bob.mltrack(READING + WRITING, cwd=mounted))
    assert bob.python("-c", TRAINING, cwd=mounted) == "trained 4\n"


def test_a_strangers_store_is_used_only_when_it_is_named(project: Path, bob: Person) -> None:
    os.chown(project / ".mltrack", ADA, GROUP)
    store = str(project / ".mltrack")
    unasked, named = bob.mltrack(f"ls\n--store {store} ls\n", cwd=project)
    assert (unasked.code, named.code) == (EXIT_NOT_FOUND, 0)
    assert "belongs to another user" in unasked.err


def test_a_group_shares_a_store(place: Path, ada: Person, bob: Person) -> None:
    project = place / "shared"
    (project / ".git").mkdir(parents=True)
    os.chown(project, ADA, GROUP)
    project.chmod(0o2775)
    write_files(project)
    variables = {
        "MLTRACK_STORE": str(project / ".mltrack"),
        "MLTRACK_ARTIFACTS_INLINE_FILE_BYTES": "1000",
        "MLTRACK_CAPTURE_CODE": "false",
        "MLTRACK_CAPTURE_PACKAGES": "false",
    }
    list(ada.mltrack("init\n", cwd=project))
    package(project / "one", "1" * 3000)
    package(project / "two", "2" * 3000)
    for person, model in ((ada, "one"), (bob, "two"), (ada, "one")):
        assert person.python("-c", TRAINING, cwd=project, **variables) == "trained 0\n"
        ran = list(person.mltrack(TOGETHER.format(model=model), cwd=project, **variables))
        assert [r for r in ran if r.code and not _is_there_already(r)] == []
    locks = list((project / ".mltrack" / "locks").glob("*.lock"))
    assert locks
    assert all(lock.stat().st_mode & 0o060 == 0o060 for lock in locks)


def test_without_locks_everything_works(project: Path, library: Path) -> None:
    del project
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.everyday"],
        env={
            **os.environ,
            "LD_PRELOAD": str(library),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        input=_words(READING + WRITING),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    ran = [Ran(*json.loads(line)) for line in done.stdout.splitlines()]
    assert [r for r in ran if r.code] == []
