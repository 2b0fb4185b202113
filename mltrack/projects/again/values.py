"""The values that a run had, read back from its record with the types that its project declares."""

import json
import re
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from mltrack.errors import UsageError
from mltrack.projects.params import typed
from mltrack.projects.spec import TEXTS, Param, ParamType, Value
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.lookup import locate
from mltrack.store.secrets import MASK
from mltrack.store.store import Store
from mltrack.tracking import fold
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.journals import read_journals
from mltrack.tracking.reader import folders_of

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def values_of(
    store: Store, record: RunRecord, params: Mapping[str, Param], given: Mapping[str, object]
) -> dict[str, object]:
    """Return what to give for the parameters of a run that is run again.

    Args:
        store: the store of the run.
        record: the run.
        params: what the project declares, as its code is now.
        given: what takes the place of what the run had.

    Raises:
        UsageError: a secret was masked, or the run had a parameter that the project does not know.
        NotFoundError, IntegrityError: a long value is not here, or is not what was kept.
    """
    declared = record.project.get("types")
    names = [name for name in declared if name in record.params] if declared else []
    had = {name: record.params[name] for name in names if name not in given}
    _refuse_masked(record, had)
    unknown = [name for name in had if name not in params]
    if unknown:
        folder = shlex.quote(str(record.project.get("folder") or "."))
        raise UsageError(
            f"the project declares no parameter {unknown[0]}, which run {record.handle} had",
            why=f"declared: {', '.join(params) or 'none'}",
            fix=f"run it as it is now: mltrack run {folder}",
        )
    known = {name: _long_or(store, record, value) for name, value in had.items()}
    kept = {n: _as_given(params[n], v) for n, v in known.items() if v is not None}
    return {**kept, **given}


def with_given(store: Store, record: RunRecord) -> RunRecord:
    """Return a run of a project with the parameters that its command got.

    A command may log others under the same names, and those are what its record shows.
    """
    types = record.project.get("types")
    if not isinstance(types, Mapping):
        return record
    own = [one for one in read_journals(store, record.id) if one.writer == MAIN_WRITER]
    given = fold.fold(own).params
    if not given:
        return record
    others = {name: value for name, value in record.params.items() if name not in types}
    return record._replace(params={**others, **given})


def _as_given(param: Param, recorded: Any) -> object:  # noqa: ANN401 - any value
    """Return a recorded value as it is given anew: of JSON a text, for a text is read as such."""
    value = value_from(param, recorded)
    return json.dumps(value) if param.type is ParamType.JSON else value


def _refuse_masked(record: RunRecord, had: Mapping[str, Any]) -> None:
    masked = [name for name, value in had.items() if is_masked(value)]
    if masked:
        raise UsageError(
            f"run {record.handle} does not tell the value of {', '.join(masked)}",
            why="it looked like a secret, so it was masked before it was written",
            fix=" ".join(f"-P {name}=VALUE" for name in masked),
        )


def is_masked(value: object) -> bool:
    """Tell whether something of a value was masked as a secret."""
    if isinstance(value, Mapping):
        return any(map(is_masked, value.values()))
    if isinstance(value, list):
        return any(map(is_masked, value))
    return isinstance(value, str) and MASK in value


def _long_or(store: Store, record: RunRecord, value: Any) -> Any:  # noqa: ANN401 - any value
    """Return a value, read from the artifact that it became if it was too long for the record."""
    if not isinstance(value, dict) or value.keys() != {"artifact", "sha256", "size"}:
        return value
    sha256 = value["sha256"]
    path = f"params/{sha256}.txt"
    if not isinstance(sha256, str) or not _SHA256.match(sha256) or value["artifact"] != path:
        return value
    folders = list(folders_of(store, record.id, record.writers))
    text = locate(store, folders, path).read_text(encoding="utf-8")
    return _Long(text)


class _Long(str):
    """A value that was kept as a text: JSON, unless it is a text itself."""

    __slots__ = ()


def value_from(param: Param, recorded: Any) -> Value:  # noqa: ANN401 - any value
    """Return a recorded value as one of the parameter's type.

    Raises:
        UsageError: it cannot be one, since the parameter is of another type now.
    """
    try:
        value = _parsed(param, recorded)
    except (ValueError, TypeError):
        value = recorded
    return typed(param, value)


def _parsed(param: Param, recorded: Any) -> Any:  # noqa: ANN401 - any value
    if isinstance(recorded, _Long):
        text = str(recorded)
        return text if param.type in TEXTS else _parsed(param, _json_or_text(text))
    if param.type is ParamType.LIST and isinstance(recorded, list):
        return [_scalar(param.items, item) for item in recorded]
    return _scalar(param.type, recorded)


def _json_or_text(text: str) -> Any:  # noqa: ANN401 - any value
    try:
        return json.loads(text)
    except ValueError:
        return text


def _scalar(kind: ParamType, recorded: Any) -> Any:  # noqa: ANN401 - any value
    if kind is ParamType.DATETIME and isinstance(recorded, str):
        return datetime.fromisoformat(recorded)
    if kind is ParamType.FLOAT and isinstance(recorded, str):
        return float(recorded)
    if kind is ParamType.PATH and isinstance(recorded, str) and recorded.startswith("~/"):
        return str(Path(recorded).expanduser())
    return recorded
