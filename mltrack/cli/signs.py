"""What stands for the signs that we draw with, where an output has no code for them."""

import codecs

IN_PLAIN_SIGNS = "in-plain-signs"
"""What a stream is told to do with characters that it cannot encode."""
_DRAWN = "▁▂▃▄▅▆▇█░▲▼…│┤─┬└"
_PLAIN = "_.:-=+*#.^v~|+-++"
_STAND_INS = {**dict(zip(_DRAWN, _PLAIN, strict=True)), "±": "+-"}
_FIRST_DOTS, _LAST_DOTS = "\u2800", "\u28ff"


def register() -> None:
    """Let streams know the way of encoding that is called IN_PLAIN_SIGNS."""
    codecs.register_error(IN_PLAIN_SIGNS, _encoded)


def _encoded(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(character: str) -> str:
    """Return a sign of ours in ASCII, and any other character by its number."""
    if _FIRST_DOTS <= character <= _LAST_DOTS:
        return "*"
    numbered = character.encode("ascii", "backslashreplace").decode()
    return _STAND_INS.get(character, numbered)
