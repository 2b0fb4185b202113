"""A column as the array that every model is given: this file travels in every package.

It needs the standard library and numpy. What does not fit is refused here, so that a model in this
process, in one of its own, in an application without mltrack and under MLflow gets the same bytes.

    bool                  bool; with missing values objects: True, False and NaN
    int8 ... uint64       itself; float64 with NaN where the column may have missing values
    float16 ... float64   itself, NaN where a value is missing
    str, bytes            objects, NaN where a value is missing
    datetime              datetime64[us] without a zone, NaT where a value is missing; with a zone
                          it is the moment in UTC; digits below a microsecond are cut off
    lists                 objects: lists of plain Python values
"""

import datetime
from collections.abc import Callable, Sequence
from itertools import chain, islice
from typing import Any

from mltrack.models.plain import Plain, is_list, object_array, plain_of

_TIME = "datetime64[us]"
_EXACT = 2**53
"""A float64 holds every integer up to this one."""
_FINER = {"us", "ns", "ps", "fs", "as"}
_NOTHING = "there is no value, and one is needed"


class PackageError(ValueError):
    """The package is not what its manifest says, or the rows are not what the model takes."""


class MisfitError(PackageError):
    """A value is not what the signature says.

    Attributes:
        row: its place in the column.
        text: what is wrong with it.
        why: what the value itself does not show.
    """

    def __init__(self, row: int, text: str, why: str = "") -> None:
        super().__init__(f"row {row}: {text}")
        self.row = row
        self.text = text
        self.why = why


def canonical(
    values: Any,  # noqa: ANN401 - a Series, an array, a sequence
    kind: str,
    *,
    nullable: bool = True,
    shape: tuple[int, ...] = (),
) -> Any:  # noqa: ANN401 - numpy is not loaded here
    """Return values of one column as the array that every model is given.

    Integers of another width go in where each one fits; integers and narrower real numbers go into
    real numbers where each one is exact. Python's own numbers have no width, as a file's have none.

    Args:
        values: a Series of pandas or polars, an array, a sequence.
        kind: the type that the signature gives the column; `any` takes all as they are.
        nullable: whether a value may be missing.
        shape: the shape of one value; -1 for any length.

    Raises:
        MisfitError: a value is of another type, does not fit, or is missing.
    """
    if kind == "any":
        return plain_of(values).filled()
    if shape and getattr(values, "ndim", 1) > 1:
        values = list(values)
    plain = plain_of(values)
    if plain.gone is not None and not nullable:
        raise MisfitError(int(plain.gone.argmax()), _NOTHING)
    if shape:
        return _lists(plain, kind, nullable=nullable, shape=shape)
    if plain.empty:
        return _without_values(len(plain.array), kind, nullable=nullable)
    if kind in _CASTS:
        return _CASTS[kind](plain, kind)
    if kind.startswith("float"):
        return _reals(plain, kind)
    return _integers(plain, kind, nullable=nullable)


def _without_values(count: int, kind: str, *, nullable: bool) -> Any:  # noqa: ANN401 - an array
    """Return rows without any value, or no rows."""
    import numpy as np

    if kind in {"str", "bytes"} or (kind == "bool" and count):
        return np.full(count, np.nan, dtype=object)
    if kind == "datetime":
        return np.full(count, "NaT", dtype=_TIME)
    widened = nullable and not kind.startswith("float") and kind != "bool"
    return np.full(count, np.nan if count else 0, dtype=np.float64 if widened else kind)


def misfit(plain: Plain, wrong: Sequence[Any], kind: str, why: str = "") -> MisfitError:
    """Return the error for the first of the present values for which `wrong` is true."""
    import numpy as np

    row = int(plain.rows()[np.flatnonzero(wrong)[0]])
    return MisfitError(row, f"{shown(plain.array[row])} is no {kind}", why)


def shown(value: Any) -> str:  # noqa: ANN401 - whatever a user has
    """Return a value as Python writes it, cut where it is long."""
    if type(value).__name__ == "datetime64":
        return str(value)
    text = repr(value.item() if getattr(value, "ndim", None) == 0 else value)
    return text if len(text) <= 60 else f"{text[:60]}..."  # noqa: PLR2004 - a width


def _refuse_others(plain: Plain, kind: str, allowed: tuple[type, ...], dtypes: str) -> None:
    """Make sure that values are of the types that a column can take.

    Args:
        plain: the values.
        kind: what the column holds.
        allowed: the Python types, where the values are objects.
        dtypes: numpy's letters for the arrays, where they are not.
    """
    dtype = plain.array.dtype
    if dtype.kind not in f"O{dtypes}":
        raise misfit(plain, [True], kind, f"the column holds {dtype}")
    odd = {k for k in plain.kinds if not issubclass(k, allowed)}
    odd |= {k for k in plain.kinds if issubclass(k, bool) and bool not in allowed}
    if odd:
        raise misfit(plain, [type(value) in odd for value in plain.present()], kind)


def _bools(plain: Plain, kind: str) -> Any:  # noqa: ANN401 - an array
    import numpy as np

    _refuse_others(plain, kind, (bool, np.bool_), "b")
    return plain.holding(plain.present().astype(bool, copy=False)).filled()


def _texts(plain: Plain, kind: str) -> Any:  # noqa: ANN401 - an array
    text: type = str if kind == "str" else bytes
    _refuse_others(plain, kind, (text,) if text is str else (bytes, bytearray), "")
    if plain.kinds != {text}:
        plain = plain.holding(object_array([text(value) for value in plain.present()]))
    return plain.filled()


