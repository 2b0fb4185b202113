"""Values of one column as numpy has them, whatever holds them: this file travels in every package.

It needs the standard library and numpy.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

_ALWAYS_MISSING = {"NoneType", "NAType", "NaTType"}


class Plain(NamedTuple):
    """Values of a column.

    Attributes:
        array: of numbers, bools, times or objects; what stands where one is missing means nothing.
        gone: where a value is missing; None where none is.
        kinds: the Python types of those that are there, where they are objects.
    """

    array: Any
    gone: Any
    kinds: frozenset[type]

    @property
    def empty(self) -> bool:
        """Tell whether there is no value in any row."""
        return not len(self.array) or (self.gone is not None and bool(self.gone.all()))

    def present(self) -> Any:  # noqa: ANN401 - an array
        """Return the values that are there."""
        return self.array if self.gone is None else self.array[~self.gone]

    def rows(self) -> Any:  # noqa: ANN401 - an array
        """Return the rows of the values that are there."""
        import numpy as np

        return np.arange(len(self.array)) if self.gone is None else np.flatnonzero(~self.gone)

    def holding(self, present: Any) -> "Plain":  # noqa: ANN401 - an array
        """Return other values in the rows of those that are there."""
        import numpy as np

        if self.gone is None:
            return self._replace(array=present)
        array = np.zeros(len(self.gone), dtype=present.dtype)
        array[~self.gone] = present
        return self._replace(array=array)

    def filled(self) -> Any:  # noqa: ANN401 - an array
        """Return the values with NaN or NaT where one is missing."""
        import numpy as np

        if self.gone is None:
            return self.array
        kind = self.array.dtype.kind
        if kind == "f" and bool(np.isnan(self.array[self.gone]).all()):
            return self.array
        wider = np.float64 if kind in "iu" else object if kind == "b" else self.array.dtype
        array = self.array.astype(wider)
        array[self.gone] = np.datetime64("NaT") if kind == "M" else np.nan
        return array


def plain_of(values: Any) -> Plain:  # noqa: ANN401 - a Series, an array, a sequence
    """Return values of one column.

    Categories become what they stand for, times with a zone those of UTC.

    Args:
        values: a Series of pandas or polars, an array, a sequence.
    """
    import numpy as np

    if isinstance(values, Plain):
        return values
    if type(values).__module__.partition(".")[0] == "polars":
        return _of_polars(values)
    dtype: Any = getattr(values, "dtype", None)
    if hasattr(dtype, "categories") and hasattr(values, "cat"):
        return _of_categories(plain_of(dtype.categories), np.asarray(values.cat.codes))
    if getattr(dtype, "tz", None) is not None and hasattr(values, "dt"):
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    numbers = getattr(dtype, "numpy_dtype", None)
    if hasattr(values, "isna") and numbers is not None and numbers.kind in "biuf":
        array = values.to_numpy(dtype=numbers, na_value=numbers.type(0))
        return _marked(array, np.asarray(values.isna(), dtype=bool))
    if isinstance(values, np.ma.MaskedArray):
        return _marked(np.asarray(values), np.ma.getmaskarray(values))
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    return _of_array(np.asarray(values) if hasattr(values, "__array__") else object_array(values))


def object_array(values: Sequence[Any]) -> Any:  # noqa: ANN401 - numpy is not loaded here
    """Return an array of one dimension that holds values as they are, lists among them."""
    import numpy as np

    return np.fromiter(values, dtype=object, count=len(values))


def is_list(value: object) -> bool:
    """Tell whether a value is several."""
    return isinstance(value, list | tuple) or getattr(value, "ndim", 0) > 0


def _of_polars(series: Any) -> Plain:  # noqa: ANN401 - a polars Series
    import numpy as np

    if series.dtype.is_nested():
        return _of_array(object_array(series.to_list()))
    if not series.null_count():
        return _of_array(series.to_numpy())
    gone = series.is_null().to_numpy()
    present = series.drop_nulls().to_numpy()
    array = np.full(len(series), None if present.dtype == object else 0, dtype=present.dtype)
    array[~gone] = present
    return _marked(array, gone)


def _of_categories(known: Plain, codes: Any) -> Plain:  # noqa: ANN401 - an array
    import numpy as np

    array = known.array[codes] if len(known.array) else np.full(len(codes), np.nan)
    return _marked(array, codes < 0)


def _marked(array: Any, gone: Any) -> Plain:  # noqa: ANN401 - arrays
    """Return an array with its missing values, those that are NaN among them."""
    if array.dtype == object:
        array = array.copy()
        array[gone] = None
    found = _of_array(array)
    if found.gone is not None:
        gone = gone | found.gone
    return found._replace(gone=gone if gone.any() else None)


def _of_array(array: Any) -> Plain:  # noqa: ANN401 - an array
    import numpy as np

    kind = array.dtype.kind
    if kind in "UST":
        array = array.astype(object)
    if array.dtype == object:
        return _of_objects(array)
    gone = np.isnat(array) if kind == "M" else np.isnan(array) if kind in "fc" else None
    return Plain(array, gone if gone is not None and gone.any() else None, frozenset())


def _of_objects(array: Any) -> Plain:  # noqa: ANN401 - an array
    """Return objects with the missing ones marked: None, NaN, NaT and NA."""
    import numpy as np

    kinds = set(map(type, array))
    always = {kind for kind in kinds if kind.__name__ in _ALWAYS_MISSING}
    perhaps = {kind for kind in kinds if issubclass(kind, float | np.floating | np.datetime64)}
    if not always and not perhaps:
        return Plain(array, None, frozenset(kinds))
    lacking = (
        type(value) in always or (type(value) in perhaps and bool(value != value))  # noqa: PLR0124
        for value in array
    )
    gone = np.fromiter(lacking, dtype=bool, count=len(array))
    if not gone.any():
        return Plain(array, None, frozenset(kinds))
    return Plain(array, gone, frozenset(map(type, array[~gone])))
