"""The table of what a signature makes of data: data in, signature out, data taken and refused."""

import datetime
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from mltrack.models.entities import ColumnType

NAN = float("nan")
NOON = datetime.datetime(2026, 7, 1, 12)  # noqa: DTZ001 - a column without a zone
DAY = datetime.date(2026, 7, 1)
BIG = 2**53 + 1
"""The first integer that no float64 holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One column.

    Attributes:
        data: what was given as inputs.
        type: what its signature says.
        nullable: whether it may have missing values.
        shape: the shape of one value.
        given: numpy's name for the array that the model gets.
        takes: values that fit, and what the model gets of them.
        refuses: values that do not, and what is said of them.
        mlflow: what MLflow says against `data`, whose types know no such column; mostly nothing.
    """

    data: Any
    type: ColumnType
    nullable: bool = False
    shape: tuple[int, ...] = ()
    given: str
    takes: tuple[tuple[Any, list[Any]], ...] = ()
    refuses: tuple[tuple[Any, str], ...] = ()
    mlflow: str = ""


def series(values: Any, dtype: Any = None) -> pd.Series:
    """Return a Series of pandas."""
    return pd.Series(values, dtype=dtype)


def floats(*values: float) -> np.ndarray:
    """Return an array of float64."""
    return np.array(values)


def zoned(values: list[Any], zone: str) -> pd.Series:
    """Return times with a zone."""
    return pd.Series(pd.to_datetime(values)).dt.tz_localize(zone)


class Made(NamedTuple):
    """A column of arrow's, as pandas has it."""

    values: list[Any]
    kind: Any

    def series(self) -> pd.Series:
        """Return the column."""
        return pd.Series(self.values, dtype=pd.ArrowDtype(self.kind))


_NO_MISSING = "row 1: there is no value, and one is needed"
_NO_BOOLS = ([True, False], "row 0: True is no")
_NO_TEXTS = (["1", "2"], "row 0: '1' is no")

