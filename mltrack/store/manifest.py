"""artifacts.yaml: which files a folder of the store keeps, with size, digest and place."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from mltrack.errors import ConflictError, IntegrityError, UsageError
from mltrack.store.ids import SHA256
from mltrack.store.layout import MANIFEST
from mltrack.store.yaml_reader import mapping_of, read_file
from mltrack.store.yaml_writer import SIMPLE_KEY_LENGTH, dump, key_text

FORMAT = 1
_FILES = "files"
_PLAIN_PATH = re.compile(r"(?:(?!\.{1,2}(?:/|\Z))[ -.0-~]+(?:/(?!\Z)|\Z))+\Z")
"""A path of printable ASCII that needs no look at each letter; of many files, that takes long."""
_PLACES = {True: "inline", False: "object"}


class Entry(NamedTuple):
    """One kept file: its path below `artifacts/`, size in bytes, digest, and where it lies."""

    path: str
    size: int
    sha256: str
    inline: bool


class Manifest(NamedTuple):
    """What a manifest says.

    Attributes:
        entries: the files, by path.
        replaced: digests of the bytes that an inline file had before, while it is being replaced.
        unknown: what a newer mltrack wrote beside the files, kept when the manifest is rewritten.
        unknown_of: the same of single files, by path.
    """

    entries: dict[str, Entry]
    replaced: dict[str, str]
    unknown: dict[str, Any]
    unknown_of: dict[str, dict[str, Any]]


def read_manifest(folder: Path) -> dict[str, Entry]:
    """Return the files that a folder keeps, by path; none when it has no manifest.

    Raises:
        IntegrityError: the manifest cannot be understood.
    """
    return load_manifest(folder).entries


def load_manifest(folder: Path) -> Manifest:
    """Return all that the manifest of a folder says.

    Raises:
        IntegrityError: the manifest cannot be understood.
    """
    path = folder / MANIFEST
    if not path.exists() and not path.is_symlink():
        return Manifest({}, {}, {}, {})
    return _manifest_of(read_file(path), path)


def decode_manifest(data: bytes, source: Path) -> Manifest:
    """Return all that the bytes of a manifest say.

    Raises:
        IntegrityError: they cannot be understood.
    """
    return _manifest_of(mapping_of(data, str(source)), source)


def _manifest_of(fields: dict[str, Any], source: Path) -> Manifest:
    manifest = Manifest({}, {}, {}, {})
    files = fields.pop(_FILES, None)
    if not isinstance(files, dict):
        raise IntegrityError(f"{source} names no files")
    for name, said in files.items():
        _take(manifest, name, said, source)
    manifest.unknown.update(fields)
    return manifest


def _take(manifest: Manifest, name: str, said: Any, source: Path) -> None:  # noqa: ANN401 - a file's
    fields = dict(said) if isinstance(said, dict) else {}
    sha256, size, kept = (fields.pop(key, None) for key in ("sha256", "size", "kept"))
    before = fields.pop("was", None)
    if not _is_path(name):
        raise IntegrityError(f"{source}: {name!r} is no path below artifacts/")
    if not isinstance(sha256, str) or not SHA256.match(sha256):
        raise IntegrityError(f"{source}: {name!r} has no sha256")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise IntegrityError(f"{source}: {name!r} has no size")
    if kept not in _PLACES.values():
        raise IntegrityError(f"{source}: {name!r} is kept neither inline nor as an object")
    manifest.entries[name] = Entry(name, size, sha256, kept == "inline")
    if isinstance(before, str):
        manifest.replaced[name] = before
    if fields:
        manifest.unknown_of[name] = fields


def _is_path(name: str) -> bool:
    try:
        return checked_path(name) == name
    except UsageError:
        return False


def warnings_of(manifest: Manifest, path: Path) -> tuple[str, ...]:
    """Return a line that says that a newer mltrack wrote a manifest, if one did."""
    version = manifest.unknown.get("format", FORMAT)
    if version == FORMAT:
        return ()
    return (f"{path} is of the newer format {version!r:.20}, read as far as known",)


def refuse_newer(manifest: Manifest, path: Path) -> None:
    """Refuse to rewrite a manifest that a newer mltrack wrote.

    Raises:
        ConflictError: it is of a newer format.
    """
    version = manifest.unknown.get("format", FORMAT)
    if version != FORMAT:
        raise ConflictError(
            f"{path} is of format {version!r:.20}, and this mltrack writes {FORMAT}",
            fix="pip install --upgrade mltrack-local",
        )


def encode_manifest(manifest: Manifest) -> bytes:
    """Return a manifest's bytes, sorted by path."""
    return join_parts(manifest, [encode_part(manifest, path) for path in sorted(manifest.entries)])


def encode_part(manifest: Manifest, path: str) -> str:
    """Return the lines that a manifest has for one of its files."""
    entry, key = manifest.entries[path], key_text(path)
    before, unknown = manifest.replaced.get(path), manifest.unknown_of.get(path)
    if before is not None or unknown or len(key) > SIMPLE_KEY_LENGTH:
        was = {} if before is None else {"was": before}
        whole = dump({_FILES: {path: {**_fields(entry), **was, **(unknown or {})}}})
        return whole.decode().partition("\n")[2]
    return (  # the same, for of ten thousand files a writer of any tree takes a second
        f'  {key}:\n    size: {entry.size}\n    sha256: "{entry.sha256}"\n'
        f'    kept: "{_PLACES[entry.inline]}"\n'
    )


def join_parts(manifest: Manifest, parts: Sequence[str]) -> bytes:
    """Return a manifest's bytes, made of the parts of all its files, sorted by path."""
    unknown = {key: value for key, value in manifest.unknown.items() if key != "format"}
    head = dump({"format": FORMAT, **({} if parts else {_FILES: {}})}).decode()
    files = [f"{_FILES}:\n", *parts] if parts else []
    return "".join([head, *files]).encode() + (dump(unknown) if unknown else b"")


def encode_entries(entries: Iterable[Entry]) -> bytes:
    """Return the bytes of the manifest that holds these files and nothing else."""
    by_path: Mapping[str, Entry] = {entry.path: entry for entry in entries}
    return encode_manifest(Manifest(dict(by_path), {}, {}, {}))


def _fields(entry: Entry) -> dict[str, Any]:
    return {"size": entry.size, "sha256": entry.sha256, "kept": _PLACES[entry.inline]}


def is_artifact_path(path: str) -> bool:
    """Tell whether a text can be the path of an artifact."""
    try:
        return bool(checked_path(path))
    except UsageError:
        return False


def checked_path(path: str) -> str:
    """Return an artifact's path in NFC without needless parts.

    Raises:
        TypeError: it is no text.
        UsageError: it is empty, absolute, climbs out, or holds a control character.
    """
    if not isinstance(path, str):
        raise TypeError(f"the path of an artifact must be a text, not {type(path).__name__}")
    if _PLAIN_PATH.match(path):
        return path
    pure = PurePosixPath(unicodedata.normalize("NFC", path))
    unseen = any(unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" for c in path)
    if not pure.parts or pure.is_absolute() or ".." in pure.parts or unseen:
        raise UsageError(
            f"{path!r} cannot be the path of an artifact",
            fix="use a relative path such as plots/roc.png",
        )
    return str(pure)
