"""Names that people give and the folders they become."""

import re
from typing import Literal

from mltrack.errors import UsageError, with_article
from mltrack.store.secrets import masked_text

_PLAIN = r"[a-z0-9][a-z0-9._-]{0,63}\Z"
_VERSION_LIKE = r"(v?[0-9]+|latest)\Z"
_DEVICES = r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)"
_SEPARATORS = "/\\@"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of Unicode: every kind of control character, and separators of lines."""
MAX_NAME_LENGTH = 128


def check_name(name: str, kind: str) -> str:
    """Return a display name in NFC, or say why it cannot be one.

    Raises:
        TypeError: it is no text.
        UsageError: the name is empty, too long, or holds a separator, `..` or a control character.
    """
    if not isinstance(name, str):
        raise TypeError(
            f"the name of {with_article(kind)} must be a text, not {type(name).__name__}"
        )
    composed = _normalised("NFC", name)
    fault = _fault_of(composed)
    if fault:
        raise UsageError(
            f"{name!r:.200} cannot name {with_article(kind)}: {fault}",
            fix="use letters, digits, spaces, dots, dashes and underscores",
        )
    return composed


def new_name(name: str, kind: str) -> str:
    """Return a display name that is about to be written, checked as `check_name` does.

    Raises:
        UsageError: it cannot be one, or it looks like a secret, which git would keep for ever.
    """
    checked = check_name(name, kind)
    if masked_text(checked) != checked:
        raise UsageError(
            f"the name of the {kind} looks like a secret, and would be written as it is",
            fix="choose another name",
        )
    return checked


def _fault_of(name: str) -> str:
    faults = {
        "it is empty or begins or ends with a space": not name or name != name.strip(),
        "it begins with a dash, as options do": name.startswith("-"),
        f"it has more than {MAX_NAME_LENGTH} characters": len(name) > MAX_NAME_LENGTH,
        "it holds a control character": not name.isprintable() and any(map(_is_unseen, name)),
        "it holds one of / \\ @": any(c in name for c in _SEPARATORS),
        "it holds ..": ".." in name,
    }
    return next((fault for fault, found in faults.items() if found), "")


def folder_of(name: str, reserved: frozenset[str] = frozenset()) -> str:
    """Return the folder that a display name becomes.

    A plain name is its own folder unless it is one of the `reserved` words.
    """
    name = _normalised("NFC", name)
    if is_plain(name) and name not in reserved:
        return name
    import hashlib

    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    slug = re.sub(r"[^a-z0-9]+", "-", _ascii(name).lower()).strip("-")[:40] or "x"
    return f"{slug}--{digest}"


def _ascii(name: str) -> str:
    return _normalised("NFKD", name).encode("ascii", "ignore").decode()


def _normalised(form: Literal["NFC", "NFKD"], text: str) -> str:
    if text.isascii():
        return text
    import unicodedata

    return unicodedata.normalize(form, text)


def _is_unseen(character: str) -> bool:
    import unicodedata

    return unicodedata.category(character) in _UNSEEN


def is_plain(name: str) -> bool:
    """Tell whether a name can be a folder as it is, on every file system."""
    return bool(
        re.match(_PLAIN, name)
        and "--" not in name
        and ".." not in name
        and not name.endswith(".")
        and not re.match(_VERSION_LIKE, name)
        and not re.match(_DEVICES, name)
    )