NUMBERS = {
    "integers": Case(
        data=series([1, 2]), type=ColumnType.INT64, given="int64",
        takes=(
            (np.array([1, 2], np.int8), [1, 2]),
            (np.array([1, 2], np.uint64), [1, 2]),
            ([BIG], [BIG]),
            (series([1, 2], "Int64"), [1, 2]),
            (pl.Series([1, 2], dtype=pl.Int16), [1, 2]),
        ),
        refuses=(
            (series([1.0, NAN]), _NO_MISSING),
            (series([1, None], "Int64"), _NO_MISSING),
            (pl.Series([1, None]), _NO_MISSING),
            ([1, None], _NO_MISSING),
            (floats(1.0, 2.0), r"row 0: 1\.0 is no int64\nthe column holds float64"),
            (np.array([1, 2**63], np.uint64), "row 1: 9223372036854775808 is no int64"),
            ([1, 2**63], "row 1: 9223372036854775808 is no int64"),
            _NO_BOOLS, _NO_TEXTS,
        ),
    ),
    "integers of 8 bits": Case(
        data=np.array([1, -2], np.int8), type=ColumnType.INT8, given="int8",
        takes=((series([127, -128]), [127, -128]), ([5], [5])),
        refuses=(
            (series([1, 128]), "row 1: 128 is no int8\nits values are integers from -128 to 127"),
            ([-129], "row 0: -129 is no int8"),
            (floats(1.0), r"1\.0 is no int8"),
        ),
    ),
    "integers of 16 bits": Case(data=np.array([1], np.int16), type=ColumnType.INT16, given="int16"),
    "integers of 32 bits": Case(
        data=np.array([1], np.int32), type=ColumnType.INT32, given="int32",
        refuses=((series([2**31]), "is no int32"),),
    ),
    "unsigned integers": Case(
        data=np.array([1, 2], np.uint8), type=ColumnType.UINT8, given="uint8",
        takes=((series([0, 255]), [0, 255]),),
        refuses=((series([-1]), "row 0: -1 is no uint8"), (series([256]), "256 is no uint8")),
    ),
    "unsigned integers of 16 bits": Case(
        data=np.array([1], np.uint16), type=ColumnType.UINT16, given="uint16"
    ),
    "unsigned integers of 32 bits": Case(
        data=np.array([1], np.uint32), type=ColumnType.UINT32, given="uint32"
    ),
    "unsigned integers of 64 bits": Case(
        data=np.array([2**64 - 1], np.uint64), type=ColumnType.UINT64, given="uint64",
        refuses=((series([-1]), "row 0: -1 is no uint64"), ([2**64], "is no uint64")),
    ),
    "integers beyond 63 bits": Case(
        data=[2**63, 1], type=ColumnType.UINT64, given="uint64"
    ),
    "integers with a missing one": Case(
        mlflow="convert Int64 to float64",
        data=series([1, None], "Int64"), type=ColumnType.INT64, nullable=True, given="float64",
        takes=(
            (series([1.0, NAN]), [1.0, NAN]),
            (series([1, 2]), [1.0, 2.0]),
            ([None, 3.0], [NAN, 3.0]),
            (pl.Series([1, None]), [1.0, NAN]),
            (series([None, None], object), [NAN, NAN]),
        ),
        refuses=(
            (floats(1.0, 2.5), r"row 1: 2\.5 is no int64"),
            (floats(np.inf), "row 0: inf is no int64"),
            (series([1, BIG]), f"row 1: {BIG} is no int64"),
            ([None, BIG], f"row 1: {BIG} is no int64"),
            _NO_BOOLS, _NO_TEXTS,
        ),
    ),
    "integers among objects with a missing one": Case(
        data=[1, None], type=ColumnType.INT64, nullable=True, given="float64",
    ),
    "small integers with a missing one": Case(
        data=series([1, None], "Int8"), type=ColumnType.INT8, nullable=True, given="float64",
        refuses=((floats(1.0, 300.0), r"row 1: 300\.0 is no int8"),),
    ),
    "floats": Case(
        data=floats(1.0, 2.5), type=ColumnType.FLOAT64, given="float64",
        takes=(
            (series([1, 2]), [1.0, 2.0]),
            (series([1, 2**53]), [1.0, 2.0**53]),
            (np.array([1.5], np.float32), [1.5]),
            ([1, 2.5], [1.0, 2.5]),
            (series([1.5], "Float32"), [1.5]),
            (pl.Series([1.5], dtype=pl.Float32), [1.5]),
        ),
        refuses=(
            (floats(1.0, NAN), _NO_MISSING),
            (series([1.0, None], "Float64"), _NO_MISSING),
            (series([1, BIG]), f"row 1: {BIG} is no float64\nit holds integers from -90"),
            ([1.5, -BIG], f"row 1: -{BIG} is no float64"),
            (np.array([1j]), "1j is no float64"),
            _NO_BOOLS, _NO_TEXTS,
        ),
    ),
    "floats with a missing one": Case(
        data=floats(1.0, NAN), type=ColumnType.FLOAT64, nullable=True, given="float64",
        takes=((series([1, None], "Int64"), [1.0, NAN]), ([None, 1], [NAN, 1.0])),
    ),
    "floats of pandas with a missing one": Case(
        data=series([1.0, None], "Float64"), type=ColumnType.FLOAT64, nullable=True,
        given="float64",
    ),
    "floats of 32 bits": Case(
        data=np.array([1.5, 0.1], np.float32), type=ColumnType.FLOAT32, given="float32",
        takes=(
            (np.array([1.5], np.float16), [1.5]),
            (series([2**24]), [2.0**24]),
            ([0.1], [float(np.float32(0.1))]),
        ),
        refuses=(
            (floats(0.5), r"row 0: 0\.5 is no float32\nthe column holds float64: digits"),
            (series([2**24 + 1]), "16777217 is no float32"),
            ([1e39], r"1e\+39 is no float32\nit is too large"),
            ([np.float64(0.5)], r"0\.5 is no float32"),
        ),
    ),
    "floats of 16 bits": Case(
        data=np.array([1.5], np.float16), type=ColumnType.FLOAT16, given="float16"
    ),
    "integers beside floats": Case(data=[1, 2.5], type=ColumnType.FLOAT64, given="float64"),
    "integers of arrow": Case(
        data=Made([1, 2], pa.int32()).series(), type=ColumnType.INT32, given="int32"
    ),
    "integers of polars with a missing one": Case(
        data=pl.Series([1, None]), type=ColumnType.INT64, nullable=True, given="float64",
    ),
    "floats of polars with a missing one": Case(
        data=pl.Series([1.5, None]), type=ColumnType.FLOAT64, nullable=True, given="float64"
    ),
    "integers as categories": Case(
        mlflow="convert category to",
        data=series([3, 4, 3], "category"), type=ColumnType.INT64, given="int64"
    ),
    "sparse floats": Case(
        mlflow="SparseDtype",
        data=series([0.0, 1.0], "Sparse[float]"), type=ColumnType.FLOAT64, given="float64",
    ),
    "a masked array": Case(
        data=np.ma.MaskedArray([1, 2], [False, True]), type=ColumnType.INT64, nullable=True,
        given="float64",
    ),
}  # fmt: skip

