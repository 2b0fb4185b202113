"""Hold a move against the gates of its stage."""

from collections.abc import Mapping
from typing import Any

from mltrack.registry.entities import ModelState
from mltrack.registry.moves import Promotion
from mltrack.registry.policy import MoveRefusedError
from mltrack.store.store import Store


def judge(
    store: Store,  # noqa: ARG001 - runs, evaluations and files are looked up in it
    gates: Mapping[str, Any],
    state: ModelState,  # noqa: ARG001 - the holder and the requests are looked up in it
    move: Promotion,
) -> Promotion:
    """Return a move with whether each gate of its stage is met, and what that rests on.

    Args:
        store: where runs, evaluations and files are looked up.
        gates: what `gates:` of config.yaml says; of another revision where that one counts.
        state: the model before the move.
        move: what shall happen.

    Raises:
        UsageError: `gates` says something that cannot be meant.
    """
    if move.to_stage not in gates:
        return move
    raise MoveRefusedError(
        f"{move.version.model} {move.version.label} cannot go to {move.to_stage}:"
        " it has gates in config.yaml",
        why="this release of mltrack cannot check gates, and passes none unchecked",
        fix="promote it with a newer release: pip install --upgrade mltrack-local",
    )
