"""What holds of every column that anyone could give, as hypothesis finds them."""

import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mltrack.errors import UsageError
from mltrack.models.canonical import canonical
from mltrack.models.described import example
from mltrack.models.signature.columns import Table
from mltrack.models.signature.enforce import fitted
from mltrack.models.signature.inferring import from_data

SCALARS: list[st.SearchStrategy[Any]] = [
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(),
    st.binary(),
    st.datetimes(timezones=st.none() | st.just(datetime.UTC)),
    st.dates(),
    st.lists(st.floats(), max_size=3),
    st.lists(st.lists(st.text(max_size=3), max_size=2), max_size=2),
]
COLUMNS = st.one_of(
    *[st.lists(values | st.none(), min_size=1, max_size=6) for values in SCALARS],
    st.lists(st.one_of(*SCALARS), min_size=1, max_size=3),
)
DTYPES = st.one_of(
    arrays.boolean_dtypes(), arrays.integer_dtypes(), arrays.unsigned_integer_dtypes(),
    arrays.floating_dtypes(sizes=(16, 32, 64)),
    arrays.datetime64_dtypes(max_period="D", min_period="ns"),
    arrays.unicode_string_dtypes(), arrays.byte_string_dtypes(),
)  # fmt: skip
ARRAYS = DTYPES.flatmap(lambda dtype: arrays.arrays(dtype, st.integers(1, 6)))


def _holds(data: Any) -> None:
    try:
        signature = from_data(data)
    except UsageError:
        return
    column = signature.inputs[0]
    once = fitted(signature, data).table.columns[0]
    assert len(once) == len(next(iter(data.values())))
    again = canonical(once, column.type, nullable=column.nullable, shape=column.shape)
    assert again.dtype == once.dtype
    assert repr(again.tolist()) == repr(once.tolist())
    back = example.decode(example.encode(data, signature), signature).columns[0]
    assert back.dtype == once.dtype
    assert repr(back.tolist()) == repr(once.tolist())


@settings(deadline=None)
@given(COLUMNS)
def test_a_list_fits_its_own_signature_and_comes_back_from_an_example(values: list[Any]) -> None:
    _holds({"x": values})


@settings(deadline=None)
@given(ARRAYS)
def test_an_array_fits_its_own_signature_and_comes_back_from_an_example(values: Any) -> None:
    _holds({"x": values})


@settings(deadline=None)
@given(arrays.arrays(DTYPES, arrays.array_shapes(min_dims=3, max_dims=4, max_side=3)))
def test_a_tensor_fits_its_own_signature_and_comes_back_from_an_example(values: Any) -> None:
    try:
        signature = from_data(values)
    except UsageError:
        return
    once = fitted(signature, values).table
    back = example.decode(example.encode(values, signature), signature)
    assert isinstance(back, Table)
    assert back.columns[0].shape == values.shape
    assert repr(back.columns[0].tolist()) == repr(once.columns[0].tolist())
