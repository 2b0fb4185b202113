"""The address of data, as a parameter names it: what is asked, of whom, and with which password."""

import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from mltrack.errors import UsageError

FETCHED = ("https", "http")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_KEPT = "/%:@!$&'()*+,;=~-._?"
_MOST_NAME_BYTES = 200


class Address(NamedTuple):
    """What can be fetched.

    Attributes:
        url: without user and password, in ASCII.
        name: what the file is called.
        login: user and password, with a colon between; empty: none.
    """

    url: str
    name: str
    login: str


def scheme_of(text: str) -> str:
    """Return the scheme of an address in lower case; nothing of a plain path."""
    found = _SCHEME.match(text)
    return found[1].lower() if found else ""


def path_of(text: str) -> Path:
    """Return the path that an address `file:` means.

    Raises:
        UsageError: it is on another machine.
    """
    parts = urlsplit(text)
    if parts.netloc not in {"", "localhost"}:
        raise UsageError(f"{text} is a file of {parts.netloc}", fix="write file:///path, or https")
    return Path(unquote(parts.path))


def address_of(text: str) -> Address:
    """Take an address apart.

    Raises:
        UsageError: it is none, or of a kind that cannot be fetched.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        host = host.encode("idna").decode()
        text.encode()
    except ValueError:
        raise _no_host() from None
    if not host:
        raise _no_host()
    where = f"[{host}]" if ":" in host else host
    netloc = where if port is None else f"{where}:{port}"
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    login = unquote(parts.netloc.rpartition("@")[0])
    url = f"{parts.scheme.lower()}://{netloc}{quote(parts.path or '/', safe=_KEPT)}{query}"
    return Address(url, _name(parts.path), login)


def _no_host() -> UsageError:
    return UsageError("the address names no host", fix="write https://host/path/file")


def _name(path: str) -> str:
    name = unquote(PurePosixPath(path).name)
    fits = name.isprintable() and len(name.encode("utf-8", "replace")) <= _MOST_NAME_BYTES
    return name if fits and name.strip(".") and "/" not in name else "data"