OTHERS = {
    "bools": Case(
        data=series([True, False]), type=ColumnType.BOOL, given="bool",
        takes=((np.array([True]), [True]), (series([True], "boolean"), [True])),
        refuses=(
            (series([1, 0]), "row 0: 1 is no bool"),
            (floats(1.0), r"row 0: 1\.0 is no bool"),
            (["True"], "row 0: 'True' is no bool"),
            ([True, None], _NO_MISSING),
        ),
    ),
    "bools with a missing one": Case(
        mlflow="convert float NaN to bool",
        data=series([True, None], "boolean"), type=ColumnType.BOOL, nullable=True, given="object",
        takes=(([None, False], [NAN, False]), (pl.Series([True, None]), [True, NAN])),
        refuses=((floats(1.0, NAN), r"row 0: 1\.0 is no bool"),),
    ),
    "bools of polars": Case(data=pl.Series([True]), type=ColumnType.BOOL, given="bool"),
    "texts": Case(
        data=series(["a", "b"]), type=ColumnType.STR, given="object",
        takes=(
            (np.array(["a"]), ["a"]),
            (series(["a"], "category"), ["a"]),
            (pl.Series(["a"], dtype=pl.Categorical), ["a"]),
            (["\N{GREEK SMALL LETTER PI}\0\n"], ["\N{GREEK SMALL LETTER PI}\0\n"]),
        ),
        refuses=(
            (series([1]), "row 0: 1 is no str\nthe column holds int64"),
            (["a", 1], "row 1: 1 is no str"),
            (["a", None], _NO_MISSING),
            (series(["a", None]), _NO_MISSING),
            ([b"a"], "row 0: b'a' is no str"),
        ),
    ),
    "texts that look like numbers": Case(
        data=series(["02139", "94107"]), type=ColumnType.STR, given="object",
        refuses=((series([2139]), "2139 is no str"),),
    ),
    "texts with a missing one": Case(
        data=series(["a", None]), type=ColumnType.STR, nullable=True, given="object",
        takes=(
            (["a", None, NAN, pd.NA], ["a", NAN, NAN, NAN]),
            (floats(NAN, NAN), [NAN, NAN]),
            (series(["a", None], "string"), ["a", NAN]),
            (pl.Series(["a", None]), ["a", NAN]),
        ),
    ),
    "texts of pandas": Case(
        data=series(["a", None], "string"), type=ColumnType.STR, nullable=True, given="object"
    ),
    "texts of numpy": Case(data=np.array(["a", "bc"]), type=ColumnType.STR, given="object"),
    "texts of polars": Case(
        data=pl.Series(["a", None]), type=ColumnType.STR, nullable=True, given="object"
    ),
    "texts as categories": Case(
        mlflow="convert category to",
        data=series(["a", "b"], "category"), type=ColumnType.STR, given="object",
        takes=((["new"], ["new"]),),
    ),
    "texts as categories with a missing one": Case(
        mlflow="convert category to",
        data=series(["a", None], "category"), type=ColumnType.STR, nullable=True, given="object",
    ),
    "texts as categories of polars": Case(
        mlflow="convert category to",
        data=pl.Series(["a", None], dtype=pl.Enum(["a"])), type=ColumnType.STR, nullable=True,
        given="object",
    ),
    "bytes": Case(
        data=[b"a", b"\0\xff"], type=ColumnType.BYTES, given="object",
        takes=((np.array([b"a"]), [b"a"]), ([bytearray(b"a")], [b"a"])),
        refuses=((["a"], "row 0: 'a' is no bytes"),),
    ),
    "bytes of polars with a missing one": Case(
        data=pl.Series([b"a", None]), type=ColumnType.BYTES, nullable=True, given="object"
    ),
}  # fmt: skip

