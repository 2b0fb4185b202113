"""`model.yaml`: the facts of a package as text."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mltrack.errors import IntegrityError
from mltrack.models.entities import Column, ColumnType, Layout, PackageFacts, Signature, Task
from mltrack.store import yaml_reader, yaml_writer

NAME = "model.yaml"
FORMAT = 1
_OPTIONAL = {"code", "example", "lock", "task"}
_MAX_COLUMNS = 1_000_000
_MAX_DIMENSIONS = 32
_MAX_SIZE = 2**40
_SHOWN = 60
_KEYS = _OPTIONAL | {"format", "flavor", "executes_code", "methods", "python", "requirements"}
_KEYS |= {"details", "signature"}


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
        _details_key(facts.flavor): dict(facts.details),
        "signature": signature_to_plain(facts.signature),
    }
    kept = {key: value for key, value in plain.items() if key not in _OPTIONAL or value}
    return yaml_writer.dump(kept)


def _details_key(flavor: str) -> str:
    """Return where a flavour's details stand: under its name, if that is not said otherwise."""
    return "details" if flavor in _KEYS else flavor


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
    details = _get(plain, _details_key(flavor), dict, source)
    _get({"versions": {}, **details}, "versions", dict, source)
    return PackageFacts(
        flavor=flavor,
        executes_code=_get(plain, "executes_code", bool, source),
        python=_get(plain, "python", str, source),
        requirements=_get(plain, "requirements", str, source),
        details=details,
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
        raise IntegrityError(f"{source}: task must be a text, not {_cut(value)}")
    return Task(value) if value in set(Task) else None


def _texts(value: object, key: str, source: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise IntegrityError(f"{source}: {key} must be a list of texts, not {_cut(value)}")
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
        raise IntegrityError(f"{source}: {key} must be a {kind.__name__}, not {_cut(value)}")
    return value


def _signature_from_plain(plain: object, source: str) -> Signature | None:
    if plain is None:
        return None
    where = f"{source}: signature"
    if not isinstance(plain, dict):
        raise IntegrityError(f"{where} must be a mapping, not {_cut(plain)}")
    if plain.get("rows") not in list(Layout):
        raise IntegrityError(f"{where}: rows cannot be {_cut(plain.get('rows'))}")
    layout = Layout(plain["rows"])
    inputs = _columns_from_plain(plain.get("inputs"), f"{where}: inputs")
    _refuse_layout(layout, inputs, f"{where}: inputs")
    outputs = _columns_from_plain(plain.get("outputs", []), f"{where}: outputs")
    return Signature(layout=layout, inputs=inputs, outputs=outputs)


def _refuse_layout(layout: Layout, inputs: tuple[Column, ...], where: str) -> None:
    """Make sure that columns can be told apart as their layout wants it."""
    names = [column.name for column in inputs]
    if not names or (layout is Layout.SINGLE and len(names) > 1):
        raise IntegrityError(f"{where}: {len(names)} columns cannot be {layout}")
    if len(set(names)) < len(names):
        twice = Counter(names).most_common(1)[0][0]
        raise IntegrityError(f"{where}: two columns are called {_cut(twice)}")


def _columns_from_plain(plain: object, where: str) -> tuple[Column, ...]:
    if not isinstance(plain, list) or not all(isinstance(column, dict) for column in plain):
        raise IntegrityError(f"{where} must be a list of columns, not {_cut(plain)}")
    if len(plain) > _MAX_COLUMNS:
        raise IntegrityError(f"{where}: {len(plain)} columns are more than {_MAX_COLUMNS}")
    return tuple(_column_from_plain(column, where) for column in plain)


def _column_from_plain(plain: Mapping[str, Any], where: str) -> Column:
    name = _get(plain, "name", str, where)
    where = f"{where}: column {_cut(name)}"
    kind = plain.get("type")
    if kind not in list(ColumnType):
        known = ", ".join(ColumnType)
        raise IntegrityError(f"{where}: type cannot be {_cut(kind)}", why=f"it is one of {known}")
    return Column(
        name=name,
        type=ColumnType(kind),
        nullable=_get(plain, "nullable", bool, where),
        shape=_shape_from_plain(plain.get("shape", []), where),
    )


def _shape_from_plain(plain: object, where: str) -> tuple[int, ...]:
    """Return a shape; what is larger than any model takes is a slip or an attack."""
    if not isinstance(plain, list) or len(plain) > _MAX_DIMENSIONS:
        raise IntegrityError(f"{where}: shape must be a list of at most {_MAX_DIMENSIONS} sizes")
    for size in plain:
        if type(size) is not int or not -1 <= size <= _MAX_SIZE:
            raise IntegrityError(
                f"{where}: shape cannot have {_cut(size)}",
                why=f"a size is a whole number up to {_MAX_SIZE}, or -1 for any",
            )
    return tuple(plain)


def _cut(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
