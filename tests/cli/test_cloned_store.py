"""A cloned or copied store is other people's files: reading it runs, follows and waits for nothing.

Each obstacle stands in the place of every sort of file at once. Commands that read must end, show
nothing of what lies outside, and leave every file of the store as it was.
"""

import os
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mltrack.store.layout import HIDDEN_FOLDERS
from tests.cli.test_strangers_store import PLAY, by_command
from tests.support.hostile import GOLDEN
from tests.support.repository import Repository

OUTSIDE = "a private key of this machine"
SECONDS = 120
COMMANDS = (
    *("ls", "ls --deleted -o json", "show 1", "show 1 -o json", "show 2 -o json", "show 3 -o json"),
    *("show 4 -o json", "show 5 -o json", "compare 1 2 3", "status", "experiment ls", "model ls"),
    *("model show from-path", "registry history", "artifact ls 1", "artifact ls 5", "config ls"),
    *("artifact path runs:/5/out/plot.txt", "artifact path runs:/4/model", "logs 5", "fsck"),
    *("gc --dry-run", "fsck -o json", "diff 4 5 --stat", "diff 1 2"),
    *("plot acc loss -o csv", "export", "export --history", "export -o ../all.zip --yes"),
    *("report -o ../page.html --yes", "report --markdown --base HEAD", "ls --rev HEAD -o json"),
    *("show 1 --rev HEAD", "ls --spark acc"),
)
FEW = (
    *("ls", "show 1 -o json", "status", "artifact path runs:/4/model", "fsck", "gc --dry-run"),
    "report -o ../page.html --yes",
)


def pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def link(path: Path, outside: Path) -> None:
    path.symlink_to(outside)


def folder(path: Path, _: Path) -> None:
    path.mkdir()


def sparse(path: Path, _: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 25)


def bound(path: Path, _: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the address of a socket may have 100 characters only
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)
    os.chdir(here)


OBSTACLES: tuple[Callable[[Path, Path], None], ...] = (pipe, link, folder, sparse, bound)


def places(root: Path) -> Iterator[Path]:
    """Yield one file of each sort; of the files of runs, each of another run."""
    runs = sorted(p for p in root.glob("runs/*/*/*") if "+" not in p.name)
    yield runs[0] / "run.yaml"
    yield runs[1] / "environment.txt"
    yield runs[1] / "code.patch.gz"
    yield runs[2] / "metrics.jsonl"
    yield from (path / "metrics.jsonl" for path in root.glob("runs/*/*/*+*"))
    yield runs[-1] / "artifacts.yaml"
    yield from root.glob("runs/*/*/*/artifacts/out/plot.txt")
    yield from root.glob("runs/*/*/*/artifacts/model/data/model.*")
    for run in runs:
        for name in ("output.log", "heartbeat", "main.writer", "writer"):
            yield root / "local" / run.name / name
    yield min(root.glob("annotations/*/*/*.yaml"))
    yield min(root.glob("experiments/*/*.yaml"))
    yield min(root.glob("models/*/events/*.yaml"))
    yield from root.glob("objects/??/*")
    yield root / "registry.yaml"
    yield root / "cache" / "runs.db"
    yield root / "locks" / "registry.lock"


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda o: o.__name__)
def test_reading_follows_nothing_waits_for_nothing_and_leaves_all_as_it_was(
    repo: Repository, tmp_path: Path, obstacle: Callable[[Path, Path], None]
) -> None:
    root = repo.path / ".mltrack"
    shutil.copytree(GOLDEN, root)
    outside = tmp_path / "outside"
    outside.write_text(OUTSIDE)
    for path in places(root):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        obstacle(path, outside)
    repo.git("add", "--all", "--force")
    before = looks(root)
    commands = COMMANDS if obstacle in {pipe, link} else FEW
    done = subprocess.run(
        [sys.executable, "-c", PLAY],
        cwd=repo.path,
        input="\n".join(command.replace(" ", "\t") for command in commands),
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    out, err = by_command(done.stdout), by_command(done.stderr)
    assert len(out) == len(commands), done.stderr[-1000:]
    assert [c for c, text in err.items() if "this is a bug" in text] == [], done.stderr
    assert OUTSIDE not in done.stdout + done.stderr
    assert OUTSIDE.encode() not in (tmp_path / "page.html").read_bytes() + packed(tmp_path)
    assert looks(root) == before
    assert outside.read_text() == OUTSIDE


def packed(folder: Path) -> bytes:
    """Return the bytes of all files of the zip that was made; none where no run was sound."""
    if not (folder / "all.zip").exists():
        return b""
    with zipfile.ZipFile(folder / "all.zip") as archive:
        return b"".join(map(archive.read, archive.namelist()))


def looks(root: Path) -> dict[str, tuple[int, int, int]]:
    """Return how every file of a store looks that is not of this machine alone."""
    found = {}
    for path in root.rglob("*"):
        if path.relative_to(root).parts[0] not in HIDDEN_FOLDERS:
            seen = path.lstat()
            found[str(path)] = (seen.st_mode, seen.st_size, seen.st_mtime_ns)
    return found
