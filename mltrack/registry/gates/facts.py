"""What is known of a version that shall go to a stage, as far as the rules ask for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from mltrack.errors import IntegrityError, MltrackError
from mltrack.models import codec
from mltrack.registry.attestation import Level, level_of
from mltrack.registry.entities import ModelState, Request, Review, Version
from mltrack.registry.gates.evaluations import Evaluations, evaluations_of
from mltrack.registry.gates.rules import Bound, Flag, NoWorse, Rule
from mltrack.registry.moves import Promotion
from mltrack.registry.sources import check_files, folder_of_version
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import load_run

VERIFY, VERIFIED_BY = "verify", "verify.run"
_RERUN_OF = "rerun_of"


def as_recorded(said: Request | Review) -> Level:
    """Return how sure it is who says something, by the event alone: a signature is not in it."""
    return level_of(said.event, said.actor, attested_in(said), None)


def attested_in(said: Request | Review) -> Mapping[str, Any]:
    """Return what an event says of a code host; a request says nothing of one."""
    return said.attested if isinstance(said, Review) else {}


class Witness(NamedTuple):
    """Who stands for what the events say, and when it is judged.

    Attributes:
        of_review: how sure it is who asks and who approves.
        of_move: how sure it is who moves the version; None where its event is not written yet.
        at: when the move is judged; now where that is None.
    """

    of_review: Callable[[Request | Review], Level] = as_recorded
    of_move: Level | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that rules are held against.

    Attributes:
        version: the version that shall move.
        stage: where to.
        holders: the versions that hold the stage now; several while it is contested.
        fields: what is said of the model.
        requests: the open requests that this version goes to this stage.
        witness: who stands for what the events say.
        at: the moment.
        evaluations: what was found of the version and of the holders, by the id of each.
        run: the run that made the version; None where there is none, or it cannot be read.
        rerun: the run by which that one was verified; None where it is not here.
        lock: the file of the lock in its package; empty where it has none.
        fault: what is wrong with its files; empty where nothing is.
    """

    version: Version
    stage: str
    holders: tuple[Version, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()
    witness: Witness = field(default_factory=Witness)
    at: datetime
    evaluations: Mapping[str, Evaluations] = field(default_factory=dict)
    run: RunRecord | None = None
    rerun: RunRecord | None = None
    lock: str = ""
    fault: str = ""


def gathered(
    store: Store, rules: Sequence[Rule], state: ModelState, move: Promotion, witness: Witness
) -> Facts:
    """Return what the rules ask for; whatever none of them asks for is not looked up."""
    version, holders = move.version, _holders(state, move)
    asks_run = Flag.CLEAN_GIT in rules or Flag.VERIFIED in rules
    run = _run(store, version.source.run) if asks_run else None
    return Facts(
        version=version,
        stage=move.to_stage,
        holders=holders,
        fields=state.fields,
        requests=requests_for(state, move),
        witness=witness,
        at=witness.at or datetime.now(UTC),
        evaluations=dict(_evaluations(store, rules, version, holders)),
        run=run,
        rerun=_rerun(store, run) if Flag.VERIFIED in rules else None,
        lock=_lock(store, version) if Flag.LOCK in rules else "",
        fault=_fault(store, version) if Flag.INTACT in rules else "",
    )


def requests_for(state: ModelState, move: Promotion) -> tuple[Request, ...]:
    """Return the open requests for a move."""
    asked = (move.version.id, move.to_stage)
    return tuple(one for one in state.requests if (one.version, one.stage) == asked)


def _holders(state: ModelState, move: Promotion) -> tuple[Version, ...]:
    """Return whom a move replaces or, in a stage that holds many, the newest that is there."""
    there = [v for v in state.versions if v.stage == move.to_stage and v.id != move.version.id]
    return move.replaces or tuple(there[-1:])


def _evaluations(
    store: Store, rules: Sequence[Rule], version: Version, holders: tuple[Version, ...]
) -> Iterator[tuple[str, Evaluations]]:
    compares = any(isinstance(rule, NoWorse) for rule in rules)
    if compares or any(isinstance(rule, Bound) for rule in rules):
        for one in (version, *(holders if compares else ())):
            yield one.id, evaluations_of(store, one)


def _run(store: Store, run_id: str | None) -> RunRecord | None:
    try:
        return None if run_id is None else load_run(store, run_id)
    except MltrackError:
        return None


def _rerun(store: Store, run: RunRecord | None) -> RunRecord | None:
    """Return the run that a verdict names, if it is here and did run that one again."""
    named: Any = run.tags.get(VERIFIED_BY) if run else None
    try:
        found = load_run(store, named) if isinstance(named, str) else None
    except MltrackError:
        return None
    did = found and run and not found.hidden and found.project.get(_RERUN_OF) == run.id
    return found if did else None


def _lock(store: Store, version: Version) -> str:
    try:
        facts = folder_of_version(store, version) / codec.NAME
        return codec.decode(facts.read_bytes(), str(facts)).lock
    except (MltrackError, OSError):
        return ""


def _fault(store: Store, version: Version) -> str:
    try:
        check_files(store, version)
    except IntegrityError as error:
        return error.message.replace(f"{store.project}/", "")  # it may go into an event
    return ""
