"""A process that is killed at any call that changes the disk leaves a store that reads."""

import subprocess
import sys
from pathlib import Path

import pytest

from mltrack.errors import NotFoundError
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.ids import new_id
from mltrack.store.lookup import locate
from mltrack.store.manifest import read_manifest
from mltrack.store.store import Store

SWEEP = """
import os, sys
from pathlib import Path
from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.store import Store

root, source, fatal = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
changes = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "open"}
calls = 0

def watch(event, arguments):
    global calls
    if event not in changes or not str(arguments[0]).startswith(str(root)):
        return
    if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
        return
    calls += 1
    if calls == fatal:
        os.kill(os.getpid(), 9)

store = Store(root)
sys.addaudithook(watch)
ArtifactFolder(store, Path(sys.argv[4])).add(source, "m")
"""


@pytest.mark.parametrize("before", [{}, {"a.txt": b"old", "b.bin": b"old"}])
def test_whenever_it_is_killed_what_was_kept_before_or_after_is_handed_out(
    store: Store, tmp_path: Path, before: dict[str, bytes]
) -> None:
    (store.root / "config.yaml").write_text("artifacts: {inline_file_bytes: 10}\n")
    after = {"a.txt": b"new", "b.bin": b"x" * 50, "c/d.txt": b"third"}
    source = tmp_path / "source"
    for name, data in after.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(data)
    survived = 0
    for fatal in range(1, 100):
        folder = store.layout.run_folder(new_id(fatal))
        prepare(store, tmp_path / "before", folder, before)
        arguments = [str(store.root), str(source), str(fatal), str(folder)]
        done = subprocess.run([sys.executable, "-c", SWEEP, *arguments], check=False)
        check(store, folder, before, after)
        if done.returncode == 0:
            break
        survived += 1
    assert done.returncode == 0
    assert survived >= 8


def prepare(store: Store, source: Path, folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    source.mkdir(exist_ok=True)
    for name, data in files.items():
        (source / name).write_bytes(data)
        ArtifactFolder(store, folder).add(source / name, f"m/{name}")


def check(store: Store, folder: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """See that every listed file is whole, and that nothing that was kept is gone."""
    listed = read_manifest(folder)
    assert {f"m/{name}" for name in before} <= set(listed)
    for path in listed:
        name = path.removeprefix("m/")
        assert locate(store, [folder], path).read_bytes() in {before.get(name), after[name]}
    try:
        whole = locate(store, [folder], "m")
    except NotFoundError:
        assert not listed
    else:
        assert {p.relative_to(whole).as_posix() for p in whole.rglob("*") if p.is_file()} == {
            path.removeprefix("m/") for path in listed
        }
