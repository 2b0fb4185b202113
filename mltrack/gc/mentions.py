"""What bytes name: digests and runs, found without understanding the file that holds them.

So a damaged file, or one of a newer format, still keeps all that it names.
"""

import re
from typing import IO

_DIGEST = re.compile(rb"[0-9a-f]{64}")
_RUN = re.compile(rb"[0-9]{8}-[0-9]{6}-[a-z][a-z2-7]{7}(?:-[0-9a-f]{4})?")
_BLOCK_BYTES = 1024 * 1024
_OVERLAP = 63


def digests_in(file: IO[bytes], size: int) -> set[str]:
    """Return every sha256 in the next `size` bytes of a file."""
    found: set[str] = set()
    tail, left = b"", size
    while left > 0 and (block := file.read(min(_BLOCK_BYTES, left))):
        left -= len(block)
        text = tail + block
        found.update(match.decode() for match in _DIGEST.findall(text))
        tail = text[-_OVERLAP:]
    return found


def runs_in(data: bytes) -> set[str]:
    """Return the id of every run that the bytes name."""
    return {match.decode() for match in _RUN.findall(data)}
