"""Copy a folder of a run, or of a version, from a stranger's store, and see that it is sound."""

import re
from pathlib import Path

from mltrack.errors import IntegrityError
from mltrack.importers import strangers
from mltrack.store.layout import ARTIFACTS, MANIFEST, inside
from mltrack.store.manifest import Entry, Manifest, decode_manifest
from mltrack.store.portable import Names, is_portable

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\Z")
_YAML = ".yaml"
_LONGEST_PATH = 4096
"""No file system has a longer one; to look at each folder of a far longer one fills the memory."""


def files_of(folder: Path) -> list[str]:
    """Return the names of the files that a folder of a run holds, artifacts and hidden ones apart.

    Raises:
        IntegrityError: one of them is no plain file, or the folder cannot be read.
    """
    names = [name for name in strangers.others_in(folder) if _FILE.match(name)]
    for name in names:
        with strangers.opened(folder / name):
            pass
    return names


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder to a new one, with those of its artifacts whose bytes are as they were kept.

    Raises:
        IntegrityError: a file is no plain file, too large, or its manifest cannot be trusted.
        OSError: the target cannot be written.
    """
    target.mkdir(parents=True)
    for name in sorted(files_of(source), key=_in_order):
        if name.endswith(_YAML):
            (target / name).write_bytes(strangers.content(source / name))
        else:
            strangers.copy(source / name, target / name)
    manifest = manifest_of(target)
    for entry in manifest.entries.values():
        if entry.inline:
            copy_inline(source, entry, target / ARTIFACTS / entry.path, manifest)


def _in_order(name: str) -> tuple[bool, str]:
    """Give first what counts only together with what is copied after it: records, manifests."""
    return not name.endswith(_YAML), name


def manifest_of(folder: Path) -> Manifest:
    """Return the manifest of a folder, an empty one where there is none.

    Raises:
        IntegrityError: it cannot be understood, or keeps files in place that must not lie there.
    """
    path = folder / MANIFEST
    if not path.exists() and not path.is_symlink():
        return Manifest({}, {}, {}, {})
    manifest = decode_manifest(strangers.content(path), path)
    names = Names(())
    for entry in manifest.entries.values():
        if len(entry.path) > _LONGEST_PATH:
            raise IntegrityError(f"{path}: an artifact has a path of {len(entry.path)} characters")
        if names.blocks(entry.path):
            raise IntegrityError(f"{path}: {entry.path!r} is a file and a folder")
        if entry.inline and not _may_lie_here(entry.path, names):
            raise IntegrityError(f"{path}: {entry.path!r} must not lie in place")
        names.add(entry.path)
    return manifest


def _may_lie_here(path: str, names: Names) -> bool:
    return is_portable(path) and not names.differs_by_case_only(path)


def copy_inline(source: Path, entry: Entry, target: Path, manifest: Manifest) -> str:
    """Copy an artifact that lies in place, and return what is wrong with it; empty when it is here.

    Raises:
        OSError: the target cannot be written.
    """
    expected = {entry.sha256, manifest.replaced.get(entry.path)}
    try:
        path = inside(source, f"{ARTIFACTS}/{entry.path}")
        if strangers.copy(path, target) in expected:
            return ""
        fault = "was changed after it was kept"
    except IntegrityError as error:
        fault = error.message.removeprefix(f"{source}/")
    target.unlink(missing_ok=True)
    return fault
