"""Read what a project says of its results: `outputs` and `verify`."""

import math
from collections.abc import Mapping

from mltrack.projects.file.fields import Fields
from mltrack.projects.file.places import pattern
from mltrack.projects.spec import Output, Verification

OUTPUT_KEYS = ("path", "to")
VERIFY_KEYS = ("ignore", "rtol", "atol")
EVERYTHING = "*"


def read_outputs(top: Fields) -> tuple[Output, ...]:
    """Return the patterns of files that become artifacts; a bare text is a pattern.

    Raises:
        UsageError: one leads out of the project's folder, or is none.
    """
    items = top.get("outputs", list) or []
    return tuple(_output(top, index) for index in range(len(items)))


def read_verification(top: Fields) -> Verification:
    """Return how far a second run's results may differ from those of the first.

    Raises:
        UsageError: a tolerance is no number, or less than nothing.
    """
    fields = top.section("verify", VERIFY_KEYS)
    return Verification(
        ignore=fields.texts("ignore"),
        rtol=_tolerances(fields, "rtol"),
        atol=_tolerances(fields, "atol"),
    )


def _output(top: Fields, index: int) -> Output:
    item = top.raw("outputs")[index]
    if isinstance(item, str):
        with top.located("outputs", index):
            return Output(pattern(item))
    fields = top.item("outputs", index, OUTPUT_KEYS)
    path, folder = fields.require("path", str), fields.get("to", str)
    with fields.located("path"):
        path = pattern(path)
    with fields.located("to"):
        return Output(path, "" if folder is None else pattern(folder))


def _tolerances(fields: Fields, key: str) -> Mapping[str, float]:
    """Return the tolerances by pattern; a number alone is that of every metric."""
    if isinstance(fields.raw(key), int | float):
        return {EVERYTHING: _tolerance(fields, key)}
    inner = fields.section(key, None)
    return {name: _tolerance(inner, name) for name in inner.names()}


def _tolerance(fields: Fields, key: str) -> float:
    number: float = fields.require(key, float)
    if math.isfinite(number) and number >= 0:
        return number
    raise fields.fault(f"a tolerance cannot be {number}", key, fix="as in: 1e-6")
