"""Tell by a key's own words whether its value is a secret."""

import itertools
import re
from functools import lru_cache

_WORD = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"
_SECRETS = frozenset(
    {"password", "passwd", "passphrase", "secret", "secrets", "apikey", "authtoken", "accesstoken"}
    | {"credential", "credentials", "authorization"}
)
_ENDINGS = ("password", "passwd", "passphrase", "secret", "apikey", "authtoken", "accesstoken")
_LOCKED = frozenset(
    {"access", "account", "api", "auth", "client", "deploy", "encryption", "license", "master"}
    | {"private", "secret", "service", "shared", "signing", "ssh", "storage", "subscription"}
)
"""`api_key` opens something; `sort_key` and `primary_key` do not."""
_OF_TEXT = frozenset(
    {"additional", "audio", "begin", "bos", "cls", "decoder", "end", "eom", "eos", "eot", "extra"}
    | {"first", "forced", "image", "img", "input", "label", "last", "mask", "masked", "new"}
    | {"newline", "next", "no", "output", "pad", "padding", "patch", "per", "predicted", "prev"}
    | {"prompt", "register", "reserved", "sep", "separator", "sot", "source", "space", "special"}
    | {"start", "stop", "system", "target", "think", "timestamp", "tool", "unk", "unknown"}
    | {"video", "vision", "word", "blank", "assistant", "class"}
)
"""`hf_token` opens something; `pad_token` is a piece of text."""
_ABOUT = frozenset(
    {"column", "count", "dir", "env", "expiry", "field", "file", "folder", "hash", "len", "length"}
    | {"name", "path", "policy", "size", "type", "var", "variable", "version"}
)
"""`password_file` tells of a secret, it is none."""
_FILLING = frozenset({"str", "string", "text", "value"})


_LONGEST_KEY = 200


def is_secret_key(key: str) -> bool:
    """Tell whether a key's own words say that its value is a secret."""
    return _is_secret(key[-_LONGEST_KEY:])


@lru_cache(maxsize=4096)
def _is_secret(key: str) -> bool:
    words = [word.lower() for word in re.findall(_WORD, key)]
    while words and words[-1] in _FILLING:
        words.pop()
    if not words or words[-1] in _ABOUT:
        return False
    return (
        words in (["auth"], ["pwd"])
        or not _SECRETS.isdisjoint(words)
        or any(word.endswith(_ENDINGS) for word in words)
        or any(_opens(first, second) for first, second in itertools.pairwise(words))
        or (words[-1] == "token" and (len(words) == 1 or words[-2] not in _OF_TEXT))
    )


def _opens(first: str, second: str) -> bool:
    return second in {"key", "keys", "token"} and first in _LOCKED
