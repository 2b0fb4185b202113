"""What of a run's record decides which code runs when it is run again, and whose it is."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mltrack.store import vouching
from mltrack.store.sha256 import sha256_hex

LIST = "runs.txt"
_made: set[str] = set()
"""What this process has vouched for by making it."""


class Piece(NamedTuple):
    """A part of a record that is told from all others, and what a person is told of it."""

    token: str
    words: str


def patch(digest: str) -> Piece:
    """Return a patch."""
    return Piece(f"patch:{digest}", "the patch code.patch.gz, which no run of yours had")


def commit(object_id: str) -> Piece:
    """Return a commit."""
    return Piece(f"commit:{object_id}", f"commit {object_id[:12]}, which no branch or tag here has")


def tree(object_id: str) -> Piece:
    """Return the tree of a commit."""
    return Piece(f"tree:{object_id}", f"tree {object_id[:12]}, which no run of yours had")


def packages(text: bytes) -> Piece:
    """Return the packages of an environment."""
    words = "the packages of environment.txt, which no run of yours had"
    return Piece(f"packages:{sha256_hex(text)}", words)


def command(argv: Iterable[object], module: object) -> Piece:
    """Return the command line of a script."""
    words = [str(word) for word in argv]
    return Piece(_token("command", [words, module]), f"the command line {' '.join(words)}")


def value(name: str, text: str) -> Piece:
    """Return the value of a parameter that leads elsewhere."""
    return Piece(_token("value", [name, text]), f"data from elsewhere: {name} = {text}")


def _token(kind: str, content: object) -> str:
    return f"{kind}:{sha256_hex(json.dumps(content).encode())}"


def whole(code: Mapping[str, Any], project: Mapping[str, Any], environment: bytes) -> str:
    """Return what tells a run by all of its pieces at once.

    Args:
        code: what run.yaml says of the code.
        project: what it says of the program.
        environment: the content of environment.txt.
    """
    found = [code.get(key) for key in ("base", "commit", "tree", "patch")]
    said = [project.get("argv"), project.get("module")]
    return _token("run", [*found, sha256_hex(environment), *said])


def vouch(
    code: Mapping[str, Any], project: Mapping[str, Any], environment: bytes, run: str
) -> None:
    """Vouch for a run that is being made.

    The list is not read for that: it may be long, and every run begins with this.
    """
    token = whole(code, project, environment)
    if token not in _made:
        vouching.add(LIST, token, vouching.MADE, run)
        _made.add(token)


def is_made(code: Mapping[str, Any], project: Mapping[str, Any], environment: bytes) -> bool:
    """Tell whether this user made a run of just these pieces."""
    return whole(code, project, environment).encode() in vouching.known(LIST)


def remember(pieces: Iterable[Piece], how: str, run_id: str) -> None:
    """Vouch for pieces from now on; where the user's settings cannot be written, for none."""
    for token in dict.fromkeys(piece.token for piece in pieces):
        vouching.remember(LIST, token, how, run_id)


def unknown(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces that nobody vouches for."""
    known = vouching.known(LIST)
    return [piece for piece in pieces if piece.token.encode() not in known]
