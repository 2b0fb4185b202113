"""Who stands for what events say, by those who signed the commits that added them."""

from mltrack.registry.attestation import Signers, level_of
from mltrack.registry.gates.facts import Witness


def witness_by(signers: Signers) -> Witness:
    """Return what tells gates how sure it is who approves, now.

    Args:
        signers: who signed which event.
    """
    return Witness(
        of_review=lambda one: level_of(one.event, one.actor, one.attested, signers),
    )
