"""`model.yaml`: the facts of a package as text."""

from collections.abc import Mapping
from typing import Any

from mltrack.errors import IntegrityError
from mltrack.models.entities import Column, ColumnType, Layout, PackageFacts, Signature, Task
from mltrack.store import yaml_reader, yaml_writer

NAME = "model.yaml"
FORMAT = 1
_OPTIONAL = {"code", "example", "lock", "task"}


def encode(facts: PackageFacts) -> bytes:
    """Return the text of a `model.yaml`."""
    plain = {
        "format": FORMAT,
        "flavor": facts.flavor,
        "executes_code": facts.executes_code,
        "task": facts.task and str(facts.task),
        "methods": list(facts.methods),
        "python": facts.python,
        "requirements": facts.requirements,
        "lock": facts.lock,
        "code": list(facts.code),
        "example": facts.example,
        facts.flavor: dict(facts.details),
        "signature": signature_to_plain(facts.signature),
    }
    kept = {key: value for key, value in plain.items() if key not in _OPTIONAL or value}
    return yaml_writer.dump(kept)


def signature_to_plain(signature: Signature | None) -> dict[str, Any] | None:
    """Return a signature as a tree of plain values; None for None."""
    if signature is None:
        return None
    plain: dict[str, Any] = {
        "rows": str(signature.layout),
        "inputs": [_column_to_plain(column) for column in signature.inputs],
    }
    if signature.outputs:
        plain["outputs"] = [_column_to_plain(column) for column in signature.outputs]
    return plain


def _column_to_plain(column: Column) -> dict[str, Any]:
    plain = {"name": column.name, "type": str(column.type), "nullable": column.nullable}
    return plain | ({"shape": list(column.shape)} if column.shape else {})


def decode(data: bytes, source: str) -> PackageFacts:
    """Return the facts that a `model.yaml` holds.

    Args:
        data: its bytes.
        source: what errors call it.

    Raises:
        IntegrityError: it is of a newer format, lacks a key, or a key is of the wrong kind.
    """
    plain = yaml_reader.mapping_of(data, source)
    _refuse_newer(plain, source)
    flavor = _get(plain, "flavor", str, source)
    return PackageFacts(
        flavor=flavor,
        executes_code=_get(plain, "executes_code", bool, source),
        python=_get(plain, "python", str, source),
        requirements=_get(plain, "requirements", str, source),
        details=_get(plain, flavor, dict, source),
        signature=_signature_from_plain(plain.get("signature"), source),
        lock=_get(plain, "lock", str, source) if "lock" in plain else "",
        task=_task(plain.get("task"), source),
        methods=_texts(plain.get("methods", ["predict"]), "methods", source),
        code=_texts(plain.get("code", []), "code", source),
        example=_get(plain, "example", str, source) if "example" in plain else "",
    )


def _task(value: object, source: str) -> Task | None:
    """Return what a model predicts; None for what this mltrack does not know."""
    if value is not None and not isinstance(value, str):
        raise IntegrityError(f"{source}: task must be a text, not {value!r}")
    return Task(value) if value in set(Task) else None


def _texts(value: object, key: str, source: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise IntegrityError(f"{source}: {key} must be a list of texts, not {value!r}")
    return tuple(value)


def _refuse_newer(plain: Mapping[str, Any], source: str) -> None:
    version = _get(plain, "format", int, source)
    if version > FORMAT:
        raise IntegrityError(
            f"{source} is of format {version}, newer than this mltrack reads",
            fix="pip install --upgrade mltrack-local",
        )


def _get(plain: Mapping[str, Any], key: str, kind: type, source: str) -> Any:  # noqa: ANN401
    value = plain.get(key)
    if type(value) is not kind:
        raise IntegrityError(f"{source}: {key} must be a {kind.__name__}, not {value!r}")
    return value


def _signature_from_plain(plain: object, source: str) -> Signature | None:
    if plain is None:
        return None
    try:
        return Signature(
            layout=Layout(plain["rows"]),  # type: ignore[index]  # what does not fit is caught
            inputs=_columns_from_plain(plain["inputs"]),  # type: ignore[index]  # as above
            outputs=_columns_from_plain(plain.get("outputs", [])),  # type: ignore[attr-defined]  # as above
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise IntegrityError(f"{source}: the signature cannot be read: {error}") from error


def _columns_from_plain(plain: list[dict[str, Any]]) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=str(column["name"]),
            type=ColumnType(column["type"]),
            nullable=bool(column["nullable"]),
            shape=tuple(int(size) for size in column.get("shape", [])),
        )
        for column in plain
    )
