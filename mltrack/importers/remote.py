"""Fetch the store of another machine through rsync: what is needed of it, into `tmp`."""

import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from mltrack.errors import MltrackError, NotFoundError, StoreWriteError, UsageError
from mltrack.importers.entities import Request
from mltrack.store.atomic import explained, unused
from mltrack.store.layout import CONFIG, STORE_NAME, Layout
from mltrack.store.store import Store

_LOOKS_REMOTE = re.compile(
    r"(?P<host>([^@/:\[\]]*@)?(\[[^\]/]*\]|[^/:\[\]]*)):(?P<path>.*)\Z", re.DOTALL
)
_HOST = re.compile(
    r"(?:[A-Za-z0-9_][A-Za-z0-9_.+-]*@)?"
    r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9]+)?\])\Z"
)
_NEEDS_NO_QUOTES = re.compile(r"[A-Za-z0-9_@%+=,./~-]*\Z")
_WANTED = ("/config.yaml", "/runs/***", "/annotations/***", "/experiments/***", "/models/***")
_PARTLY = frozenset({23, 24})
"""What rsync exits with when some files could not be read, or went away meanwhile."""
_DISK = 11
_SAID_BYTES = 4096


class Place(NamedTuple):
    """A store on another machine, as rsync names it: `user@host` and a path there."""

    host: str
    path: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `user@host:path`; the store is `.mltrack` at the path, unless that is its name.

        Raises:
            UsageError: rsync could take it for something else than a host and a path.
        """
        found = _LOOKS_REMOTE.match(text)
        host, path = (found["host"], found["path"]) if found else ("", "")
        fault = _fault_of(host, path)
        if fault:
            raise UsageError(
                f"{text!r:.200} names no store on another machine: {fault}",
                fix="write it as user@host:path, as ssh and rsync do",
            )
        whole = path.rstrip("/") or ("/" if path else ".")
        named = whole.rpartition("/")[2] == STORE_NAME
        return cls(host, whole if named else f"{whole.rstrip('/')}/{STORE_NAME}")

    def __str__(self) -> str:
        """Return it as rsync reads it."""
        return f"{self.host}:{self.path}"


def _fault_of(host: str, path: str) -> str:
    faults = {
        "the host is not a name or an address": not _HOST.match(host),
        "it is a URL or the address of a daemon": path.startswith((":", "//")),
        "the path begins with a dash": path.startswith("-"),
        "it holds a control character": any(unicodedata.category(c)[0] == "C" for c in path),
    }
    return next((fault for fault, found in faults.items() if found), "")


def is_remote(request: Request) -> bool:
    """Tell whether a source is on another machine: a colon before any slash, and no file here."""
    return _LOOKS_REMOTE.match(request.source) is not None and request.path is None


class Fetched:
    """A store of another machine whose small files lie in a folder here."""

    def __init__(self, store: Store, place: Place, root: Path) -> None:
        self.layout = Layout(root)
        self.unread = ""
        self._store = store
        self._place = place

    def fetch(self) -> None:
        """Copy all but the objects; what this store has already is not sent again.

        Raises:
            NotFoundError: there is no store at that place.
            MltrackError: rsync is missing, or failed.
            StoreWriteError: the disk refused.
        """
        filters = [f"--include={name}" for name in _WANTED]
        how = ["--recursive", "--prune-empty-dirs", f"--copy-dest={self._store.root}"]
        self.unread = self._rsync(*how, *filters, "--exclude=*")
        root = self.layout.root
        if not any((root / name).exists() for name in (CONFIG, "runs", "models")):
            raise NotFoundError(
                f"there is no store at {self._place}",
                why=self.unread,
                fix="name the folder there that holds .mltrack",
            )

    def fetch_objects(self, digests: Sequence[str]) -> None:
        """Copy the objects with these digests, those of them that are there.

        Raises:
            MltrackError: rsync failed.
            StoreWriteError: the disk refused.
        """
        if not digests:
            return
        root = self.layout.root
        wanted = root.with_name("wanted")
        names = (self.layout.object(digest).relative_to(root) for digest in digests)
        with explained(wanted):
            wanted.write_text("".join(f"{name}\0" for name in names), encoding="ascii")
        self._rsync("--from0", f"--files-from={wanted}")

    def _rsync(self, *options: str) -> str:
        """Run rsync, and return what it said of files that it could not read; empty for none."""
        program = shutil.which("rsync")
        if program is None:
            raise MltrackError(
                f"{self._place} is fetched through rsync, which is not installed here",
                fix="install the package rsync (apt-get, dnf or brew install rsync)",
            )
        quoted = [] if _NEEDS_NO_QUOTES.match(self._place.path) else ["--protect-args"]
        common = ["--compress", "--sparse", *quoted, *options]
        target = f"{self.layout.root}/"
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [program, *common, "--", f"{self._place}/", target],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                check=False,
            )
            said.seek(-min(said.tell(), _SAID_BYTES), 2)
            words = said.read().decode("utf-8", "replace").splitlines()
        return _judged(done.returncode, words, self._place)


def _judged(code: int, words: Sequence[str], place: Place) -> str:
    """Return what could not be read, or say why nothing could.

    Raises:
        MltrackError: rsync failed.
        StoreWriteError: the disk refused.
    """
    telling = [line for line in words if line.strip() and not line.startswith("rsync error:")]
    said = (telling or list(words) or [f"it ended with code {code}"])[0][:300]
    if code == 0:
        return ""
    if code in _PARTLY:
        return said
    if code == _DISK:
        raise StoreWriteError(f"could not write what rsync fetched: {said}", fix="free some space")
    raise MltrackError(
        f"rsync could not fetch {place} (code {code})",
        why=said,
        fix=f"see whether ssh {place.host.strip('[]')} works, and rsync is installed there",
    )


@contextmanager
def fetched(store: Store, place: Place) -> Iterator[Fetched]:
    """Give a store of another machine, fetched into `tmp`; it goes away afterwards.

    Raises:
        NotFoundError: there is no store at that place.
        MltrackError: rsync is missing, or failed.
        StoreWriteError: the disk refused.
    """
    top = unused(store.layout.tmp)
    try:
        with explained(top):
            (top / STORE_NAME).mkdir(parents=True)
        found = Fetched(store, place, top / STORE_NAME)
        found.fetch()
        yield found
    finally:
        shutil.rmtree(top, ignore_errors=True)
