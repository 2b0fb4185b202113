"""A store that somebody else made breaks nothing: no crash, no waiting, nothing outside is read."""

import gzip
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mltrack.fsck.kinds import Kind
from tests.fsck.ruin import Ruin, write
from tests.support.cli import Cli

SECONDS = 60


def deep(opening: bytes) -> bytes:
    return b"format: 1\nid: " + opening * 100_000 + b"\n"


def pipes_everywhere(ruin: Ruin) -> None:
    places = [
        ruin.record,
        ruin.second / "metrics.jsonl",
        ruin.second / "artifacts.yaml",
        ruin.first / "environment.txt",
        ruin.first / "code.patch.gz",
        ruin.root / "config.yaml",
        ruin.root / "registry.yaml",
        ruin.root / ".gitignore",
        ruin.events[0],
        ruin.annotation,
        ruin.object,
        ruin.root / "objects" / ".gitignore",
        ruin.root / "local" / ruin.runs[0] / "main.writer",
    ]
    for place in places:
        place.unlink(missing_ok=True)
        place.parent.mkdir(exist_ok=True, parents=True)
        os.mkfifo(place)


def links_in_circles(ruin: Ruin) -> None:
    for name in ("runs/202601", "models/x", "annotations/loop", "experiments/aaaaaaaaaa"):
        (ruin.root / name).symlink_to(ruin.root)
    ruin.record.unlink()
    ruin.record.symlink_to("run.yaml")


def links_to_endless_files(ruin: Ruin) -> None:
    for path in (ruin.record, ruin.journal, ruin.plot, ruin.manifest, ruin.events[0]):
        path.unlink()
        path.symlink_to("/dev/zero")


def folders_for_files(ruin: Ruin) -> None:
    for path in (ruin.record, ruin.journal, ruin.plot, ruin.manifest, ruin.events[0]):
        path.unlink()
        path.mkdir()
    for name in ("config.yaml", "registry.yaml", ".gitignore"):
        (ruin.root / name).unlink()
        (ruin.root / name).mkdir()


def files_for_folders(ruin: Ruin) -> None:
    for name in ("tmp", "local", "quarantine", "experiments", "models", "annotations"):
        (ruin.root / name).rename(ruin.repo.path / f"was-{name}")
        write(ruin.root / name, "no folder\n")


def strange_names(ruin: Ruin) -> None:
    for name in (b"\xff\xfe", b"new\nline", b"\x1b]0;title\x07", b"-rf", b" ", b"con", b"a:b"):
        folder = os.fsencode(ruin.first / "artifacts")
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"x")
        Path(os.fsdecode(os.fsencode(ruin.root) + b"/" + name)).write_bytes(b"x")


def lies_about_places(ruin: Ruin) -> None:
    text = ruin.manifest.read_text()
    write(ruin.manifest, text.replace("plots/plot.svg", "../../../../../../../../etc/passwd"))
    event = ruin.events[0].read_text()
    write(ruin.events[0], event.replace('path: "model"', 'path: "../../.."'))


HOSTILE: dict[str, Callable[[Ruin], object]] = {
    "deep mappings": lambda r: write(r.record, deep(b"{a: ")),
    "deep lists": lambda r: write(r.manifest, deep(b"[")),
    "deep rows": lambda r: write(r.journal, b'{"a":' * 100_000 + b"\n"),
    "aliases": lambda r: write(r.record, b"a: &a [x]\nb: [*a, *a]\n"),
    "a line without an end": lambda r: write(r.journal, b"{" * (40 * 1024 * 1024)),
    "zeros": lambda r: write(r.events[0], bytes(100_000)),
    "a bomb of zeros": lambda r: write(r.first / "code.patch.gz", bomb()),
    "pipes": pipes_everywhere,
    "circles": links_in_circles,
    "endless files": links_to_endless_files,
    "folders": folders_for_files,
    "files": files_for_folders,
    "strange names": strange_names,
    "lies about places": lies_about_places,
}


def bomb() -> bytes:
    return gzip.compress(bytes(80 * 1024 * 1024), compresslevel=1)


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def fsck(ruin: Ruin, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command within a minute, whatever it meets."""
    return subprocess.run(
        [sys.executable, "-m", "mltrack", "fsck", *arguments],
        cwd=ruin.repo.path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        preexec_fn=limited,
        check=False,
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_store_is_checked_and_mended_to_the_end(name: str, ruin: Ruin) -> None:
    HOSTILE[name](ruin)
    found = fsck(ruin, "-o", "json")
    assert found.returncode == 1 or (name == "strange names" and found.returncode == 0)
    assert "bug" not in found.stderr
    mended = fsck(ruin, "--repair")
    assert mended.returncode in {0, 1, 4}
    assert "this is a bug" not in mended.stderr


def test_control_characters_of_a_name_never_reach_the_terminal(ruin: Ruin) -> None:
    strange_names(ruin)
    shown = fsck(ruin)
    assert "\x1b" not in shown.stdout + shown.stderr
    assert "\x07" not in shown.stdout + shown.stderr


def test_pipes_are_named_and_set_aside(ruin: Ruin) -> None:
    os.mkfifo(ruin.first / "artifacts" / "pipe")
    assert ruin.kinds() == [Kind.STRANGE_FILE]
    assert ruin.repair().left.findings == ()


def test_a_file_as_large_as_the_disk_is_read_in_blocks(ruin: Ruin) -> None:
    ruin.object.chmod(0o644)
    os.truncate(ruin.object, 500 * 1024**2)
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (500 << 20, 500 << 20));"
        "import sys; sys.argv = ['mltrack', 'fsck']; from mltrack.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ruin.repo.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "object-damaged" in done.stdout


def test_a_store_that_cannot_be_written_is_checked(ruin: Ruin) -> None:
    write(ruin.plot, "a blot\n")
    folders = [ruin.root, *(p for p in ruin.root.rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        before = sorted(ruin.root.rglob("*"))
        assert Cli(ruin.repo.path)("fsck").code == 1
        assert sorted(ruin.root.rglob("*")) == before
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_a_check_writes_nothing(ruin: Ruin) -> None:
    write(ruin.plot, "a blot\n")
    before = {p: p.lstat().st_mtime_ns for p in ruin.root.rglob("*")}
    ruin.check()
    assert {p: p.lstat().st_mtime_ns for p in ruin.root.rglob("*")} == before
