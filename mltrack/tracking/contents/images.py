"""Turn pictures into the bytes of a PNG or JPEG."""

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

from mltrack.errors import BadValueError, MissingExtraError
from mltrack.tracking.contents.suffixes import form_of

if TYPE_CHECKING:
    import numpy as np

FORMS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
JPEG_QUALITY = 90
_PNG_COLOURS = {1: 0, 3: 2, 4: 6}
"""The colour type of PNG by the number of channels (PNG specification, 11.2.1)."""
_JPEG_MODES = ("L", "RGB", "CMYK")
_JPEG_CHANNELS = (1, 3)
_PLANE, _STACK = 2, 3

Image = Any
"""A Pillow image, or an array: height x width, or height x width x 1, 3 or 4 channels."""


def image_bytes(image: Image, to: str) -> bytes:
    """Return a picture in the form that the suffix of `to` stands for.

    Args:
        image: a Pillow image; or an array of shape (height, width), or (height, width, channels)
            with 1, 3 or 4 channels (grey, RGB, RGBA), of uint8, bool, or floats from 0 to 1.
        to: the path of the artifact.

    Raises:
        TypeError: it is no picture, or of another type of number.
        BadValueError: its shape or a value is none that a picture has, or the form cannot hold it.
        MissingExtraError: a JPEG is made from an array, and Pillow is not installed.
    """
    form = form_of(to, FORMS, "log_image")
    if any(kind.__module__.partition(".")[0] == "PIL" for kind in type(image).__mro__):
        return _by_pillow(image, form)
    pixels = _pixels_of(image)
    if form == "PNG":
        return _png(pixels)
    if pixels.shape[2] not in _JPEG_CHANNELS:
        raise _no_transparency(to)
    try:
        from PIL import Image as Pillow
    except ImportError:
        raise MissingExtraError("pillow", extra="images", feature="a JPEG of an array") from None
    return _by_pillow(Pillow.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels), form)


def _by_pillow(image: Image, form: str) -> bytes:
    if form == "JPEG" and image.mode not in _JPEG_MODES:
        raise _no_transparency(f"a picture of mode {image.mode}")
    bare = image.copy()  # without what it knows of its camera and its place
    bare.info = {key: told for key, told in image.info.items() if key == "transparency"}
    file = io.BytesIO()
    try:
        bare.save(file, format=form, **({"quality": JPEG_QUALITY} if form == "JPEG" else {}))
    except (OSError, ValueError) as error:
        raise BadValueError(f"log_image: the picture cannot be a {form}: {error}") from None
    return file.getvalue()


def _no_transparency(what: str) -> BadValueError:
    return BadValueError(
        f"log_image: {what} cannot be a JPEG, which is grey or has three colours",
        fix="name it with .png, or convert it to RGB",
    )


def _pixels_of(image: Image) -> "np.ndarray[Any, Any]":
    """Return an array of uint8, height x width x channels."""
    if not hasattr(image, "__array__"):
        raise TypeError(f"log_image keeps a Pillow image or an array, not {type(image).__name__}")
    import numpy as np

    array = np.asarray(image)
    stacked = array[:, :, None] if array.ndim == _PLANE else array
    if stacked.ndim != _STACK or stacked.shape[2] not in _PNG_COLOURS or not stacked.size:
        raise BadValueError(
            f"log_image: an array of shape {array.shape} is no picture",
            why="it is (height, width), or (height, width, channels) with 1, 3 or 4 channels",
            fix=_transposed(array.shape),
        )
    return _as_bytes(stacked)


def _transposed(shape: tuple[int, ...]) -> str:
    first = len(shape) == _STACK and shape[0] in _PNG_COLOURS
    return "array.transpose(1, 2, 0) moves the channels to the end" if first else ""


def _as_bytes(array: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    import numpy as np

    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind != "f":
        raise TypeError(
            f"log_image: pixels must be uint8 or floats from 0 to 1, not {array.dtype}; "
            "values from 0 to 255 become so by array.astype('uint8')"
        )
    least, greatest = float(array.min()), float(array.max())
    if not (least >= 0 and greatest <= 1):  # NaN too
        raise BadValueError(
            f"log_image: floats must lie from 0 to 1, these from {least:.4g} to {greatest:.4g}",
            fix="array / 255 for values up to 255, or (array - low) / (high - low)",
        )
    return (array * 255).round().astype(np.uint8)


def _png(pixels: "np.ndarray[Any, Any]") -> bytes:
    """Return pixels as a PNG: one chunk of data, nothing about time or program."""
    height, width, channels = pixels.shape
    lines = _filtered(pixels.reshape(height, width * channels), channels)
    head = struct.pack(">IIBBBBB", width, height, 8, _PNG_COLOURS[channels], 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _filtered(rows: "np.ndarray[Any, Any]", channels: int) -> "np.ndarray[Any, Any]":
    """Return each row as it is, less its left pixel, or less the row above: as compresses best.

    The number of the filter stands first; the least sum of differences tells what compresses best
    (PNG specification, 9.2 and 12.7).
    """
    import numpy as np

    left, above = np.zeros_like(rows), np.zeros_like(rows)
    left[:, channels:] = rows[:, :-channels]
    above[1:] = rows[:-1]
    ways = np.stack([rows, rows - left, rows - above])
    costs = np.abs(ways.view(np.int8).astype(np.int16)).sum(axis=2)
    best = costs.argmin(axis=0)
    chosen = ways[best, np.arange(len(rows))]
    return np.concatenate([best[:, None].astype(np.uint8), chosen], axis=1)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
