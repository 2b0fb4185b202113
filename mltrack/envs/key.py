"""The keys of environments: digests of everything that decides what is in one."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mltrack.envs.spec import NOTHING, Index, Interpreter
from mltrack.envs.wanted import Wanted
from mltrack.store.secrets import masked_text
from mltrack.store.sha256 import sha256_hex

SCHEME = 2
LENGTH = 20


class Ground(NamedTuple):
    """What an environment stands on, whatever is installed.

    Attributes:
        interpreter: the Python that it is made of.
        variables: those that the build gets.
        seen: a digest of the packages of the interpreter, where they are seen; else None.
    """

    interpreter: Interpreter
    variables: Mapping[str, str] = NOTHING
    seen: str | None = None


def of_lock(ground: Ground, decides: Iterable[str]) -> str:
    """Return 20 hex digits for a resolved set: what they name is one and the same environment.

    Args:
        ground: what it stands on.
        decides: a text for each package; their order does not matter.
    """
    return _digest({**_facts(ground), "set": sorted(decides)})


def of_input(ground: Ground, wanted: Wanted, indexes: Index, installer: str) -> str:
    """Return 20 hex digits for what is asked for, which two projects may ask for alike.

    Args:
        ground: what it stands on.
        wanted: the requirements.
        indexes: where packages are looked for.
        installer: the kind of installer, `pip` or `uv`.
    """
    asked = {
        "installer": installer,
        "requirements": sorted(line.decides for line in wanted.lines),
        "constraints": sorted(line.decides for line in wanted.constraints),
        "options": [masked_text(option) for option in wanted.options],
        "index": masked_text(indexes.url or ""),
        "extra": [masked_text(url) for url in indexes.extra],
    }
    return _digest({**_facts(ground), **asked})


def _facts(ground: Ground) -> dict[str, object]:
    interpreter = ground.interpreter
    return {
        "scheme": SCHEME,
        "implementation": interpreter.implementation,
        "version": interpreter.version,
        "level": interpreter.level,
        "interpreter": interpreter.path,
        "soabi": interpreter.soabi,
        "platform": interpreter.platform,
        "libc": interpreter.libc,
        "variables": dict(ground.variables),
        "seen": ground.seen,
    }


def _digest(inputs: Mapping[str, object]) -> str:
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256_hex(canonical.encode())[:LENGTH]
