"""What a model knows of its inputs, and what the data that it is saved with shows."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from mltrack.errors import UsageError
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.flavors import sklearn as flavor
from mltrack.models.signature.columns import rows_of
from mltrack.models.signature.combining import combined
from mltrack.models.signature.enforce import fitted
from mltrack.models.signature.inferring import from_data

INT, FLOAT, SMALL, TEXT, ANY = (
    ColumnType.INT64, ColumnType.FLOAT64, ColumnType.FLOAT32, ColumnType.STR, ColumnType.ANY,
)  # fmt: skip
NAN = float("nan")
KNOWN = {
    "floats where the model wants them": (INT, FLOAT, False, (FLOAT, False)),
    "missing values where it copes": (FLOAT, FLOAT, True, (FLOAT, True)),
    "integers that become floats may be missing": (INT, FLOAT, True, (FLOAT, True)),
    "integers that stay may not": (INT, ANY, True, (INT, False)),
    "narrow floats stay": (SMALL, FLOAT, False, (SMALL, False)),
    "narrow integers stay": (ColumnType.INT8, FLOAT, True, (ColumnType.INT8, False)),
    "texts": (TEXT, ANY, True, (TEXT, True)),
}


@pytest.mark.parametrize("case", KNOWN)
def test_the_model_says_whether_it_wants_real_numbers_and_copes_with_missing_ones(
    case: str,
) -> None:
    kind, known, nullable, expected = KNOWN[case]
    seen = Signature(layout=Layout.NAMED, inputs=(Column(name="x", type=kind),))
    theirs = Signature(
        layout=Layout.NAMED, inputs=(Column(name="x", type=known, nullable=nullable),)
    )
    (column,) = combined(seen, theirs).inputs
    assert (column.type, column.nullable) == expected


def test_a_tensor_has_the_models_names_and_free_dimensions_and_the_types_of_the_data() -> None:
    column = Column(name="input", type=ANY, shape=(-1, 3))
    known = Signature(layout=Layout.TENSOR, inputs=(column,))
    seen = from_data(np.ones((2, 5, 3)))
    assert combined(seen, known).inputs == (Column(name="input", type=FLOAT, shape=(-1, 3)),)
    with pytest.raises(
        UsageError, match=re.escape("shape (-1, 5, 4), the model takes (-1, -1, 3)")
    ):
        combined(from_data(np.ones((2, 5, 4))), known)


def test_a_model_of_columns_takes_no_images(regression: Any) -> None:
    with pytest.raises(UsageError, match="inputs is an array of more than two dimensions"):
        combined(from_data(np.ones((2, 28, 28))), flavor.describe(regression).signature)


def test_the_order_of_columns_is_the_models_and_others_are_ignored(
    classifier: Any, frame: pd.DataFrame
) -> None:
    mixed = frame.assign(target=1)[["target", "dose", "age"]]
    found = combined(from_data(mixed), flavor.describe(classifier).signature)
    assert [column.name for column in found.inputs] == ["age", "dose"]


def test_inputs_without_a_trained_column_are_refused(classifier: Any, frame: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="trained with: dose"):
        combined(from_data(frame[["age"]]), flavor.describe(classifier).signature)


def test_a_model_that_copes_with_missing_values_may_get_them(frame: pd.DataFrame) -> None:
    model = HistGradientBoostingRegressor(max_iter=2).fit(frame, frame["dose"])
    signature = combined(from_data(frame), flavor.describe(model).signature)
    assert len(rows_of(fitted(signature, frame.assign(dose=NAN)).table)) == len(frame)
