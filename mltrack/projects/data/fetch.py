"""Fetch data from its address once, and find it again by its digest.

What was fetched lies in the user's cache by its own digest and is never changed, so that a command
that reads it is not disturbed by one that fetches something newer. Of an address whose digest
nobody named, the cache knows what it led to last, and by which words of the server that can be
asked after: only then is it fetched again.
"""

import base64
import contextlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mltrack.envs import shelf
from mltrack.envs.home import Home
from mltrack.errors import IntegrityError, MltrackError, NotFoundError
from mltrack.progress import Progress
from mltrack.projects.data import digests
from mltrack.projects.data.address import Address
from mltrack.projects.data.meter import Meter
from mltrack.store.atomic import explained, write_file
from mltrack.store.blobs import BLOCK_BYTES, keep, new_sha256, temporary
from mltrack.store.plain import read_plain
from mltrack.store.sha256 import sha256_hex
from mltrack.version import __version__

if TYPE_CHECKING:
    from http.client import HTTPResponse

_TIMEOUT_SECONDS = 30.0
_WAITS_SECONDS = (0.2, 1.0, 3.0)
"""Between attempts, of which there is one more."""
_TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_NOT_CHANGED = 304
_WHOLE = 200
_MOST_DIGITS = 18
_KNOWN = "address.json"


class Source(NamedTuple):
    """Where data is fetched from.

    Attributes:
        address: what is asked.
        shown: how the address may be told, without a secret.
        sha256: the digest that it must have; empty: any.
    """

    address: Address
    shown: str
    sha256: str = ""


class _Answer(NamedTuple):
    """What came: the file, its digest, and by which words of the server it can be asked after."""

    file: Path
    sha256: str
    words: dict[str, str]


class _TransferError(Exception):
    """The network or the server did not do what was asked; another attempt may do."""


def fetched(source: Source, home: Home, progress: Progress, *, offline: bool = False) -> Path:
    """Return the file that an address leads to, fetched now if it is not at hand.

    Args:
        source: where it comes from.
        home: the cache.
        progress: is told how far it is.
        offline: whether the network may not be asked.

    Raises:
        NotFoundError: it is not there, or not at hand where the network may not be asked.
        IntegrityError: it has another digest.
        StoreWriteError: the cache cannot be written.
        MltrackError: the server or the network failed several times.
    """
    known = {} if source.sha256 else _known(source, home)
    wanted = source.sha256 or str(known.get("sha256", ""))
    at_hand = _at_hand(home, wanted, source.address.name, progress) if wanted else None
    if at_hand and (source.sha256 or offline):
        return at_hand
    if offline:
        raise NotFoundError(
            f"{source.shown} was not fetched before, and nothing may be fetched offline",
            fix="run it once without --offline on this machine",
        )
    words = known.get("words") if at_hand else None
    answer = _asked(source, home, progress, words if isinstance(words, dict) else {})
    if answer is None:
        assert at_hand  # noqa: S101 - only then was it asked whether it has changed
        return at_hand
    return _kept(source, answer, home)


def _at_hand(home: Home, sha256: str, name: str, progress: Progress) -> Path | None:
    """Return the file of this digest, under this name, if the cache has it whole."""
    folder = home.data(sha256)
    shelf.touch(folder)
    try:
        path = folder / name
        if not path.exists():
            other = next(entry for entry in sorted(folder.iterdir()) if entry.is_file())
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(other)
        whole = digests.facts_of(path, home, progress)["digest"] == sha256
    except (OSError, StopIteration, MltrackError):
        return None
    return path if whole else None


def _known(source: Source, home: Home) -> dict[str, Any]:
    place = _place(source, home)
    shelf.touch(place.parent)
    with contextlib.suppress(OSError, ValueError, RecursionError):
        known = json.loads(read_plain(place))
        if isinstance(known, dict):
            return known
    return {}


