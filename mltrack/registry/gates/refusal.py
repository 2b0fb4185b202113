"""Say which gates are not met."""

import shlex

from mltrack.errors import MltrackError
from mltrack.registry.moves import Promotion


class GateError(MltrackError):
    """A gate of the stage is not met."""


def refuse_unmet(move: Promotion) -> None:
    """Refuse a move of which a gate is not met.

    Raises:
        GateError: which, and what was found.
    """
    unmet = move.unmet
    if unmet:
        words = "; ".join(f"{one.gate}: {one.found}" for one in unmet)
        command = f"mltrack promote {shlex.quote(move.version.uri)} --to {move.to_stage} -m WHY"
        raise GateError(
            f"{move.version.model} {move.version.label} does not meet"
            f" {len(unmet)} of {len(move.gates)} gates of {move.to_stage}",
            why=words,
            fix=f"see all: {command} --dry-run; --force moves it anyway, and is shown for ever",
        )
