"""Who is one and the same person."""

import pytest

from mltrack.registry.people import is_same

ADA = {"name": "Ada", "email": "ada@example.org"}


@pytest.mark.parametrize(
    "other",
    [
        {"name": "A. Lovelace", "email": "Ada@Example.org"},
        {"name": "Ada", "email": " ada@example.org\t"},
        {"name": "Ada", "email": "\uff41da@example.org"},
        {"name": "ADA@example.org"},
        {"name": "ada@example.org ", "email": " "},
    ],
)
def test_an_address_is_one_person_however_it_is_written(other: dict[str, str]) -> None:
    assert is_same(ADA, other)


def test_a_name_without_an_address_is_one_person_however_it_is_written() -> None:
    assert is_same({"name": "Zoe\u0308  Quinn"}, {"name": "zo\u00eb quinn "})


@pytest.mark.parametrize("other", [{"name": "Ada"}, {"name": "Ada", "email": "bob@example.org"}])
def test_another_address_or_none_is_another_person(other: dict[str, str]) -> None:
    assert not is_same(ADA, other)
