"""Each case of the table: what is inferred, taken and refused, and that it travels unchanged."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mltrack.errors import UsageError
from mltrack.models import codec, messages, shaping
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.plain import object_array
from mltrack.models.signature.columns import Table
from mltrack.models.signature.enforce import fitted
from mltrack.models.signature.inferring import from_data
from tests.models.signature_cases import CASES, UNKNOWN, Case


def _table(values: Any) -> Table:
    column = object_array(values) if isinstance(values, list) else values
    return Table(names=("x",), columns=(column,), layout=Layout.NAMED)


def _signature(case: Case) -> Signature:
    column = Column(name="x", type=case.type, nullable=case.nullable, shape=case.shape)
    return Signature(layout=Layout.NAMED, inputs=(column,))


def _fitted(case: Case, values: Any) -> Any:
    return fitted(_signature(case), _table(values)).table.columns[0]


def _row(column: Any) -> Any:
    return shaping.rows_of("named", ["x"], [column])["x"]


def _different(ones: Iterable[Any], others: Iterable[Any]) -> list[str]:
    """Return which cases differ in dtype, in bytes, or in the types of their objects."""
    return [
        name
        for name, one, other in zip(CASES, ones, others, strict=True)
        if one.dtype != other.dtype or _bytes_of(one) != _bytes_of(other)
    ]


def _bytes_of(values: Any) -> bytes:
    array = np.asarray(values)
    return repr(array.tolist()).encode() if array.dtype == object else array.tobytes()


@pytest.mark.parametrize("name", CASES)
def test_data_shows_its_signature_and_is_given_to_the_model_as_that_says(name: str) -> None:
    case = CASES[name]
    assert from_data(_table(case.data)) == _signature(case)
    assert _fitted(case, case.data).dtype == np.dtype(case.given)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.takes])
def test_what_fits_goes_in(name: str) -> None:
    case = CASES[name]
    for values, expected in case.takes:
        column = _fitted(case, values)
        assert column.dtype == np.dtype(case.given), values
        assert repr(column.tolist()) == repr(expected)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refuses])
def test_what_does_not_fit_is_named_by_column_and_row(name: str) -> None:
    case = CASES[name]
    for values, message in case.refuses:
        with pytest.raises(UsageError, match=f"column 'x', .*{message}"):
            _fitted(case, values)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_cannot_be_inferred_fails_with_the_column_and_the_reason(name: str) -> None:
    values, why = UNKNOWN[name]
    with pytest.raises(UsageError, match=f"column 'x' cannot be inferred\nin inputs, .*{why}"):
        from_data(_table(values))


def test_a_model_in_another_process_gets_the_same_bytes() -> None:
    columns = [_fitted(case, case.data) for case in CASES.values()]
    stream = io.BytesIO()
    messages.send(stream, {}, columns)
    stream.seek(0)
    message = messages.receive(stream)
    assert message is not None
    assert _different(columns, message[1]) == []
    assert _different(map(_row, columns), map(_row, message[1])) == []


def test_a_model_without_mltrack_gets_the_same_rows() -> None:
    ours = [_row(_fitted(case, case.data)) for case in CASES.values()]
    theirs = []
    for case in CASES.values():
        told = codec.signature_to_plain(_signature(case))
        assert told is not None
        theirs.append(shaping.rows_for(told, {"x": _table(case.data).columns[0]})["x"])
    assert _different(ours, theirs) == []


def test_what_the_model_gets_would_be_taken_again_as_it_is() -> None:
    once = [_fitted(case, case.data) for case in CASES.values()]
    again = [_fitted(case, values) for case, values in zip(CASES.values(), once, strict=True)]
    assert _different(once, again) == []


def test_mlflow_reads_every_schema_and_lets_through_what_ours_does() -> None:
    done = subprocess.run(
        [sys.executable, Path(__file__).parent / "children" / "enforced.py"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert list(told) == list(CASES)
    for name, one in told.items():
        case = CASES[name]
        if one["schema"] is None:
            assert case.type in {ColumnType.UINT64, ColumnType.FLOAT16}
        elif case.mlflow:
            assert case.mlflow in one["error"]
        else:
            assert one.get("theirs") == one["ours"], one


def test_the_table_has_every_type_that_a_column_can_have() -> None:
    assert {case.type for case in CASES.values()} == set(ColumnType) - {ColumnType.ANY}