TIMES = {
    "times": Case(
        data=series([NOON]), type=ColumnType.DATETIME, given="datetime64[us]",
        takes=(
            (np.array(["2026-07-01T12"], "datetime64[ns]"), [NOON]),
            (np.array(["2026-07-01"], "datetime64[D]"), [datetime.datetime(2026, 7, 1)]),  # noqa: DTZ001
            (np.array(["9999-12-31"], "datetime64[D]"), [datetime.datetime(9999, 12, 31)]),  # noqa: DTZ001
            ([NOON], [NOON]),
            ([DAY], [datetime.datetime(2026, 7, 1)]),  # noqa: DTZ001
            ([pd.Timestamp(NOON)], [NOON]),
            ([np.datetime64(NOON)], [NOON]),
            (zoned(["2026-07-01 14:00"], "Europe/Berlin"), [NOON]),
            ([NOON.replace(tzinfo=datetime.UTC)], [NOON]),
            ([pd.Timestamp("2026-07-01T14:00+02:00").to_pydatetime()], [NOON]),
            (pl.Series([NOON], dtype=pl.Datetime("ms")), [NOON]),
            (pl.Series([NOON]).dt.replace_time_zone("UTC"), [NOON]),
            (Made([NOON.replace(tzinfo=datetime.UTC)], pa.timestamp("ns", "UTC")).series(), [NOON]),
        ),
        refuses=(
            (["2026-07-01"], "row 0: '2026-07-01' is no datetime"),
            (series([1]), "row 0: 1 is no datetime"),
            (series([NOON, None]), _NO_MISSING),
            (np.array([2**61], "datetime64[s]"), "is no datetime\nit is too far away"),
            (series([datetime.timedelta(1)]), "is no datetime"),
        ),
    ),
    "times with a missing one": Case(
        data=series([NOON, None]), type=ColumnType.DATETIME, nullable=True,
        given="datetime64[us]",
        takes=(([None, DAY], [None, datetime.datetime(2026, 7, 1)]),),  # noqa: DTZ001
    ),
    "times in UTC": Case(
        mlflow="only contains timezone-naive",
        data=zoned(["2026-07-01 12:00", None], "UTC"), type=ColumnType.DATETIME, nullable=True,
        given="datetime64[us]",
    ),
    "days": Case(data=[DAY], type=ColumnType.DATETIME, given="datetime64[us]"),
    "days of polars": Case(
        data=pl.Series([DAY, None]), type=ColumnType.DATETIME, nullable=True,
        given="datetime64[us]",
    ),
}  # fmt: skip

