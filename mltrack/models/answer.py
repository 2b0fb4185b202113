"""What a model gave, wherever it runs."""

from typing import Any, NamedTuple


class Answer(NamedTuple):
    """Arrays whose first dimension is the rows, with names if the model gave any."""

    names: tuple[str, ...] | None
    arrays: tuple[Any, ...]
