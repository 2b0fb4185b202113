"""The bodies of events."""

import pytest

from mltrack.errors import IntegrityError
from mltrack.registry import codec
from mltrack.registry.entities import Evaluation, Evidence, GateResult, Source
from mltrack.registry.facts import (
    Aliased,
    Deleted,
    Described,
    Fact,
    Moved,
    NumberAssigned,
    Registered,
    Requested,
    Restored,
    Reviewed,
    Tagged,
)
from mltrack.store.events import Event, encode
from mltrack.store.yaml_reader import mapping_of

RUN = "20260131-120000-kfxhqzab"
VERSION = "20260201-120000-mwtcdxyz"
REQUEST = "000000000007-31251cf8825d6db031ab"
EVIDENCE = Evidence(
    run=RUN,
    metrics={"acc": 0.5, "steps": 10},
    evaluations=(Evaluation(run=VERSION, data="cd" * 32, metrics={"acc": 0.75}),),
    gates=(GateResult(gate="acc at least 0.7", passed=True, found="0.75 in mwtcdx"),),
)
REGISTERED = Registered(
    version=VERSION,
    proposed=3,
    stage="dev",
    digest="ab" * 32,
    flavor="sklearn",
    source=Source(run=RUN, path="model"),
    evidence=Evidence(run=RUN, metrics={"acc": 0.5, "steps": 10}),
    description="with the new features",
)
FACTS: list[Fact] = [
    REGISTERED,
    Moved(
        version=VERSION,
        stage="production",
        from_stage="staging",
        replaces=(RUN,),
        replaced_to="archived",
    ),
    Moved(
        kind="demoted",
        version=VERSION,
        stage="staging",
        replaces=(RUN,),
        replaced_to="canary",
        displaced=((RUN, "archived"),),
        evidence=EVIDENCE,
        forced=True,
        unpushed=True,
        request=REQUEST,
    ),
    Moved(kind="archived", version=VERSION, stage="archived"),
    Requested(version=VERSION, stage="production", from_stage="staging", evidence=EVIDENCE),
    Reviewed(
        request=REQUEST,
        version=VERSION,
        stage="production",
        approves=True,
        attested={"host": "github", "login": "ada"},
    ),
    Reviewed(request=REQUEST, version=VERSION, stage="production", approves=False),
    Deleted(version=VERSION),
    Deleted(version=None),
    Restored(version=VERSION),
    NumberAssigned(version=VERSION, number=4),
    Aliased(alias="champion", version=VERSION),
    Aliased(alias="champion", version=None),
    Described(version=None, fields={"owner": "ada@example.org"}),
    Tagged(version=VERSION, tags={"data": "v2", "old": None}),
]


def event_of(fact: Fact) -> Event:
    kind, body = codec.encode("churn", fact)
    return Event(kind=kind, subject="churn", body=body)


IDS = [f"{n}-{codec.encode('churn', fact)[0]}" for n, fact in enumerate(FACTS)]


@pytest.mark.parametrize("fact", FACTS, ids=IDS)
def test_a_fact_comes_back_from_its_file_as_it_was(fact: Fact) -> None:
    event = event_of(fact)
    fields = mapping_of(encode(event), "event")
    read = Event(kind=fields["kind"], subject="churn", body=fields)
    assert codec.decode(read) == fact
    assert codec.model_name(read) == "churn"


def test_an_infinite_metric_is_evidence_too() -> None:
    fact = Moved(version=VERSION, stage="dev", evidence=Evidence(metrics={"loss": float("inf")}))
    assert event_of(fact).body["evidence"]["metrics"] == {"loss": "Infinity"}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("version", "1", "version is not an id"),
        ("proposed", 0, "no number"),
        ("proposed", True, "no number"),
        ("proposed", 10**10, "no number"),
        ("digest", "../x", "no sha256"),
        ("source", {"path": "model"}, "neither a run nor files"),
        ("source", {"run": "../..", "path": "model"}, "not a run id"),
        ("source", {"run": RUN, "path": "../../x"}, "cannot be the path"),
        ("stage", "", "stage must be a text"),
        ("evidence", [], "evidence must map"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(key: str, value: object, words: str) -> None:
    event = event_of(REGISTERED)
    event = event._replace(body={**event.body, key: value})
    with pytest.raises(IntegrityError, match=words):
        codec.decode(event)


@pytest.mark.parametrize("name", ["a/b", "..", "a\x1b[31m", "a\nb", ""])
def test_an_event_cannot_bring_in_a_name_that_nobody_may_give(name: str) -> None:
    event = event_of(REGISTERED)
    event = event._replace(body={**event.body, "model": name})
    with pytest.raises(IntegrityError):
        codec.model_name(event)
