"""Locks: held briefly, the holder named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.errors import ConflictError, IntegrityError
from mltrack.store.locks import locked

HOLD = """
import sys
from pathlib import Path
from mltrack.store.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "index.lock"


@pytest.fixture
def holder(path: Path) -> "subprocess.Popen[str]":
    """Return another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def test_who_holds_a_lock_for_too_long_is_named(
    path: Path, holder: "subprocess.Popen[str]"
) -> None:
    with pytest.raises(ConflictError, match=f"held by process {holder.pid} on "):
        locked(path, timeout_seconds=0.1).__enter__()
    end(holder)


def test_the_lock_of_a_killed_process_is_free(path: Path, holder: "subprocess.Popen[str]") -> None:
    end(holder)
    with locked(path, timeout_seconds=5):
        pass


def test_a_lock_is_free_again_after_a_failure(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(path):
        os.fsencode(str(1 // 0))
    with locked(path, timeout_seconds=0.1):
        pass


def test_where_no_lock_can_be_made_the_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with locked(tmp_path / "file" / "index.lock", timeout_seconds=0.1):
        done = True
    assert done


def test_an_error_of_the_work_is_not_mistaken_for_one_of_the_lock(path: Path) -> None:
    with pytest.raises(FileNotFoundError), locked(path):
        path.with_name("missing").read_bytes()


def test_a_planted_link_is_no_lock(tmp_path: Path) -> None:
    locks = tmp_path / ".mltrack" / "locks"
    locks.mkdir(parents=True)
    (locks / "index.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(IntegrityError, match="symbolic link"):
        locked(locks / "index.lock").__enter__()
    assert not (tmp_path / "victim").exists()


def test_a_child_that_was_forked_meanwhile_does_not_hold_the_lock_on(path: Path) -> None:
    program = f"""
import os
from pathlib import Path
from mltrack.store.locks import locked
path = Path({str(path)!r})
ends, alive = os.pipe()
with locked(path):
    if not os.fork():
        os.close(alive)
        os.read(ends, 1)
        os._exit(0)
with locked(path, timeout_seconds=0.1):
    print("free")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.stdout == b"free\n"


def test_what_other_programs_lock_with_flock_is_locked(path: Path) -> None:
    import fcntl

    path.parent.mkdir()
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(ConflictError, match="held by another process"):
            locked(path, timeout_seconds=0.1).__enter__()
