"""Hold what a branch moves against the gates of the branch that it goes to."""

from datetime import UTC, datetime

from mltrack.registry.attestation import Signers, level_of
from mltrack.registry.checking.events import HeldAgainst
from mltrack.registry.entities import ModelState
from mltrack.registry.gates.facts import gathered
from mltrack.registry.gates.judging import judged
from mltrack.registry.gates.parsing import rules_for
from mltrack.registry.moves import Promotion
from mltrack.registry.stages import Stages
from mltrack.registry.witnessing import witness_by
from mltrack.store import clock
from mltrack.store.events import Event
from mltrack.store.settings import Settings
from mltrack.store.store import Store


def judge_for(store: Store, settings: Settings, stages: Stages, signers: Signers) -> HeldAgainst:
    """Return what holds a move against gates, at the time of its event.

    Args:
        store: where runs, evaluations and files are looked up.
        settings: those of the branch that the moves go to.
        stages: the stages that these settings name.
        signers: who signed which event.
    """

    def held_against(before: ModelState, move: Promotion, event: Event) -> Promotion:
        rules = rules_for(settings["gates"], move.to_stage, stages.order, settings.origin("gates"))
        witness = witness_by(signers)._replace(
            of_move=level_of(event.name, event.actor, {}, signers),
            at=min(
                clock.from_text(event.time), datetime.now(UTC)
            ),  # what is to come has not passed yet
        )
        return judged(rules, gathered(store, rules, before, move, witness), move)

    return held_against
