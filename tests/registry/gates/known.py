"""Plain facts to hold rules against: a version, its holder, evaluations, requests."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mltrack.registry.entities import Evaluation, Evidence, Request, Review, Source, Version
from mltrack.registry.gates.evaluations import Evaluated, Evaluations
from mltrack.registry.gates.facts import Facts
from mltrack.registry.gates.parsing import rules_for
from mltrack.registry.gates.verdicts import verdict_of

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
STAGES = ("dev", "staging", "production", "archived")
DATA, OTHER = "3b7efb12" * 8, "aa11bb22" * 8
ADA, BOB, CLEO = ({"name": n, "email": f"{n}@example.org"} for n in ("ada", "bob", "cleo"))


def version(number: int = 2, **said: Any) -> Version:
    made = Version(
        id=f"20260131-12000{number}-kfxhqzab",
        model="churn",
        folder="churn",
        proposed=number,
        number=number,
        stage="staging",
        claimed=("staging",),
        digest=hashlib.sha256(b"%d" % number).hexdigest(),
        flavor="sklearn",
        source=Source(run="20260131-110000-mwtcdxyz", path="model"),
        evidence=Evidence(),
        registered=NOW,
        actor=ADA,
        event="",
        since=NOW - timedelta(days=1.5),
    )
    return made._replace(**said)


def evaluated(data: str = DATA, number: int = 1, **metrics: float) -> Evaluated:
    """Return an evaluation that found some figures."""
    run = f"20260131-11000{number}-{'abcdefgh'[number]}wtcdxyz"
    evaluation = Evaluation(run=run, data=data, metrics=metrics)
    return Evaluated(evaluation=evaluation, source="data/held.csv", target="left")


def facts(*ours: Evaluated, theirs: list[Evaluated] | None = None, **said: Any) -> Facts:
    """Return what is known of churn/2, which shall take the place of churn/1 if `theirs` is given.

    Evaluations go from the newest to the oldest.
    """
    holders = () if theirs is None else (version(1, stage="production"),)
    known = {version().id: Evaluations(ours)}
    known |= {holder.id: Evaluations(tuple(theirs or ())) for holder in holders}
    made = Facts(version=version(), stage="production", holders=holders, evaluations=known, at=NOW)
    return replace(made, **said)


def request(*approvals: dict[str, Any], event: str = "1", rejects: bool = False) -> Request:
    """Return a request by Ada that others answered."""
    reviews = tuple(
        Review(
            event=f"{number}",
            approves=not rejects,
            actor=actor,
            time=NOW,
            reason="",
            attested={"host": "github"} if actor.get("attested") else {},
        )
        for number, actor in enumerate(approvals)
    )
    return Request(
        event=event,
        version=version().id,
        stage="production",
        from_stage="staging",
        actor=ADA,
        time=NOW,
        reason="",
        evidence=Evidence(),
        reviews=reviews,
    )


def found(rule: dict[str, Any], known: Facts) -> tuple[bool, str]:
    """Return whether a rule that asks one thing is met, and what was found."""
    (one,) = rules_for({"production": [rule]}, "production", STAGES, "config.yaml:2")
    result = verdict_of(one, known).result
    return result.passed, result.found
