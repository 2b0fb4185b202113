"""Which logged files are pictures that a page can hold, and how it holds them."""

import base64
from pathlib import PurePosixPath

PICTURE_BYTES = 512 * 1024
"""A larger picture stays outside."""
ALL_BYTES = 2 * 1024 * 1024
"""So much of pictures goes into one page."""
_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_BEGINNINGS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}


def type_of(path: str) -> str:
    """Return the media type of a picture by the end of its name; empty for what is none."""
    return _TYPES.get(PurePosixPath(path).suffix.lower(), "")


def data_uri(path: str, data: bytes) -> str:
    """Return a `data:` address for a picture; empty where the bytes are not what the name says.

    An SVG becomes one too: in an `img` element no browser runs its scripts or loads what it names.
    """
    kind = type_of(path)
    beginnings = _BEGINNINGS.get(kind)
    if not kind or (beginnings and not data.startswith(beginnings)):
        return ""
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
