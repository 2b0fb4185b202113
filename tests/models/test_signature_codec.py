"""A signature in `model.yaml`: what is written comes back, and what cannot be is refused."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import IntegrityError
from mltrack.models import codec, opening
from mltrack.models.entities import Column, ColumnType, Layout, PackageFacts, Signature

COLUMNS = st.builds(
    Column,
    name=st.text(max_size=20),
    type=st.sampled_from(ColumnType),
    nullable=st.booleans(),
    shape=st.lists(st.integers(-1, 2**40), max_size=4).map(tuple),
)
SIGNATURES = st.builds(
    Signature,
    layout=st.sampled_from([Layout.NAMED, Layout.POSITIONS, Layout.TENSOR]),
    inputs=st.lists(COLUMNS, min_size=1, max_size=5, unique_by=lambda c: c.name).map(tuple),
    outputs=st.lists(COLUMNS, max_size=3).map(tuple),
)


def _facts(signature: Signature) -> PackageFacts:
    return PackageFacts(
        flavor="sklearn", executes_code=True, python="3.11", requirements="requirements.txt",
        details={}, signature=signature,
    )  # fmt: skip


NONE = Signature(layout=Layout.NAMED, inputs=())


@given(SIGNATURES)
def test_a_signature_comes_back_from_its_file(signature: Signature) -> None:
    assert codec.decode(codec.encode(_facts(signature)), "model.yaml").signature == signature


def test_a_package_of_a_newer_format_is_refused(
    folder: Path, rewrite: Callable[[str, str, str], None]
) -> None:
    rewrite("model.yaml", "format: 1", "format: 2")
    with pytest.raises(IntegrityError, match="newer than this mltrack reads"):
        opening.load_package(folder)


FLOAT = 'type: "float64"'
BROKEN = {
    "an unknown type": (FLOAT, "type: quaternion", "column 'age': type cannot be 'quater"),
    "a type that is a list": (FLOAT, "type: [1]", "type cannot be [1]"),
    "a shape of texts": (FLOAT, f"{FLOAT}\n      shape: [a]", "shape cannot have 'a'"),
    "a shape that is no list": (FLOAT, f"{FLOAT}\n      shape: 3", "must be a list"),
    "an absurd size": (FLOAT, f"{FLOAT}\n      shape: [{10**30}]", "shape cannot have 1000"),
    "a size below -1": (FLOAT, f"{FLOAT}\n      shape: [-2]", "shape cannot have -2"),
    "too many sizes": (FLOAT, f"{FLOAT}\n      shape: {[1] * 33}", "at most 32 sizes"),
    "a number for nullable": ("nullable: false", "nullable: 0", "nullable must be a bool"),
    "a name twice": ('name: "dose"', 'name: "age"', "two columns are called 'age'"),
    "an unknown layout": ('rows: "named"', "rows: spiral", "rows cannot be 'spiral'"),
    "a layout that is a list": ('rows: "named"', "rows: []", "rows cannot be []"),
    "one value of two columns": ('rows: "named"', "rows: single", "2 columns cannot be single"),
}  # fmt: skip


SOUND = Signature(
    layout=Layout.NAMED,
    inputs=tuple(Column(name=name, type=ColumnType.FLOAT64) for name in ("age", "dose")),
)


@pytest.mark.parametrize("case", BROKEN)
def test_a_signature_that_cannot_be_is_refused_with_its_place(case: str) -> None:
    old, new, message = BROKEN[case]
    text = codec.encode(_facts(SOUND)).decode()
    assert old in text
    with pytest.raises(IntegrityError, match=re.escape(message)) as raised:
        codec.decode(text.replace(old, new, 1).encode(), "model.yaml")
    assert str(raised.value).startswith("model.yaml: signature")


def test_a_name_that_stands_twice_among_many_is_found_at_once() -> None:
    columns = "".join(f"  - {{name: c{n}, type: any, nullable: true}}\n" for n in range(50_000))
    text = codec.encode(replace(_facts(NONE), signature=None)).decode()
    signature = f"signature:\n  rows: named\n  inputs:\n{columns}"
    twice = signature + "  - {name: c49999, type: any, nullable: true}\n"
    with pytest.raises(IntegrityError, match="two columns are called 'c49999'"):
        codec.decode(re.sub("signature: null\n", twice, text).encode(), "model.yaml")


def test_what_is_wrong_is_shown_cut() -> None:
    text = codec.encode(replace(_facts(NONE), signature=None)).decode()
    with pytest.raises(IntegrityError) as refused:
        codec.decode(text.replace('"3.11"', f"[{'x, ' * 9999}x]").encode(), "model.yaml")
    assert len(refused.value.message) < 200
