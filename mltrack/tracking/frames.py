"""What histories and listings need of pandas, which is loaded when it is asked for."""

from collections.abc import Sequence
from typing import Any

from mltrack.errors import MissingExtraError


def pandas() -> Any:  # noqa: ANN401 - a module
    """Return pandas.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import pandas as found
    except ImportError:
        raise MissingExtraError("pandas", extra="pandas", feature="to_dataframe") from None
    return found


def times(milliseconds: Sequence[int | None]) -> Any:  # noqa: ANN401 - pandas has no types
    """Return milliseconds since 1970 as a column of times in UTC."""
    pd = pandas()
    whole = pd.Series(milliseconds, dtype="Int64")
    return pd.to_datetime(whole, unit="ms", utc=True, errors="coerce").astype("datetime64[ms, UTC]")