def _times(plain: Plain, kind: str) -> Any:  # noqa: ANN401 - an array
    import numpy as np

    _refuse_others(plain, kind, (datetime.date, np.datetime64), "M")
    present = plain.present()
    if present.dtype == object:
        present = np.array([_without_zone(value) for value in present], dtype=_TIME)
    found = present.astype(_TIME, copy=False)
    if np.datetime_data(present.dtype)[0] not in _FINER:
        wrong = found.astype(present.dtype) != present
        if wrong.any():
            raise misfit(plain, wrong, kind, "it is too far away")
    return plain.holding(found).filled()


def _without_zone(value: Any) -> Any:  # noqa: ANN401 - a time
    if getattr(value, "tzinfo", None) is not None:
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    return value


_CASTS: dict[str, Callable[[Plain, str], Any]] = {
    "bool": _bools,
    "str": _texts,
    "bytes": _texts,
    "datetime": _times,
}


def _integers(plain: Plain, kind: str, *, nullable: bool) -> Any:  # noqa: ANN401 - an array
    import numpy as np

    floats = (float, np.floating) if nullable else ()
    _refuse_others(plain, kind, (int, np.integer, *floats), "iuf" if nullable else "iu")
    low, high = int(np.iinfo(kind).min), int(np.iinfo(kind).max)
    if nullable:
        low, high = max(low, -_EXACT), min(high, _EXACT)
    present = plain.present()
    wrong = _outside(present, low, high)
    if wrong is not None:
        raise misfit(plain, wrong, kind, f"its values are integers from {low} to {high}")
    return plain.holding(present.astype(np.float64 if nullable else kind, copy=False)).filled()


def _outside(present: Any, low: int, high: int) -> Any:  # noqa: ANN401 - arrays
    """Return which numbers are no integers from `low` to `high`; None when all are."""
    import numpy as np

    kind = present.dtype.kind
    if kind in "iu" and int(present.min()) >= low and int(present.max()) <= high:
        return None
    if kind == "f":
        wrong = (present < low) | (present > high) | (np.floor(present) != present)
    else:
        numbers = present.tolist()
        wrong = np.array([not low <= value <= high or value != int(value) for value in numbers])
    return wrong if wrong.any() else None


def _reals(plain: Plain, kind: str) -> Any:  # noqa: ANN401 - an array
    import numpy as np

    _refuse_others(plain, kind, (int, float, np.integer, np.floating), "iuf")
    dtype = plain.array.dtype
    if dtype.kind == "f":
        if not np.can_cast(dtype, kind):
            raise misfit(plain, [True], kind, f"the column holds {dtype}: digits would be lost")
        return plain._replace(array=plain.array.astype(kind, copy=False)).filled()
    present = plain.present()
    limit = 2 ** (np.finfo(kind).nmant + 1)
    wrong = (_inexact if dtype.kind == "O" else _outside)(present, -limit, limit)
    if wrong is not None:
        raise misfit(plain, wrong, kind, f"it holds integers from {-limit} to {limit} alone")
    if dtype.kind != "O":
        return plain.holding(present.astype(kind, copy=False)).filled()
    wide = {k for k in plain.kinds if issubclass(k, np.floating) and not np.can_cast(k, kind)}
    if wide:
        raise misfit(plain, [type(value) in wide for value in present], kind)
    return plain.holding(_rounded(plain, kind)).filled()


def _inexact(present: Any, low: int, high: int) -> Any:  # noqa: ANN401 - arrays
    """Return which objects are integers beyond what is exact; None when none is."""
    wrong = [
        not isinstance(value, float) and hasattr(value, "__index__") and not low <= value <= high
        for value in present
    ]
    return wrong if any(wrong) else None


def _rounded(plain: Plain, kind: str) -> Any:  # noqa: ANN401 - an array
    """Return Python's numbers as those of a kind, as a file's would be."""
    import numpy as np

    wide = plain.present().astype(np.float64)
    with np.errstate(over="ignore"):
        found = wide.astype(kind)
    beyond = np.isinf(found) & ~np.isinf(wide)
    if beyond.any():
        raise misfit(plain, beyond, kind, "it is too large")
    return found


def _lists(plain: Plain, kind: str, *, nullable: bool, shape: tuple[int, ...]) -> Any:  # noqa: ANN401
    """Return lists whose innermost values are canonical ones, as Python has them."""
    import numpy as np

    level, rows, lengths = list(plain.present()), plain.rows(), []
    for size in shape:
        _refuse_other_lengths(level, rows, size, kind)
        counts = np.fromiter(map(len, level), dtype=np.int64, count=len(level))
        rows, level = np.repeat(rows, counts), list(chain.from_iterable(level))
        lengths.append(counts)
    try:
        flat = canonical(object_array(level), kind, nullable=nullable).tolist()
    except MisfitError as error:
        raise MisfitError(int(rows[error.row]), f"in its list, {error.text}", error.why) from None
    for counts in reversed(lengths):
        rest = iter(flat)
        flat = [list(islice(rest, count)) for count in counts]
    return plain.holding(object_array(flat)).filled()


def _refuse_other_lengths(level: list[Any], rows: Any, size: int, kind: str) -> None:  # noqa: ANN401
    for place, value in enumerate(level):
        if not is_list(value):
            raise MisfitError(int(rows[place]), f"{shown(value)} is no list of {kind}")
        if size not in {-1, len(value)}:
            text = f"a list has {len(value)} values, the model takes {size}"
            raise MisfitError(int(rows[place]), text)
