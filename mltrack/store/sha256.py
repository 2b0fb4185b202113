"""sha256 of what is short, without OpenSSL, which takes longer to load than texts to digest."""

import sys
from functools import cache
from importlib import import_module
from typing import Any

_OF_PYTHON = ("_sha2", "_sha256")
"""Python's own module since 3.12, and before; a build for OpenSSL alone may have neither."""


@cache
def _maker() -> Any:  # noqa: ANN401 - a function like hashlib.sha256
    """Return what makes a digest; looked for once, for a module that is not there takes long."""
    for name in () if "hashlib" in sys.modules else _OF_PYTHON:
        try:
            return import_module(name).sha256
        except ImportError:
            continue
    import hashlib

    return hashlib.sha256


def new_sha256(data: bytes = b"") -> Any:  # noqa: ANN401 - an object as hashlib.sha256() gives it
    """Return a digest that has taken `data`; for long data hashlib's is several times faster."""
    return _maker()(data)


def sha256_hex(data: bytes) -> str:
    """Return the 64 hex digits of the sha256 of short data."""
    return str(new_sha256(data).hexdigest())
