"""Tell whether a code.patch.gz holds the patch that its run recorded, without trusting its size."""

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import BinaryIO

MAX_PATCH_BYTES = 256 * 1024 * 1024
_BLOCK_BYTES = 1024 * 1024


def patch_fault(source: Path | BinaryIO, expected: str) -> str:
    """Return what is wrong with a patch; empty when its sha256 is the expected one."""
    digest = hashlib.sha256()
    size = 0
    try:
        with gzip.open(source, "rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                size += len(block)
                if size > MAX_PATCH_BYTES:
                    return f"it holds more than {MAX_PATCH_BYTES // 2**20} MiB"
    except (OSError, EOFError, zlib.error) as error:
        return f"it cannot be unpacked: {error}"
    return "" if digest.hexdigest() == expected else "it is not the patch that the run recorded"
