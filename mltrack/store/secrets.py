"""Mask secrets before anything is written: git history is for ever.

Every pattern here takes time that grows with the length of the text and no faster: what repeats is
bounded or cannot be tried again. They are compiled when a text first has what they look for.
"""

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from mltrack.store.repeats import ONCE
from mltrack.store.secret_keys import is_secret_key

MASK = "****"
MIN_SECRET_LENGTH = 8
MIN_NAMED_LENGTH = 4
"""A shorter text is masked for nobody: it stands in too many words."""
SECRETS_VARIABLE = "MLTRACK_SECRETS"
"""The names of the variables whose values are secrets, with commas between: for a child."""
_learned: set[str] = set()

_SHAPES = {
    **{f"gh{letter}_": rf"\bgh{letter}_[A-Za-z0-9]{{36,255}}" for letter in "pousr"},
    **{f"gl{kind}-": rf"\bgl{kind}-[A-Za-z0-9_-]{{20,255}}" for kind in ("pat", "dt", "rt", "ft")},
    **{start: rf"\b{start}[A-Z0-9]{{16}}\b" for start in ("AKIA", "ASIA")},
    **{f"xox{letter}-": rf"\bxox{letter}-[A-Za-z0-9-]{{10,255}}" for letter in "abeprs"},
    **{f"k_{kind}_": rf"\b[sr]k_{kind}_[A-Za-z0-9]{{16,255}}" for kind in ("live", "test")},
    "github_pat_": r"\bgithub_pat_[A-Za-z0-9_]{40,255}",
    "AIza": r"\bAIza[A-Za-z0-9_-]{35}",
    "ya29.": r"\bya29\.[A-Za-z0-9_-]{20,2000}",
    "dop_v1_": r"\bdop_v1_[a-f0-9]{64}",
    "dapi": r"\bdapi[a-f0-9]{32}",
    "hooks.slack": r"\bhooks\.slack\.com/services/[A-Za-z0-9/]{20,255}",
    ":AA": r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",
    "SG.": r"\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}",
    "sk-": r"\bsk-(?:(?:proj|svcacct|admin|ant|or)-[A-Za-z0-9_-]{20,255}|[A-Za-z0-9]{20,255})",
    "hf_": r"\bhf_[A-Za-z0-9]{30,255}",
    "r8_": r"\br8_[A-Za-z0-9]{37}",
    "pypi-Ag": r"\bpypi-Ag[A-Za-z0-9_-]{40,2000}",
    "npm_": r"\bnpm_[A-Za-z0-9]{36}",
    "earer ": r"\b[Bb]earer [A-Za-z0-9._~+/-]{20,4000}={0,2}",
    "eyJ": r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,16000}+(?:\.[A-Za-z0-9_-]{10,16000}+){2}",
}
"""What tokens of services look like, by a piece of text that each of them has."""

_PRIVATE_KEY = (
    r"-----BEGIN[ ](?:[A-Z]{1,20}[ ]){0,4}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----"
    r"(?:[^-]|-(?!----))*" + ONCE + r"(?:-----END[ ](?:[A-Z]{1,20}[ ]){0,6}?KEY(?:[ ]BLOCK)?-----)?"
)
_USERINFO = r"(?i)(?<![a-z0-9+.-])(?P<scheme>[a-z][a-z0-9+.-]{0,30}://)[^/?#\s\"']{1,2000}@"
_ASSIGNED = r"""(?x)
    (?<![A-Za-z0-9_.-])(?P<dashes>-{0,2})(?P<key>[A-Za-z_][A-Za-z0-9_.-]{0,99}+)
    (?P<between>["']?[ \t]{0,8}[:=][ \t]{0,8})
    (?: (?P<quote>["'])(?P<quoted>[^"'\s]{8,2000}+)(?P=quote)
      | (?P<plain>[^\s"'()\[\]{},;=:<>]{8,500}+={0,2})(?=[\s,;)\]}"'`]|\Z) )
    """
