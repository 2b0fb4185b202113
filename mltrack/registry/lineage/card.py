"""The card of a version: who answers for it, what it is, where it comes from, what was found."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from mltrack.models.described.card import front
from mltrack.models.entities import Column, PackageFacts
from mltrack.registry.entities import Evaluation, HistoryEntry, ModelState, name_of
from mltrack.registry.fields import FIELDS
from mltrack.registry.lineage.entities import Lineage
from mltrack.registry.lineage.page import Code, Page, Section, Table
from mltrack.store import clock
from mltrack.tracking.entities import RunRecord

_NOT_SAID = "not said"
_SHORT = 12


def card_of(state: ModelState, found: Lineage, facts: PackageFacts | None) -> Page:
    """Return the card of a version.

    Args:
        state: its model.
        found: where it comes from.
        facts: what its package says of itself; None where that is not here.
    """
    version = found.version
    return Page(
        title=f"{version.model} {version.label}",
        front=tuple(front(facts)) if facts else (),
        sections=(
            Section(title="", blocks=(version.description, _pairs(_identity(found)))),
            Section(title="Who answers for it", blocks=(_pairs(_fields(state)),)),
            *_use(found, facts),
            Section(title="Made by", blocks=tuple(_made(found))),
            Section(title="Data", blocks=tuple(_data(found.run))),
            Section(title="Metrics of the run", blocks=(_pairs(version.evidence.metrics),)),
            Section(title="Evaluations", blocks=(_evaluations(found.evaluations),)),
            Section(title="How it came where it is", blocks=(_moves(found.moves),)),
            Section(title="Gates", blocks=(_gates(found.moves),)),
        ),
    )


def _identity(found: Lineage) -> dict[str, Any]:
    version = found.version
    return {
        "version": f"{version.label}, {version.id}",
        "deleted": "yes" if found.deleted else "",
        "stage": version.stage or f"contested: {' or '.join(version.claimed)}",
        "aliases": ", ".join(version.aliases),
        "digest": version.digest,
        "flavour": version.flavor,
        "registered": f"{_moment(version.registered.timestamp())} by {name_of(version.actor)}",
        "tags": ", ".join(f"{key}={_text(value)}" for key, value in sorted(version.tags.items())),
    }


def _fields(state: ModelState) -> dict[str, str]:
    others = {key: text for key, text in sorted(state.fields.items()) if key not in FIELDS}
    asked = {key: state.fields.get(key) or _NOT_SAID for key in FIELDS}
    return {key.replace("_", " "): text for key, text in {**asked, **others}.items()}


def _use(found: Lineage, facts: PackageFacts | None) -> Iterator[Section]:
    uri = Code(f"mltrack.load_model({_quoted(f'models:/{found.version.uri}')})")
    if facts is None:
        yield Section(title="Use it", blocks=(uri, "Its package is not here."))
        return
    runs = "Loading it runs code of the package." if facts.executes_code else ""
    needs = f"It needs Python {facts.python} and what {facts.requirements} of its package lists."
    yield Section(title="Use it", blocks=(uri, runs or "Loading it runs no code.", needs))
    signature = facts.signature
    for title, columns in (
        ("It takes", signature.inputs if signature else ()),
        ("It gives", signature.outputs if signature else ()),
    ):
        yield Section(title=title, blocks=(_columns(columns),))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _columns(columns: tuple[Column, ...]) -> Table:
    rows = [
        (column.name or "(all)", f"{column.type} {list(column.shape) or ''}".strip(), _yes(column))
        for column in columns
    ]
    return Table(header=("name", "type", "may be missing"), rows=tuple(rows))


def _yes(column: Column) -> str:
    return "yes" if column.nullable else "no"


def _made(found: Lineage) -> Iterator[str | Table]:
    run = found.run
    if run is None:
        yield "The run is not here." if found.version.source.run else "Registered from a folder."
        return
    code = run.code
    commit = str(code.get("commit") or "")
    yield _pairs(
        {
            "run": f"{run.id} ({run.name})",
            "by": run.user,
            "started": _moment(run.started.timestamp()),
            "commit": f"{commit} with changes" if commit and code.get("dirty") else commit,
            "branch": code.get("branch"),
            "remote": code.get("remote"),
            "python": run.environment.get("python"),
            "packages": len(found.packages),
            "lock": found.lock,
            "verified": found.verdict.get("verify"),
            **{f"{one.kind} {one.through}".strip(): one.name for one in found.parents},
        }
    )
    yield _pairs({f"parameter {name}": value for name, value in run.params.items()})


def _data(run: RunRecord | None) -> Iterator[Table]:
    rows = [
        (name, *(_text(facts.get(key)) for key in ("source", "rows", "digest")))
        for name, facts in (run.inputs if run else {}).items()
    ]
    yield Table(header=("name", "source", "rows", "digest"), rows=tuple(rows))


def _evaluations(found: tuple[Evaluation, ...]) -> Table:
    rows = [
        (one.run, one.data[:_SHORT], name, _text(value))
        for one in found
        for name, value in sorted(one.metrics.items())
    ]
    return Table(header=("run", "data", "figure", "value"), rows=tuple(rows))


def _moves(moves: tuple[HistoryEntry, ...]) -> Table:
    rows = [
        (
            _moment(entry.time.timestamp()),
            entry.label,
            f"{entry.from_stage or entry.kind} to {entry.to_stage}",
            name_of(entry.actor),
            entry.reason,
            ", ".join(word for word in ("forced", "unpushed") if getattr(entry, word)),
        )
        for entry in moves
    ]
    return Table(header=("when", "version", "move", "who", "why", "but"), rows=tuple(rows))


def _gates(moves: tuple[HistoryEntry, ...]) -> Table:
    rows = [
        (_moment(e.time.timestamp()), gate.gate, "met" if gate.passed else "not met", gate.found)
        for e in moves
        for gate in e.evidence.gates
    ]
    return Table(header=("when", "gate", "", "found"), rows=tuple(rows))


def _pairs(values: Mapping[str, Any]) -> Table:
    return Table(rows=tuple((key, _text(value)) for key, value in values.items() if _text(value)))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else str(value)
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _moment(seconds: float) -> str:
    return clock.to_text(seconds)
