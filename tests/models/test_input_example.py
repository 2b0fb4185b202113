"""The input example of a package: JSON that gives the rows back, here and in MLflow."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mltrack.errors import IntegrityError, UsageError
from mltrack.models.described import example, mlflow_schema, mlmodel
from mltrack.models.entities import Column, ColumnType, Layout, PackageFacts, Signature
from mltrack.models.signature.enforce import fitted
from mltrack.models.signature.inferring import from_data

NAN = float("nan")
FRAME = pd.DataFrame(
    {
        "age": pd.Series([31, None], dtype="Int64"),
        "dose": [0.5, NAN],
        "zip": ["02139", None],
        "since": pd.to_datetime(["2026-07-01 12:00", None]),
        "photo": [b"\xff", b""],
        "tags": [["a"], []],
        "active": [True, False],
    }
)
EXAMPLES: dict[str, tuple[Any, bool, Any]] = {
    "columns by name": (
        FRAME, False,
        {
            "columns": ["age", "dose", "zip", "since", "photo", "tags", "active"],
            "data": [
                [31, 0.5, "02139", "2026-07-01T12:00:00.000000", "/w==", ["a"], True],
                [None, None, None, None, "", [], False],
            ],
        },
    ),
    "columns by position": (
        np.array([[1.5, NAN], [2.0, 3.5]]), False, {"data": [[1.5, None], [2.0, 3.5]]},
    ),
    "single values": (["a", "b"], False, {"data": [["a"], ["b"]]}),
    "an array": (np.ones((2, 1, 2), np.float32), False, [[[1.0, 1.0]], [[1.0, 1.0]]]),
    "arrays by name": (
        {"x": np.ones((1, 2)), "y": np.array([7])}, True, {"x": [[1.0, 1.0]], "y": [7]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EXAMPLES)
def test_an_example_is_plain_json_and_gives_the_rows_back(case: str) -> None:
    data, tensors, expected = EXAMPLES[case]
    signature = from_data(data, tensors=tensors)
    text = example.encode(data, signature)
    assert json.loads(text, parse_constant=pytest.fail) == expected
    back, there = example.decode(text, signature), fitted(signature, data).table
    assert (back.layout, back.names) == (there.layout, there.names)
    for one, other in zip(back.columns, there.columns, strict=True):
        assert one.dtype == other.dtype
        assert repr(one.tolist()) == repr(other.tolist())


def test_an_example_holds_no_column_that_the_model_does_not_take() -> None:
    signature = from_data(FRAME[["dose"]])
    assert json.loads(example.encode(FRAME, signature))["columns"] == ["dose"]


def test_an_example_that_does_not_fit_is_refused_at_saving() -> None:
    with pytest.raises(UsageError, match="lacks the column dose"):
        example.encode(FRAME[["age"]], from_data(FRAME[["dose"]]))


def test_rows_of_a_model_without_a_signature_are_kept_as_they_are() -> None:
    assert json.loads(example.encode(FRAME[["age"]])) == {
        "columns": ["age"],
        "data": [[31], [None]],
    }


BROKEN = {
    "no JSON": b"{",
    "no rows": b'{"columns": ["x"]}',
    "another kind of value": b'{"columns": ["x"], "data": [["a"]]}',
    "a column too few": b'{"columns": [], "data": [[]]}',
    "rows of several lengths": b'{"columns": ["x"], "data": [[1.0], [1.0, 2.0]]}',
    "a number": b"1",
    "lists without end": b"[" * 100_000,
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_is_no_example_of_the_model_is_refused(case: str) -> None:
    signature = Signature(layout=Layout.NAMED, inputs=(Column(name="x", type=ColumnType.FLOAT64),))
    with pytest.raises(IntegrityError, match=r"input_example\.json cannot be read"):
        example.decode(BROKEN[case], signature)


READ = """
import json, sys
from mlflow.models import Model
from mlflow.models.utils import _enforce_schema
told = {}
for folder in sys.argv[1:]:
    model = Model.load(folder)
    found = model.load_input_example(folder)
    _enforce_schema(found, model.get_input_schema())
    told[folder] = type(found).__name__
sys.stdout.write(json.dumps(list(told.values())))
"""


def test_mlflow_reads_every_example_as_rows_that_its_schema_takes(tmp_path: Path) -> None:
    for name, (data, tensors, _) in EXAMPLES.items():
        signature = from_data(data, tensors=tensors)
        (tmp_path / name).mkdir()
        (tmp_path / name / example.NAME).write_bytes(example.encode(data, signature))
        told = {
            "flavors": {},
            "signature": {"inputs": json.dumps(mlflow_schema.inputs_of(signature))},
            "saved_input_example_info": example.mlflow_info(signature),
        }
        (tmp_path / name / "MLmodel").write_text(json.dumps(told), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", READ, *[str(tmp_path / name) for name in EXAMPLES]],
        env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["DataFrame"] * 3 + ["ndarray", "dict"]


def test_mlmodel_names_the_example_where_there_is_one(tmp_path: Path) -> None:
    facts = PackageFacts(
        flavor="sklearn", executes_code=True, python="3.11", requirements="requirements.txt",
        details={}, signature=from_data(FRAME[["dose"]]),
    )  # fmt: skip
    mlmodel.write(tmp_path, facts, native={}, loader="x")
    assert b"example" not in (tmp_path / mlmodel.NAME).read_bytes()
    mlmodel.write(tmp_path, replace(facts, example=example.NAME), native={}, loader="x")
    assert b"artifact_path: " in (tmp_path / mlmodel.NAME).read_bytes()


def test_mlmodel_has_no_schema_where_a_type_is_not_known(tmp_path: Path) -> None:
    unknown = Signature(layout=Layout.NAMED, inputs=(Column(name="x", type=ColumnType.ANY),))
    facts = PackageFacts(
        flavor="sklearn", executes_code=True, python="3.11", requirements="requirements.txt",
        details={}, signature=unknown,
    )  # fmt: skip
    mlmodel.write(tmp_path, facts, native={}, loader="x")
    assert b"signature" not in (tmp_path / mlmodel.NAME).read_bytes()