_NOT_YET_FILLED_IN = r"(?s)\$|<|\{\{|%\(|(?P<any>.)(?P=any)*\Z"
_OPTION = r"(?s)(?P<name>-{0,2}[A-Za-z][A-Za-z0-9_.-]{0,99})=(?P<value>.+)"


def learn(secrets: Iterable[str]) -> None:
    """Mask these texts from now on, whatever they look like; of several lines, each."""
    _learned.update(*map(_lines_of, secrets))


def _lines_of(secret: str) -> set[str]:
    lines = (line.strip() for line in secret.splitlines())
    return {line for line in lines if len(line) >= MIN_NAMED_LENGTH}


def _named() -> list[str]:
    """Return the texts that somebody named as secrets, here or in the runner of this process."""
    names = os.environ.get(SECRETS_VARIABLE)
    return _longest_first(frozenset(_learned), names) if _learned or names else []


@lru_cache(maxsize=8)
def _longest_first(learned: frozenset[str], names: str | None) -> list[str]:
    values = (os.environ.get(name, "") for name in (names or "").split(","))
    return sorted(learned.union(*map(_lines_of, values)), key=lambda text: (-len(text), text))


def masked_text(text: str) -> str:
    """Return a text without its secrets; it has as many lines as before.

    User names and passwords are cut from URLs; tokens and private keys are masked by their shape,
    values by the key that they are assigned to, and what was named as a secret wherever it stands.
    """
    for secret in _named():
        text = text.replace(secret, MASK)
    if "://" in text:
        text = re.sub(_USERINFO, r"\g<scheme>", text)
    if "-----BEGIN" in text:
        text = re.sub(_PRIVATE_KEY, _each_line_masked, text)
    for sign, shape in _SHAPES.items():
        if sign in text:
            text = re.sub(shape, MASK, text)
    if "=" in text or ":" in text:
        text = re.sub(_ASSIGNED, _assigned_masked, text)
    return text


def _each_line_masked(found: re.Match[str]) -> str:
    return "\n".join(MASK if line else "" for line in found[0].split("\n"))


def _assigned_masked(found: re.Match[str]) -> str:
    value = found["quoted"] or found["plain"]
    told = found["quoted"] or found["dashes"] or _is_plain(found["key"], found["between"], value)
    if not told or not is_secret_key(found["key"]) or not _may_be_secret(value):
        return found[0]
    start = found.start("quoted" if found["quoted"] else "plain") - found.start()
    return found[0][:start] + MASK + found[0][start + len(value) :]


def _is_plain(key: str, between: str, value: str) -> bool:
    """Tell a secret from the name of a variable: `KEY=value` of a shell, or letters with digits."""
    if key.isupper() and between == "=":
        return True
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return mixed and "." not in value


def _may_be_secret(value: str) -> bool:
    return (
        len(value) >= MIN_SECRET_LENGTH
        and not _is_number(value)
        and not re.match(_NOT_YET_FILLED_IN, value)
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def masked_value(key: str, value: Any, allowed: frozenset[str] = frozenset()) -> Any:  # noqa: ANN401
    """Return a value as it may be written under `key`; numbers are never masked.

    All texts below a secret key are secrets, but none below a key that is `allowed`.
    """
    if key in allowed:
        return value
    if isinstance(value, Mapping):
        inherited = key if is_secret_key(key) else None
        return {k: masked_value(inherited or str(k), v, allowed) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [masked_value(key, item, allowed) for item in value]
    if not isinstance(value, str):
        return value
    return MASK if is_secret_key(key) and _may_be_secret(value) else masked_text(value)


def masked_argv(argv: list[str]) -> list[str]:
    """Return a command line with the values of secret options masked."""
    masked: list[str] = []
    follows_secret = False
    for argument in argv:
        option = re.fullmatch(_OPTION, argument) if "=" in argument else None
        if follows_secret and not argument.startswith("-"):
            masked.append(str(masked_value("secret", argument)))
        elif option:
            masked.append(f"{option['name']}={masked_value(option['name'], option['value'])}")
        else:
            masked.append(masked_text(argument))
        follows_secret = argument.startswith("-") and not option and is_secret_key(argument)
    return masked
