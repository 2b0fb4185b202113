"""Write a model as a package, and load one: checked first, trusted second, run last."""

import platform
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mltrack.models import codec, flavors, installed, manifest
from mltrack.models.entities import ColumnType, PackageFacts, SavedModel, Signature
from mltrack.models.loaded import LoadedModel
from mltrack.models.trust import LIST, MADE, remember, require
from mltrack.store.atomic import explained

REQUIREMENTS = "requirements.txt"
_NO_SIGNATURE = "the columns that this model takes are not known: save it with inputs=your_data"
_NO_TYPES = "the types of this model's columns are not known: save it with inputs=your_data"
_NOT_REMEMBERED = f"{LIST} could not be written: loading this model will ask for trust"


def save(model: object, folder: Path, *, inputs: object = None) -> SavedModel:
    """Write a package into an empty folder; this user is known from now on to have made it.

    Args:
        model: a fitted model of a framework that has a flavour.
        folder: an empty folder, made when it is missing.
        inputs: rows like those that the model will see. Their names and types are looked at,
            their values are not kept.

    Raises:
        UsageError: no flavour packages such a model, it is not fitted, or `inputs` does not fit it.
        StoreWriteError: the disk refused.
    """
    flavor = flavors.of(model)
    signature = _signature_of(flavor, model, inputs)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        details = flavor.save(model, folder)
        if signature and inputs is not None:
            signature = _with_outputs(signature, flavor, (folder, details), inputs)
        facts = PackageFacts(
            flavor=flavor.NAME,
            executes_code=bool(flavor.what_runs(details)),
            python=_python(),
            requirements=REQUIREMENTS,
            details=details,
            signature=signature,
        )
        pins = installed.pinned([*flavor.requirements(), *_needed_for_rows(inputs)])
        (folder / REQUIREMENTS).write_bytes(pins.encode())
        (folder / codec.NAME).write_bytes(codec.encode(facts))
        digest = manifest.write(folder)
    known = remember(digest, MADE, flavor.what_runs(details))
    notes = [*_notes_on(signature), *([] if known else [_NOT_REMEMBERED])]
    return SavedModel(path=folder, digest=digest, flavor=flavor.NAME, notes=tuple(notes))


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def _signature_of(flavor: flavors.Flavor, model: object, inputs: object) -> Signature | None:
    known = flavor.describe(model)
    if inputs is None:
        return known
    from mltrack.models.signature import combined, from_data

    return combined(from_data(inputs), known)


def _with_outputs(
    signature: Signature,
    flavor: flavors.Flavor,
    saved: tuple[Path, Mapping[str, Any]],
    inputs: object,
) -> Signature:
    """Predict with what was just written: that shows what comes out, and that it can be loaded.

    Not with the model itself, since predicting changes some: a nearest-neighbour tree counts.
    """
    from mltrack.models.enforce import fitted
    from mltrack.models.signature import outputs_of, sample_of

    folder, details = saved
    manifest.write(folder)
    model = flavor.load(manifest.verify(folder), details)
    sample = fitted(signature, sample_of(inputs)).table
    return replace(signature, outputs=outputs_of(flavor.predict(model, sample)))


def _needed_for_rows(inputs: object) -> list[str]:
    return ["pandas"] if type(inputs).__module__.split(".")[0] == "pandas" else []


def _notes_on(signature: Signature | None) -> list[str]:
    if signature is None:
        return [_NO_SIGNATURE]
    untyped = any(column.type is ColumnType.ANY for column in signature.inputs)
    return [_NO_TYPES] if untyped else []


def load_package(
    folder: Path, *, trust: bool = False, expected_digest: str | None = None, name: str = ""
) -> LoadedModel:
    """Return the model in a package; none of its code runs before all checks are done.

    Args:
        folder: the package.
        trust: whether the user vouches for a model that runs code and is not known here.
        expected_digest: the digest that the registry or a run recorded; None when there is none.
        name: what the user called the model, for messages.

    Raises:
        NotFoundError: the folder holds no package.
        IntegrityError: a byte, a file or the digest is not what was recorded.
        TrustError: it runs code, and nobody here made or trusted it.
        MissingExtraError: its framework is not installed.
    """
    files = manifest.verify(folder, expected_digest)
    facts = codec.decode(files.read(codec.NAME), str(folder / codec.NAME))
    flavor = flavors.named(facts.flavor)
    what = flavor.what_runs(facts.details)
    if what or facts.executes_code:
        require(files.digest, trust=trust, what=what, where=name or str(folder))
    return LoadedModel(
        native=flavor.load(files, facts.details),
        digest=files.digest,
        flavor=flavor,
        signature=facts.signature,
        notes=tuple(_differences(facts)),
    )


def _differences(facts: PackageFacts) -> list[str]:
    """Say what is installed here in another version than the model was saved with."""
    versions = facts.details.get("versions")
    recorded = {"Python": (facts.python, _python())}
    for name, version in versions.items() if isinstance(versions, dict) else ():
        recorded[str(name)] = (str(version), installed.version_or_none(str(name)) or "missing")
    return [
        f"saved with {name} {theirs}, here it is {ours}"
        for name, (theirs, ours) in recorded.items()
        if theirs != ours
    ]
