"""Ask MLflow itself what it makes of our schemas: prints a line of JSON for each case."""

import json
import sys
import warnings
from typing import Any

import pandas as pd
from mlflow.models import ModelSignature
from mlflow.models.utils import _enforce_schema
from mlflow.types import Schema

from mltrack.models import codec, shaping
from mltrack.models.described import mlflow_schema
from mltrack.models.entities import Column, Layout, Signature
from mltrack.models.plain import object_array
from mltrack.models.signature.columns import Table
from mltrack.models.signature.enforce import fitted
from tests.models.signature_cases import CASES, Case


def as_pandas(values: Any) -> pd.DataFrame:
    if isinstance(values, list):
        values = object_array(values)
    return pd.DataFrame({"x": values.to_pandas() if hasattr(values, "to_pandas") else values})


def told_of(case: Case) -> dict[str, Any]:
    column = Column(name="x", type=case.type, nullable=case.nullable, shape=case.shape)
    signature = Signature(layout=Layout.NAMED, inputs=(column,))
    columns = mlflow_schema.inputs_of(signature)
    frame = as_pandas(case.data)
    ours = shaping.rows_for(codec.signature_to_plain(signature) or {}, frame)
    expected = fitted(signature, Table(names=("x",), columns=(frame["x"],), layout=Layout.NAMED))
    told: dict[str, Any] = {"ours": repr(list(ours["x"])), "fitted": len(expected.table.columns)}
    if not columns:
        return told | {"schema": None}
    text = json.dumps(columns)
    schema = Schema.from_json(text)
    ModelSignature.from_dict({"inputs": text, "outputs": text, "params": None})
    told["schema"] = repr(schema)
    try:
        through = _enforce_schema(frame, schema)
    except Exception as error:  # noqa: BLE001 - the test looks at it
        return told | {"error": str(error)}
    theirs = shaping.rows_for(codec.signature_to_plain(signature) or {}, through)
    return told | {"theirs": repr(list(theirs["x"]))}


warnings.simplefilter("ignore")
for name in CASES:
    sys.stdout.write(json.dumps({"name": name} | told_of(CASES[name])) + "\n")
