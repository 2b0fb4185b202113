"""Names that people give and the folders they become."""

import hashlib
import re
import unicodedata

from mltrack.errors import UsageError

_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
_VERSION_LIKE = re.compile(r"(v?[0-9]+|latest)\Z")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)")
_SEPARATORS = "/\\@"
MAX_NAME_LENGTH = 128


def check_name(name: str, kind: str) -> str:
    """Return a display name in NFC, or say why it cannot be one.

    Raises:
        UsageError: the name is empty, too long, or holds a separator, `..` or a control character.
    """
    fault = _fault_of(name)
    if fault:
        raise UsageError(
            f"{name!r} cannot name a {kind}: {fault}",
            fix="use letters, digits, spaces, dots, dashes and underscores",
        )
    return unicodedata.normalize("NFC", name)


def _fault_of(name: str) -> str:
    if not name or name != name.strip():
        return "it is empty or begins or ends with a space"
    if len(name) > MAX_NAME_LENGTH:
        return f"it has more than {MAX_NAME_LENGTH} characters"
    if any(unicodedata.category(c).startswith("C") for c in name):
        return "it holds a control character"
    if any(c in name for c in _SEPARATORS):
        return "it holds one of / \\ @"
    if ".." in name:
        return "it holds .."
    return ""


def folder_of(name: str, reserved: frozenset[str] = frozenset()) -> str:
    """Return the folder that a display name becomes; `reserved` words are never used as they are."""
    name = unicodedata.normalize("NFC", name)
    if is_plain(name) and name not in reserved:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    slug = re.sub(r"[^a-z0-9]+", "-", _ascii(name).lower()).strip("-")[:40] or "x"
    return f"{slug}--{digest}"


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def is_plain(name: str) -> bool:
    """Tell whether a name can be a folder as it is, on every file system."""
    return bool(
        _PLAIN.match(name)
        and "--" not in name
        and ".." not in name
        and not name.endswith(".")
        and not _VERSION_LIKE.match(name)
        and not _DEVICES.match(name)
    )
