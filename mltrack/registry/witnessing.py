"""Who stands for what events say, by those who signed the commits that added them."""

from mltrack.registry.attestation import Signers, level_of
from mltrack.registry.gates.facts import Witness, attested_in


def witness_by(signers: Signers) -> Witness:
    """Return what tells gates how sure it is who asks and approves, now.

    Args:
        signers: who signed which event.
    """
    return Witness(
        of_review=lambda one: level_of(one.event, one.actor, attested_in(one), signers),
    )
