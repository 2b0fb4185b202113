"""Say which gates are not met."""

from mltrack.errors import MltrackError
from mltrack.registry.moves import Promotion


class GateError(MltrackError):
    """A gate of the stage is not met."""


def refuse_unmet(move: Promotion) -> None:
    """Refuse a move of which a gate is not met.

    Raises:
        GateError: which, and what was found.
    """
    unmet = [result for result in move.gates if not result.passed]
    if unmet:
        words = "; ".join(f"{one.gate}: {one.found}" for one in unmet)
        raise GateError(
            f"{move.version.model} {move.version.label} does not meet"
            f" {len(unmet)} of {len(move.gates)} gates of {move.to_stage}",
            why=words,
            fix="see all of them with --dry-run; --force moves it all the same, and is recorded",
        )
