"""The models whose code may run here: those this user made, or trusted once."""

from pathlib import Path

from mltrack.errors import TrustError
from mltrack.store import vouching
from mltrack.store.vouching import MADE, TRUSTED

LIST = "trusted.txt"


def list_path() -> Path:
    """Return where this user's list lies."""
    return vouching.path_of(LIST)


def is_known(digest: str) -> bool:
    """Tell whether this user made or trusted the model with this digest."""
    return digest.encode() in vouching.known(LIST)


def said_of(digest: str) -> tuple[str, str] | None:
    """Return how (`made`, `trusted`) and since when a model is known here; None when it is not."""
    return vouching.said_of(LIST, digest)


def remember(digest: str, how: str, what: str) -> bool:
    """Add the digest of a model to the list, as `vouching.remember` does."""
    return vouching.remember(LIST, digest, how, what)


def require(digest: str, *, trust: bool, what: str, where: str) -> None:
    """Return when the code of a model may run; remember the digest if `trust` says so now.

    Args:
        digest: the model's digest.
        trust: whether the user vouches for it in this call.
        what: what would run: flavour, file, format.
        where: the model as the user knows it.

    Raises:
        TrustError: nobody vouches for it.
    """
    if is_known(digest):
        return
    if not trust:
        raise TrustError(
            f"loading {where} would run code that you have neither made nor trusted",
            why=f"{what}, digest {digest[:12]}",
            fix="if you know where it comes from: --trust, in Python trust=True",
        )
    remember(digest, TRUSTED, what)


__all__ = ["LIST", "MADE", "TRUSTED", "is_known", "list_path", "remember", "require", "said_of"]
