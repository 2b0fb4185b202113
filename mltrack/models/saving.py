"""Write a model as a package: saved by its flavour, rehearsed in a clean process, described."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from mltrack.models import codec, flavors, installed, loader_text, manifest
from mltrack.models.code import packing, places
from mltrack.models.described import card, mlmodel
from mltrack.models.draft import Draft
from mltrack.models.entities import (
    ColumnType,
    Described,
    PackageFacts,
    SavedModel,
    Signature,
    Wishes,
)
from mltrack.models.needs import distributions, rehearsal
from mltrack.models.package_files import CODE
from mltrack.models.trust import LIST, MADE, remember
from mltrack.store.atomic import explained

REQUIREMENTS = "requirements.txt"
_AS_USUAL = Wishes()
_NO_SIGNATURE = "the columns that this model takes are not known: save it with inputs=your_data"
_NO_TYPES = "the types of this model's columns are not known: save it with inputs=your_data"
_NOT_REMEMBERED = f"{LIST} could not be written: loading this model will ask for trust"


def save(model: object, folder: Path, wishes: Wishes = _AS_USUAL) -> SavedModel:
    """Write a package into an empty folder; this user is known from now on to have made it.

    Args:
        model: a fitted model of a framework that has a flavour.
        folder: an empty folder, made when it is missing.
        wishes: rows like those that the model will see, and what else the user asks for.

    Raises:
        UsageError: no flavour packages such a model, it is not fitted, the rows do not fit it, or
            the package does not load in a process of its own.
        StoreWriteError: the disk refused.
    """
    flavor = flavors.chosen(wishes.flavor) if wishes.flavor else flavors.of(model)
    described = flavor.describe(model)
    signature = _signature(described, wishes)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        details = flavor.save(model, folder, wishes)
        facts = _facts(flavor, details, described, signature)
        facts = replace(facts, code=places.brought(folder))
        draft = Draft(folder=folder, flavor=flavor, facts=facts)
        draft = rehearsal.rehearsed(draft, model, wishes)
        draft = distributions.pinned(draft, wishes)
        draft = replace(draft, notes=(*draft.notes, *packing.secrets_in(folder)))
        digest = _finished(draft, wishes)
    known = remember(digest, MADE, flavor.what_runs(details))
    notes = [*_notes_on(draft.facts.signature), *draft.notes, *([] if known else [_NOT_REMEMBERED])]
    return SavedModel(path=folder, digest=digest, flavor=flavor.NAME, notes=tuple(notes))


def _signature(described: Described, wishes: Wishes) -> Signature | None:
    if wishes.rows is None:
        return described.signature
    from mltrack.models.signature.combining import combined
    from mltrack.models.signature.inferring import from_data

    return combined(from_data(wishes.rows, tensors=described.tensors), described.signature)


def _facts(
    flavor: flavors.Flavor,
    details: dict[str, Any],
    described: Described,
    signature: Signature | None,
) -> PackageFacts:
    return PackageFacts(
        flavor=flavor.NAME,
        executes_code=bool(flavor.what_runs(details)),
        python=installed.python_version(),
        requirements=REQUIREMENTS,
        details=details,
        signature=signature,
        task=described.task,
        methods=described.methods,
    )


def _finished(draft: Draft, wishes: Wishes) -> str:
    """Write what describes the model, and last the manifest; return the model's digest."""
    facts, folder = draft.facts, draft.folder
    if wishes.example is not None:
        from mltrack.models.described import example

        facts = replace(facts, example=example.NAME)
        (folder / example.NAME).write_bytes(example.encode(wishes.example, facts.signature))
    text = loader_text.text_of(draft.flavor, facts)
    loader = loader_text.name_of(text)
    (folder / CODE).mkdir(exist_ok=True)
    (folder / CODE / f"{loader}.py").write_text(text, encoding="utf-8")
    (folder / codec.NAME).write_bytes(codec.encode(facts))
    mlmodel.write(folder, facts, native=draft.flavor.mlflow(facts.details), loader=loader)
    (folder / card.NAME).write_text(card.text_of(facts, loader), encoding="utf-8")
    return manifest.write(folder)


def _notes_on(signature: Signature | None) -> list[str]:
    if signature is None:
        return [_NO_SIGNATURE]
    untyped = any(column.type is ColumnType.ANY for column in signature.inputs)
    return [_NO_TYPES] if untyped else []
