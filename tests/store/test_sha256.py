"""A short digest is the same whoever computes it, and loads no OpenSSL."""

import hashlib
import subprocess
import sys

import pytest

from mltrack.store.sha256 import new_sha256, sha256_hex


@pytest.mark.parametrize("data", [b"", b"text", b"\0" * 100_000])
def test_the_digest_is_that_of_hashlib(data: bytes) -> None:
    code = """
import sys
from mltrack.store.sha256 import sha256_hex
print(sha256_hex(sys.stdin.buffer.read()), "hashlib" in sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)

    digest, has_loaded = said.stdout.decode().split()
    assert digest == hashlib.sha256(data).hexdigest() == sha256_hex(data)
    assert has_loaded == "False"


def test_what_is_added_later_counts() -> None:
    digest = new_sha256(b"a")

    digest.update(b"b")

    assert digest.digest() == hashlib.sha256(b"ab").digest()
