"""Mask secrets before anything is written: git history is for ever."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "****"
MIN_SECRET_LENGTH = 8

_SECRET_WORDS = frozenset(
    "password passwd passphrase secret secrets token apikey credential credentials "
    "authorization".split()
)
_SECRET_PAIRS = frozenset({"api key", "access key", "private key", "secret key", "auth token"})
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")
_SHAPES = re.compile(
    r"""
    \bgh[pousr]_[A-Za-z0-9]{36,}            # code host tokens
    | \bgithub_pat_[A-Za-z0-9_]{40,}
    | \bglpat-[A-Za-z0-9_-]{20,}
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b         # cloud access keys
    | \bAIza[A-Za-z0-9_-]{35}
    | \bxox[abprs]-[A-Za-z0-9-]{10,}        # chat tokens
    | \bsk-[A-Za-z0-9_-]{20,}
    | \bhf_[A-Za-z0-9]{30,}
    | \bpypi-[A-Za-z0-9_-]{40,}
    | \bnpm_[A-Za-z0-9]{36}
    | \beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}   # JSON web tokens
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----[^-]*(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----)?
    """,
    re.VERBOSE,
)
_USERINFO = re.compile(r"(?P<scheme>(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}://)[^/\s@]{1,500}@")
_FLAG_VALUE = re.compile(r"(?P<flag>--?[A-Za-z0-9_-]+)=(?P<value>.+)", re.DOTALL)


def is_secret_key(key: str) -> bool:
    """Tell whether a key's own words say that its value is a secret."""
    words = [word.lower() for word in _WORD.findall(key.replace("_", " ").replace("-", " "))]
    pairs = {f"{a} {b}" for a, b in zip(words, words[1:], strict=False)}
    return bool(_SECRET_WORDS & set(words) or _SECRET_PAIRS & pairs)


def masked_text(text: str) -> str:
    """Return a text with user names and passwords cut from URLs and tokens masked by their shape."""
    return _SHAPES.sub(MASK, _USERINFO.sub(r"\g<scheme>", text))


def masked_value(key: str, value: Any, allowed: frozenset[str] = frozenset()) -> Any:  # noqa: ANN401
    """Return a value as it may be written under `key`; numbers are never masked."""
    if isinstance(value, Mapping):
        return {k: masked_value(str(k), v, allowed) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [masked_value(key, item, allowed) for item in value]
    if not isinstance(value, str) or key in allowed:
        return value
    if is_secret_key(key) and len(value) >= MIN_SECRET_LENGTH and not _is_number(value):
        return MASK
    return masked_text(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def masked_argv(argv: list[str]) -> list[str]:
    """Return a command line with the values of secret options masked."""
    masked: list[str] = []
    follows_secret = False
    for argument in argv:
        option = _FLAG_VALUE.fullmatch(argument)
        if follows_secret and not argument.startswith("-"):
            masked.append(str(masked_value("secret", argument)))
        elif option:
            value = masked_value(option["flag"], option["value"])
            masked.append(f"{option['flag']}={value}")
        else:
            masked.append(masked_text(argument))
        follows_secret = argument.startswith("-") and not option and is_secret_key(argument)
    return masked
