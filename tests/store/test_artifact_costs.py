"""What it costs to keep files: bytes written, waits for the disk, work for each file, memory."""

import hashlib
import os
import random
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

import pytest

from mltrack.store import syncing
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.direct import LARGE_BYTES, DirectCopy
from mltrack.store.intake import AT_ONCE_BYTES
from mltrack.store.manifest import Entry, Manifest, encode_manifest
from mltrack.store.manifest_text import ManifestText
from mltrack.store.syncing import MANY, sync_files, sync_folders
from tests.store.kept import Kept

IO = Path("/proc/self/io")
LARGE = AT_ONCE_BYTES + 3_000_000


def bytes_written(call: Callable[[], object]) -> int:
    if not IO.exists():
        pytest.skip("this system does not count what a process writes")
    before = _written()
    call()
    return _written() - before


def _written() -> int:
    return int(IO.read_text().partition("wchar: ")[2].split()[0])


def calls_made(call: Callable[[], object]) -> Counter[str]:
    """Count the calls of functions, those of the interpreter's own by their name."""
    counts: Counter[str] = Counter()

    def watch(_frame: FrameType, event: str, function: object) -> None:
        counts["any"] += event in {"call", "c_call"}
        if event == "c_call":
            counts[getattr(function, "__name__", "")] += 1

    sys.setprofile(watch)
    try:
        call()
    finally:
        sys.setprofile(None)
    return counts


def large(seed: int = 0) -> bytearray:
    return bytearray(random.Random(seed).randbytes(LARGE))


def folder_of(kept: Kept, count: int, size: int) -> Path:
    for number in range(count):
        kept.source(f"many/{number}", b"%*d" % (size, number))
    return kept.sources / "many"


@pytest.mark.parametrize("size", [50, LARGE])
def test_bytes_that_are_kept_already_are_not_written_again(kept: Kept, size: int) -> None:
    data = bytes(large()[:size])
    source = kept.source("model.bin", data)
    ArtifactFolder(kept.store, kept.folder).add(source, "a.bin")
    inode = kept.locate("a.bin").stat().st_ino
    other = ArtifactFolder(kept.store, kept.writer("qrstuvwx"))
    assert bytes_written(lambda: other.add(source, "b.bin")) < 10_000
    assert kept.locate("a.bin").stat().st_ino == inode


@pytest.mark.parametrize("place", [0, 1_234_567, LARGE // 2, LARGE - 1])
def test_a_large_file_of_the_same_size_that_differs_is_kept_by_itself(
    kept: Kept, place: int
) -> None:
    data = large()
    kept.add("a.bin", bytes(data))
    data[place] ^= 1
    kept.add("b.bin", bytes(data))
    assert kept.locate("b.bin").read_bytes() == data
    assert kept.locate("a.bin").read_bytes() != data


@pytest.mark.parametrize("size", [50, LARGE])
@pytest.mark.parametrize("change", ["a byte", "the length", "it is gone"])
def test_an_object_that_was_damaged_is_whole_after_its_bytes_are_logged_again(
    kept: Kept, size: int, change: str
) -> None:
    data = bytes(large()[:size])
    kept.add("a.bin", data)
    path = kept.locate("a.bin")
    path.chmod(0o644)
    if change == "a byte":
        with path.open("r+b") as file:
            file.seek(size // 3)
            file.write(b"\0\1")
    elif change == "the length":
        os.truncate(path, size - 1)
    else:
        path.unlink()
    kept.add("b.bin", data)
    assert kept.locate("a.bin").read_bytes() == data


def test_a_large_file_takes_little_memory(kept: Kept) -> None:
    source = kept.source("model.bin")
    with source.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    folder = ArtifactFolder(kept.store, kept.folder)
    tracemalloc.start()
    try:
        folder.add(source, "first.bin")
        folder.add(source, "second.bin")
        assert tracemalloc.get_traced_memory()[1] < 2 * AT_ONCE_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [8, 500])
def test_a_thousand_files_do_not_wait_for_the_disk_one_by_one(kept: Kept, size: int) -> None:
    if syncing._kind_of(kept.folder.stat().st_dev) not in syncing._AT_ONCE:
        pytest.skip("the file system here is not one whose files can be waited for together")
    source = folder_of(kept, 1000, size)
    for folder in (kept.folder, kept.writer("qrstuvwx")):
        files = ArtifactFolder(kept.store, folder)
        counts = calls_made(partial(files.add, source, "many"))
        assert counts["fsync"] <= 5 * MANY


def test_where_one_wait_for_all_may_not_do_each_file_is_waited_for() -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir():
        pytest.skip("there is no file system in memory here")
    top = shared / f"mltrack-{os.getpid()}"
    top.mkdir()
    try:
        paths = [top / str(number) for number in range(2 * MANY)]
        for path in paths:
            path.touch()
        assert calls_made(lambda: sync_files(paths))["fsync"] == 2 * MANY
        assert calls_made(lambda: sync_folders([top]))["fsync"] == 1
    finally:
        for path in [*top.iterdir()]:
            path.unlink()
        top.rmdir()


def test_the_work_for_one_more_file_does_not_grow_with_those_that_are_there(kept: Kept) -> None:
    folder = ArtifactFolder(kept.store, kept.folder)
    counts = [
        calls_made(partial(folder.add_data, b"x", f"notes/{number}.txt"))["any"]
        for number in range(300)
    ]
    assert counts[-1] < 1.3 * counts[20]


def test_a_text_that_grew_is_the_text_of_the_whole_manifest() -> None:
    chance = random.Random(3)
    manifest = Manifest({}, {}, {"shape": "new"}, {"b.txt": {"later": {"x": 1}}})
    text = ManifestText(manifest)
    assert text.encode() == encode_manifest(manifest)
    names = ["b.txt", "a b", "no", "é/ü", "0.png", "x" * 1001, "plots/roc.png", 'say "so"', "Z"]
    for number in range(100):
        name = chance.choice(names)
        manifest.entries[name] = Entry(name, number, f"{number:064x}", chance.random() < 0.5)
        manifest.replaced.pop(name, None)
        if chance.random() < 0.2:
            manifest.replaced[name] = "f" * 64
        text.note(name)
        assert text.encode() == encode_manifest(manifest)


@pytest.mark.parametrize("size", [LARGE_BYTES, LARGE_BYTES + 1, LARGE_BYTES + 4096, 40_000_000])
def test_a_very_large_file_is_kept_byte_for_byte(kept: Kept, size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert kept.add("a.bin", data).sha256 == hashlib.sha256(data).hexdigest()
    assert kept.locate("a.bin").read_bytes() == data


def test_a_very_large_file_that_shrinks_is_kept_as_far_as_it_was_read(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(bytes(10_000))
    digest = hashlib.sha256()
    with source.open("rb") as reader, target.open("xb") as writer:
        copied = DirectCopy(writer.fileno()).copy(reader, LARGE_BYTES, digest)
    assert (copied, target.read_bytes()) == (10_000, bytes(10_000))
    assert digest.digest() == hashlib.sha256(bytes(10_000)).digest()
