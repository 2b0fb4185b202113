"""One line of requirements: as it was written, as an installer reads it, and what it decides."""

import re
from pathlib import Path
from typing import NamedTuple

from mltrack.envs import requirements, trees
from mltrack.errors import NotFoundError, UsageError
from mltrack.store.secrets import masked_text

_PATH = re.compile(r"(?:\.{1,2}(?:/|\Z|\[)|/|~/)")
_FILE_URL = re.compile(
    r"(?:[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\])?\s*@\s*)?file:(?://(?:localhost)?)?"
)
_EXTRAS = re.compile(r"(?P<path>.*?)(?P<extras>\[[A-Za-z0-9._,\s-]*\])?\Z", re.DOTALL)
_PINNED = re.compile(r"[^\s;@]+===?[^\s;*]+(?:\s|;|\Z)")
_ADDRESS = re.compile(r"(?:-e )?[a-z][a-z0-9+.-]*://")
_NAMED = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz")
_OWN_OPTION = re.compile(r"\s+(?=--[a-z])")
_EDITABLE = re.compile(r"(?:-e|--editable)[\s=]+(?P<what>.+)\Z")
HASH = "--hash="


class Line(NamedTuple):
    """A requirement.

    Attributes:
        text: how a person may read it, and a record keep it: without credentials.
        install: how an installer reads it; a path in it is absolute.
        decides: what of it decides the result: instead of a path, what lies there.
        path: where it lies on this machine; None where it comes from elsewhere.
    """

    text: str
    install: str
    decides: str
    path: Path | None = None

    @property
    def is_hashed(self) -> bool:
        """Tell whether it bears a digest."""
        return HASH in self.install

    @property
    def is_pinned(self) -> bool:
        """Tell whether it leaves no choice of a version."""
        return bool(_PINNED.match(self.install))

    @property
    def is_editable(self) -> bool:
        """Tell whether its sources are used where they are."""
        return self.install.startswith("-e ")


def plain(text: str) -> Line:
    """Return the line of a requirement that is normalised already."""
    return Line(masked_text(text), text, masked_text(text))


def without_digest(line: Line) -> Line:
    """Return a line that any file of the same version satisfies."""
    if not line.is_hashed:
        return line
    kept = [part for part in line.install.split(" ") if not part.startswith(HASH)]
    return plain(" ".join(kept)) if line.path is None else line


def name_of(line: Line) -> str:
    """Return the package that a line names; an empty text where it names none."""
    match = None if _ADDRESS.match(line.install) else _NAMED.match(line.install)
    return requirements.canonical_name(match[0]) if match and line.path is None else ""


def with_digests_of(line: Line, other: Line | None) -> Line:
    """Return a line with the digests of another one, or as it is where there is none."""
    if other is None or not line.is_hashed:
        return line
    start = line.install.partition(f" {HASH}")[0]
    return plain(f"{start} {HASH}{other.install.partition(HASH)[2]}")


def read(text: str, folder: Path) -> Line:
    """Return a line of a requirements file whose paths count from `folder`.

    Raises:
        UsageError: it is no requirement.
        NotFoundError: it names a path at which nothing lies.
    """
    editable = _EDITABLE.match(text)
    head, *options = _OWN_OPTION.split(editable["what"] if editable else text)
    head = head.strip()
    if (path := _path_of(head, folder)) is not None:
        return local(path, head, options=options, editable=editable is not None)
    start = "-e " if editable else ""
    body = head if "://" in head and "@" not in head.partition("://")[0] else _normal(head)
    whole = " ".join([f"{start}{body}", *sorted(options)])
    return Line(masked_text(whole), whole, masked_text(whole))


def local(path: Path, said: str, *, options: list[str], editable: bool) -> Line:
    """Return the line of something that lies on this machine.

    Raises:
        NotFoundError: nothing lies there.
        UsageError: it is a folder that no installer can make a package of.
    """
    extras = (_EXTRAS.match(said) or {"extras": None})["extras"] or ""
    if not path.exists():
        raise NotFoundError(f"there is no {path}", fix="correct the path, or put it there")
    if path.is_dir() and not trees.is_buildable(path):
        raise UsageError(
            f"{path} is no Python project: it has neither pyproject.toml nor setup.py",
            fix="add a pyproject.toml, or name the folder that has one",
        )
    end = "".join(f" {option}" for option in sorted(options))
    start = "-e " if editable else ""
    decides = f"editable {path} {trees.build_digest(path)}" if editable else trees.digest_of(path)
    return Line(
        text=masked_text(f"{start}{said}{end}"),
        install=f"{start}{_address(path, extras) if editable else path}{extras}{end}",
        decides=f"local {decides}{extras}{end}",
        path=path,
    )


def _address(path: Path, extras: str) -> str:
    """Return how pip takes a folder to be used in place: by a URL where it has a space."""
    return path.as_uri() if " " in str(path) and not extras else str(path)


def path_of_url(url: str) -> Path | None:
    """Return the path that a URL names; None where it names none of this machine."""
    return _path_of(url, Path("/")) if _FILE_URL.match(url) else None


def _path_of(head: str, folder: Path) -> Path | None:
    found = _FILE_URL.match(head)
    if found:
        from urllib.parse import unquote

        head = unquote(head[found.end() :].partition("#")[0])
    match = _EXTRAS.match(head)
    text = match["path"].strip() if match else head
    looks = found or _PATH.match(text)
    if not looks:
        if "://" in text or not ("/" in text or text.endswith(_ARCHIVES)):
            return None
        if not (folder / text).exists():
            return None
    return Path(_tidy(folder.absolute() / Path(text).expanduser()))


def _tidy(path: Path) -> str:
    import os

    return os.path.normpath(path)  # noqa: TID251 - resolve() would follow links


def _normal(head: str) -> str:
    name, at, address = head.partition("@")
    if at and "://" in address:
        address, semicolon, marker = address.partition(" ;")
        start = requirements.normalised(name)
        return f"{start} @ {address.strip()}" + (f" ; {marker.strip()}" if semicolon else "")
    return requirements.normalised(head)