def _place(source: Source, home: Home) -> Path:
    return home.data(sha256_hex(source.address.url.encode())) / _KNOWN


def _kept(source: Source, answer: _Answer, home: Home) -> Path:
    """Put what came to its place in the cache."""
    if source.sha256 and answer.sha256 != source.sha256:
        answer.file.unlink(missing_ok=True)
        raise IntegrityError(
            f"{source.shown} has the sha256 {answer.sha256}",
            why=f"it should be {source.sha256}: other data lies there now, or the digest is wrong",
            fix="correct the address or the sha256 in project.yaml",
        )
    path = home.data(answer.sha256) / source.address.name
    with explained(path):
        keep(answer.file, path, sync=False)
    if not source.sha256:
        known = {"address": source.shown, "sha256": answer.sha256, "words": answer.words}
        write_file(_place(source, home), json.dumps(known).encode(), tmp=home.tmp, sync=False)
    return path


def _asked(
    source: Source, home: Home, progress: Progress, words: Mapping[str, str]
) -> _Answer | None:
    """Fetch, more than once if need be; None: it is what it was."""
    for wait in (*_WAITS_SECONDS, None):
        try:
            return _once(source, home, progress, words)
        except _TransferError as failure:
            if wait is None:
                raise MltrackError(
                    f"{source.shown} could not be fetched: {failure}",
                    fix="try again later, or with --offline if it was fetched before",
                ) from failure
            time.sleep(wait)
    raise AssertionError


def _once(
    source: Source, home: Home, progress: Progress, words: Mapping[str, str]
) -> _Answer | None:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    request = Request(source.address.url, headers={"User-Agent": f"mltrack/{__version__}", **words})  # noqa: S310 - http alone
    if source.address.login:
        login = base64.b64encode(source.address.login.encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {login}")
    try:
        with urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310 - as above
            if response.status != _WHOLE:
                raise _refused(source, f"the server answers {response.status}")
            return _received(response, source, home, progress)
    except HTTPError as error:
        error.close()
        if error.code == _NOT_CHANGED and words:
            return None
        told = f"the server answers {error.code} {' '.join(str(error.reason).split())}"
        if error.code in _TRY_AGAIN:
            raise _TransferError(told) from error
        raise _refused(source, told) from error
    except (OSError, HTTPException) as error:  # URLError is an OSError
        reason = getattr(error, "reason", error)
        raise _TransferError(str(getattr(reason, "strerror", None) or reason)) from error
    except ValueError as error:  # it leads to what is no address, or its length is none
        raise _refused(source, f"the server's answer makes no sense: {error}") from error


def _refused(source: Source, told: str) -> NotFoundError:
    return NotFoundError(
        f"{source.shown} could not be fetched: {told}",
        fix="correct the address, or the user and password in it",
    )


def _received(response: "HTTPResponse", source: Source, home: Home, progress: Progress) -> _Answer:
    """Write what comes into a new file."""
    length = response.headers.get("Content-Length") or ""
    size = int(length) if length.isdecimal() and len(length) <= _MOST_DIGITS else None
    progress(f"fetching {source.shown}")
    meter, digest, done = Meter(progress, f"fetching {source.shown}", size), new_sha256(), 0
    with explained(home.tmp):
        file = temporary(home.tmp)
    try:
        with explained(file):
            writer = file.open("xb")
        with writer:
            while block := response.read(BLOCK_BYTES):
                with explained(file):
                    writer.write(block)
                digest.update(block)
                done += len(block)
                meter(len(block))
            with explained(file):
                writer.flush()
        if size is not None and done != size:
            raise _TransferError(f"it ended after {done} of {size} bytes")  # noqa: TRY301 - as if read
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    said = {"If-None-Match": response.headers.get("ETag")}
    said["If-Modified-Since"] = response.headers.get("Last-Modified")
    words = {key: value for key, value in said.items() if value}
    return _Answer(file, digest.hexdigest(), words)
