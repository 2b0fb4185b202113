"""Tell whether a code.patch.gz holds the patch that its run recorded, without trusting its size."""

import gzip
import hashlib
import zlib
from io import BytesIO
from pathlib import Path

MAX_PATCH_BYTES = 64 * 1024 * 1024
MAX_RATIO = 200
"""A text shrinks to a tenth; what shrinks so much more was made to fill memory or time."""
_BLOCK_BYTES = 1024 * 1024


def patch_fault(source: Path | BytesIO, expected: str) -> str:
    """Return what is wrong with a patch; empty when its sha256 is the expected one."""
    digest = hashlib.sha256()
    size = 0
    try:
        packed = source.stat().st_size if isinstance(source, Path) else len(source.getbuffer())
        most = max(MAX_PATCH_BYTES, MAX_RATIO * packed)
        with gzip.open(source, "rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                size += len(block)
                if size > most:
                    return f"it holds more than {most // 2**20} MiB, packed in {packed} bytes"
    except (OSError, EOFError, zlib.error) as error:
        return f"it cannot be unpacked: {error}"
    return "" if digest.hexdigest() == expected else "it is not the patch that the run recorded"
