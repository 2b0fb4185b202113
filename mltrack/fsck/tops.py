"""Check what `init` writes, and whether git sees of the store what it should and no more."""

from collections.abc import Iterator
from pathlib import Path

from mltrack.errors import MltrackError
from mltrack.fsck.entities import REPAIR, Finding
from mltrack.fsck.kinds import Kind
from mltrack.fsck.look import Look
from mltrack.fsck.markers import has_markers
from mltrack.registry.gates.parsing import faults_in
from mltrack.store.config_file import read_config
from mltrack.store.layout import CONFIG, GITIGNORE, HIDDEN_FOLDERS
from mltrack.store.store import COMMITTED, HIDE_ALL
from mltrack.store.yaml_reader import read_bytes


def checked(look: Look, plain: frozenset[str]) -> Iterator[Finding]:
    """Yield what is wrong with the files at the top of a store.

    Args:
        look: the store.
        plain: the names of the plain files there; nothing else may be opened.
    """
    for name, content in COMMITTED.items():
        if name in plain:
            yield from _config(look) if name == CONFIG else _unchanged(look, name, content)
        elif not (look.root / name).is_symlink():
            message = f"{name} is not here, as on a branch that is older than the store"
            yield Finding(
                kind=Kind.TOP_FILE_MISSING, path=name, message=message, fix="mltrack init"
            )
    for name in HIDDEN_FOLDERS:
        yield from _hidden(look, name)


def ignored(look: Look) -> Iterator[Finding]:
    """Yield whether the project's own rules keep the store out of git."""
    if look.git and look.git.is_ignored:
        yield Finding(
            kind=Kind.STORE_IGNORED,
            path="",
            message=f"a rule of the project keeps {look.root.name} out of git",
            fix=f"take that rule out of .gitignore (see: git check-ignore -v {look.root.name}/x)",
        )


def _config(look: Look) -> Iterator[Finding]:
    path = look.root / CONFIG
    fix = f"edit {path}, or {REPAIR}"
    try:
        if has_markers(read_bytes(path)):
            message = "it holds the markers of a merge conflict"
            yield Finding(kind=Kind.CONFLICT_MARKERS, path=CONFIG, message=message, fix=fix)
            return
        if not read_bytes(path).strip():
            message = "it is empty, so the store goes by no policy of its own"
            yield Finding(kind=Kind.CONFIG_BROKEN, path=CONFIG, message=message, fix=fix)
            return
        if read_config(path).is_newer:
            message = "a newer mltrack wrote it: this one reads the store and never writes to it"
            yield Finding(kind=Kind.NEWER_FORMAT, path=CONFIG, message=message)
            return
        yield from _policy(look, path)
    except MltrackError as error:
        message = error.message.replace(f"{path}", CONFIG)
        yield Finding(kind=Kind.CONFIG_BROKEN, path=CONFIG, message=message, fix=fix)


def _policy(look: Look, path: Path) -> Iterator[Finding]:
    for fault in faults_in(look.store.settings):
        message = fault.replace(f"{path}", CONFIG)
        yield Finding(kind=Kind.POLICY_BROKEN, path=CONFIG, message=message, fix=f"edit {path}")


def _unchanged(look: Look, name: str, content: bytes) -> Iterator[Finding]:
    try:
        data = read_bytes(look.root / name)
    except MltrackError as error:
        yield Finding(kind=Kind.UNREADABLE, path=name, message=error.message)
        return
    if data != content:
        yield Finding(
            kind=Kind.TOP_FILE_CHANGED,
            path=name,
            message="it is not what mltrack init writes, which every clone relies on",
            fix=REPAIR,
        )


def _hidden(look: Look, name: str) -> Iterator[Finding]:
    """Yield whether git sees a folder that belongs to this machine."""
    folder = look.root / name
    ignore = folder / GITIGNORE
    if not folder.is_dir() or folder.is_symlink() or ignore.is_symlink():
        return
    try:
        hidden = ignore.is_file() and ignore.read_bytes() == HIDE_ALL
    except OSError:
        hidden = False
    if not hidden:
        yield Finding(
            kind=Kind.HIDDEN_FOLDER_OPEN,
            path=f"{name}/{GITIGNORE}",
            message=f"it does not hide {name}, which belongs to this machine",
            fix=REPAIR,
        )
