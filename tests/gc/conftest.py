"""A project with a store that holds an object, and the command on a later day."""

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import mltrack
from mltrack.api import store as chosen_store
from mltrack.gc.entities import Plan
from mltrack.gc.planning import planned
from mltrack.store.clock import now
from mltrack.store.store import Store
from tests.gc.later import DAY_SECONDS
from tests.support.cli import Result
from tests.support.repository import Repository


@dataclass
class Project:
    """A repository with a store in which every logged file is an object."""

    repo: Repository

    @property
    def store(self) -> Store:
        return Store(self.repo.path / ".mltrack")

    def log(self, name: str, data: str = "") -> str:
        """Log a run with one object of its own and return its id."""
        source = self.repo.path / "big.bin"
        source.write_bytes((data or name).encode() * 100)
        chosen_store.use(store=str(self.store.root))
        with mltrack.start_run(name=name) as run:
            run.log_artifact(source)
        chosen_store.use()
        source.unlink()
        return run.id

    def python(self, code: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=self.repo.path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextlib.contextmanager
    def running(self, code: str) -> Iterator["subprocess.Popen[str]"]:
        """Run a program that says something and then waits until it is let go on."""
        program = f"{code}\nimport sys; print('there', flush=True); sys.stdin.readline()\n"
        with subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=self.repo.path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == "there\n"
            yield process
            process.communicate("\n")
        assert process.returncode == 0

    def forget(self, run: str) -> None:
        """Remove the folder of a run by hand, so that only git may name its object."""
        for path in sorted(self.store.layout.run_folder(run).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        self.store.layout.run_folder(run).rmdir()

    def object_of(self, data: str) -> Path:
        """Return where the object of a run that was logged with some data lies."""
        digest = hashlib.sha256(data.encode() * 100).hexdigest()
        return self.store.layout.object(digest)

    def plan(self, *, days: int = 30, **options: Any) -> Plan:
        """Return what could go so many days from now, if it had to be 30 days old."""
        before = now() + (days - 30) * DAY_SECONDS
        return planned(self.store, before=before, **options)

    def goes(self, data: str, **options: Any) -> bool:
        """Tell whether the object would go in 31 days."""
        found = [item.paths[0] for item in self.plan(days=31, **options).items]
        return self.object_of(data) in found

    def later(self, *arguments: str, days: int = 31) -> Result:
        """Run the command on a later day."""
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("later.py")), str(days), *arguments],
            cwd=self.repo.path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Result(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.fixture
def project(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a project without a run, whose every logged file is an object."""
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")
    monkeypatch.setenv("MLTRACK_ARTIFACTS_INLINE_FILE_BYTES", "0")
    monkeypatch.chdir(repo.path)
    Store.create(repo.path / ".mltrack")
    repo.commit("Make the store")
    return Project(repo)
