"""The key of an environment: a digest of everything that decides what is in it."""

import json
from collections.abc import Iterable

from mltrack.envs.spec import Interpreter
from mltrack.store.sha256 import sha256_hex

SCHEME = 1
LENGTH = 20


def key_of(interpreter: Interpreter, requirements: Iterable[str], installer: str) -> str:
    """Return 20 hex digits; equal inputs share one environment, whatever project asks.

    Args:
        interpreter: the Python that the environment is made of.
        requirements: normalised lines; their order does not matter.
        installer: the kind of installer, `pip` or `uv`.
    """
    inputs = {
        "scheme": SCHEME,
        "implementation": interpreter.implementation,
        "version": interpreter.version,
        "level": interpreter.level,
        "interpreter": interpreter.path,
        "soabi": interpreter.soabi,
        "platform": interpreter.platform,
        "libc": interpreter.libc,
        "installer": installer,
        "requirements": sorted(requirements),
    }
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256_hex(canonical.encode())[:LENGTH]
