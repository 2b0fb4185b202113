"""Arrays as models are given them: this file travels in every package, as `canonical.py` does."""

from typing import Any

from mltrack.models.canonical import MisfitError, PackageError, canonical


def tensor(values: Any, kind: str, *, nullable: bool, shape: tuple[int, ...]) -> Any:  # noqa: ANN401
    """Return an array whose first dimension is the rows.

    Args:
        values: an array, or lists in lists.
        kind: as `canonical` takes it.
        nullable: whether a value in it may be missing.
        shape: the shape of a row; -1 for any length.

    Raises:
        PackageError: it has another shape.
        MisfitError: a value in it is of another type, does not fit, or is missing.
    """
    array, weak = as_tensor(values)
    if shape == (1,) and array.ndim == 1:
        array = array.reshape(-1, 1)
    fits = [size in {-1, there} for size, there in zip(shape, array.shape[1:], strict=False)]
    if array.ndim != 1 + len(shape) or not all(fits):
        raise PackageError(f"it has the shape {array.shape}, the model takes {(-1, *shape)}")
    flat = array.reshape(-1).astype(object) if weak else array.reshape(-1)
    try:
        return canonical(flat, kind, nullable=nullable).reshape(array.shape)
    except MisfitError as error:
        row = error.row * len(array) // flat.size
        raise MisfitError(row, error.text, error.why) from None


def as_tensor(values: Any) -> tuple[Any, bool]:  # noqa: ANN401 - an array, or lists in lists
    """Return values as one array, and whether they are Python's own and so have no width.

    Raises:
        PackageError: they have several shapes.
    """
    import numpy as np

    if hasattr(values, "dtype") and values.dtype != np.dtype(object):
        return np.asarray(values), False
    items = list(values)
    try:
        return np.asarray(items), not all(hasattr(item, "dtype") for item in items)
    except ValueError:
        raise PackageError("its rows have several shapes, and an array has one") from None