LISTS = {
    "lists of numbers": Case(
        data=[[1.0, 2.5], []], type=ColumnType.FLOAT64, shape=(-1,), given="object",
        takes=(
            ([[1, 2]], [[1.0, 2.0]]),
            ([np.array([1.5], np.float32)], [[1.5]]),
            ([(1.5,)], [[1.5]]),
            (pl.Series([[1.5], []]), [[1.5], []]),
            (Made([[1.5]], pa.list_(pa.float64())).series(), [[1.5]]),
        ),
        refuses=(
            ([[1.0], 2.0], r"row 1: 2\.0 is no list of float64"),
            ([[1.0], ["a"]], "row 1: in its list, 'a' is no float64"),
            ([[1.0], [2.0, NAN]], "row 1: in its list, there is no value"),
            ([[1.0], None], _NO_MISSING),
            ([[[1.0]]], r"row 0: in its list, \[1\.0\] is no float64"),
            ([[BIG]], f"row 0: in its list, {BIG} is no float64"),
        ),
    ),
    "lists of integers": Case(
        data=[[1, 2], [3]], type=ColumnType.INT64, shape=(-1,), given="object"
    ),
    "lists of texts with a missing one": Case(
        data=[["a"], None], type=ColumnType.STR, nullable=True, shape=(-1,), given="object",
        takes=(([["a", None], NAN], [["a", NAN], NAN]),),
    ),
    "lists with a missing value inside": Case(
        mlflow="convert int64 to float64",
        data=[[1, None], [2]], type=ColumnType.INT64, nullable=True, shape=(-1,), given="object",
        takes=(([[1], None], [[1.0], NAN]),),
    ),
    "lists in lists": Case(
        data=[[[1.0], [2.0, 3.0]], []], type=ColumnType.FLOAT64, shape=(-1, -1), given="object",
        refuses=(([[1.0]], r"row 0: 1\.0 is no list of float64"),),
    ),
    "arrays of 32 bits": Case(
        data=[np.array([1.5], np.float32), np.array([], np.float32)],
        type=ColumnType.FLOAT32, shape=(-1,), given="object",
        refuses=(([np.array([0.5])], r"in its list, 0\.5 is no float32"),),
    ),
    "lists of polars": Case(
        data=pl.Series([["a"], ["b", "c"]]), type=ColumnType.STR, shape=(-1,), given="object"
    ),
    "arrays of polars": Case(
        data=pl.Series([[1.5, 2.5]], dtype=pl.Array(pl.Float64, 2)), type=ColumnType.FLOAT64,
        shape=(-1,), given="object",
    ),
}  # fmt: skip

CASES: dict[str, Case] = {**NUMBERS, **OTHERS, **TIMES, **LISTS}

UNKNOWN = {
    "several types": ([1, "a"], "it holds int beside str"),
    "bools beside numbers": ([True, 1], "it holds bool beside int"),
    "texts beside bytes": (["a", b"a"], "it holds bytes beside str"),
    "lists beside numbers": ([[1.0], 1.0], "it holds float beside list"),
    "lists beside texts inside": ([[1.0], ["a"]], "it holds float beside str"),
    "no value": ([None, NAN], "there is no value in it"),
    "no row": (series([], object), "there is no value in it"),
    "empty lists alone": ([[], []], "there is no value in it"),
    "mappings": ([{"a": 1}], "it holds dict"),
    "complex numbers": (np.array([1j]), "it holds complex128"),
    "durations": (series([datetime.timedelta(1)]), "it holds timedelta64"),
    "decimals": (Made([1], pa.decimal128(5, 2)).series(), "it holds Decimal"),
    "periods": (series(["2026-07"], "period[M]"), "it holds Period"),
    "bins": (pd.Series(pd.cut([1, 5], [0, 2, 6])), "it holds Interval"),
    "times in lists": ([[NOON]], "it holds datetime"),
    "integers of 65 bits": ([2**64], "it holds int"),
    "large integers with a missing one": ([BIG, None], f"row 0: {BIG} is no int64"),
    "large integers beside floats": ([BIG, 1.5], f"row 0: {BIG} is no float64"),
}
