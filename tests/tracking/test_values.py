"""What a caller may log, and what is a mistake."""

import enum
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import numpy
import pytest

from mltrack.tracking.values import (
    as_number,
    as_plain,
    as_step,
    as_time,
    checked_key,
    checked_values,
    in_rows,
    stand_in,
    too_large,
)


class Tensor:
    """One number as the tensors of deep learning hold it: of any shape, with `item`."""

    def __init__(self, *numbers: float) -> None:
        self.numbers = numbers
        self.ndim = 1

    def __repr__(self) -> str:
        return f"Tensor{self.numbers}"

    def item(self) -> float:
        if len(self.numbers) != 1:
            raise RuntimeError("only one element tensors can be converted")
        return self.numbers[0]


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [
        2.5, numpy.float64(2.5), numpy.float32(2.5), numpy.array(2.5), numpy.array([2.5]),
        Tensor(2.5), Decimal("2.5"), Fraction(5, 2),
    ],
    ids=repr,
)  # fmt: skip
def test_whatever_holds_one_number_is_a_metric(value: Any) -> None:
    number = as_number("loss", value)
    assert number == 2.5
    assert type(number) is float


@pytest.mark.parametrize("value", [3, numpy.int64(3), True, numpy.array(3)], ids=repr)
def test_whole_numbers_and_truth_are_metrics(value: Any) -> None:
    assert as_number("epochs", value) == (1 if value is True else 3)


@pytest.mark.parametrize(
    "value",
    [
        "0.5", b"0.5", bytearray(b"1"), None, [0.5], (0.5,), {"a": 1}, 1j, numpy.complex64(1 + 2j),
        numpy.array([1.0, 2.0]), numpy.array("0.5"), Tensor(1.0, 2.0),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_number_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError, match="the metric 'loss' must be a number"):
        as_number("loss", value)


def test_a_number_beyond_every_double_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        as_number("loss", 10**400)


def test_nan_and_infinities_are_metrics() -> None:
    assert math.isnan(as_number("loss", math.nan))
    assert as_number("loss", numpy.float32(math.inf)) == math.inf


@pytest.mark.parametrize("step", [1.0, "1", None, True, numpy.float64(1)], ids=repr)
def test_a_step_is_an_integer(step: Any) -> None:
    with pytest.raises(TypeError, match="a step must be an integer"):
        as_step(step)


def test_a_step_fits_into_64_bits() -> None:
    assert as_step(numpy.int64(7)) == 7
    assert as_step(-(2**63)) == -(2**63)
    with pytest.raises(ValueError, match="64 bits"):
        as_step(2**63)
    with pytest.raises(ValueError, match="64 bits"):
        as_step(10**400)


@pytest.mark.parametrize("time", [math.nan, math.inf])
def test_a_time_is_finite(time: float) -> None:
    assert as_time(numpy.float64(1.23456)) == 1.235
    with pytest.raises(ValueError, match="Unix seconds"):
        as_time(time)


@pytest.mark.parametrize(
    "key", ["", "a\nb", "a\x1b[31m", "a\x00", "\u202eevil", "\u2028", "x" * 251]
)
def test_a_name_with_a_control_character_or_no_length_is_a_value_error(key: str) -> None:
    with pytest.raises(ValueError, match="the name of a metric"):
        checked_key(key, "metric")


@pytest.mark.parametrize(
    "key", ["loss", "train/loss", "../x", "précision", "a b", "精度", "a\xa0b"]
)
def test_any_other_text_is_a_name(key: str) -> None:
    assert checked_key(key, "metric") == key


def test_a_name_must_be_a_text() -> None:
    with pytest.raises(TypeError, match="must be a text"):
        checked_key(3, "metric")  # type: ignore[arg-type]  # the mistake


def test_values_become_plain() -> None:
    given = {
        "list": (1, 2.5, None, True, "x"),
        "dict": {1: {"deep": numpy.int32(4)}},
        "nan": math.nan,
        "inf": -numpy.float64(math.inf),
        "path": PurePosixPath("a/b"),
        "enum": Colour.RED,
        "array": numpy.array([1, 2]),
    }
    assert as_plain(given) == {
        "list": [1, 2.5, None, True, "x"],
        "dict": {"1": {"deep": 4}},
        "nan": "NaN",
        "inf": "-Infinity",
        "path": "a/b",
        "enum": "Colour.RED",
        "array": "[1 2]",
    }


def test_a_value_that_holds_itself_ends_somewhere() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert "[...]" in repr(as_plain(endless))


def test_an_integer_of_any_length_can_be_kept() -> None:
    assert as_plain(10**999) == 10**999
    assert str(as_plain(10**10_000)).startswith("0x")


def test_secrets_are_masked_and_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    kept = checked_values({"db_password": "hunter2hunter2", "max_tokens": 512}, "param", [])
    assert kept == {"db_password": "****", "max_tokens": 512}
    assert "'db_password' looks like a secret" in capsys.readouterr().err


def test_a_key_that_is_allowed_is_not_masked() -> None:
    kept = checked_values({"token": "cls-and-sep-tokens"}, "param", ["token"])
    assert kept == {"token": "cls-and-sep-tokens"}


def test_a_long_tag_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="over 64 KiB"):
        checked_values({"note": "x" * 70_000}, "tag", [])


def test_64_kib_is_not_too_large_for_a_parameter_and_one_byte_more_is() -> None:
    assert too_large("x" * 65_536) is None
    assert too_large("x" * 65_537) is not None
    assert too_large(["xyz"] * 20_000) is not None


def test_a_stand_in_names_the_file_by_its_digest() -> None:
    told = stand_in(b"abc")
    assert told["artifact"] == f"params/{told['sha256']}.txt"
    assert (told["sha256"][:8], told["size"]) == ("ba7816bf", 3)


def test_rows_hold_all_values_and_none_is_too_long() -> None:
    values = {f"p{n}": "x" * 60_000 for n in range(50)}
    rows = list(in_rows("params", values))
    assert len(rows) > 1
    assert {k: v for row in rows for k, v in row["params"].items()} == values
    assert list(in_rows("params", {})) == []
