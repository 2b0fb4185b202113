"""Ids of runs and versions, names of writers, handles."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from mltrack.store import ids

ALPHABET = set("abcdefghijklmnopqrstuvwxyz234567")


@given(st.binary(min_size=10, max_size=32))
def test_base_32_is_that_of_rfc_4648_in_lower_case(data: bytes) -> None:
    assert ids.base32(data, 16) == base64.b32encode(data).decode().lower()[:16]


def test_names_and_ids_have_their_form() -> None:
    for _ in range(100):
        writer = ids.new_writer()
        assert ids.WRITER.match(writer)
        assert set(writer) <= ALPHABET
        assert writer[0].isalpha()
        assert ids.is_id(ids.new_id(1_770_000_000.5))


def test_an_id_begins_with_the_time_in_utc() -> None:
    assert ids.new_id(1_769_860_800.999).startswith("20260131-120000-")


def test_a_name_from_a_text_is_the_same_everywhere_and_for_ever() -> None:
    assert ids.digest_name("mlflow:0123456789abcdef") == "tsmghpbn"
    assert ids.name_from(bytes(6)) == "aaaaaaaa"
    assert ids.name_from(bytes([27, 255, 255, 255, 255, 255])) == "b7777777"


def test_a_handle_is_shown_at_six_letters_or_as_many_as_are_unique() -> None:
    runs = [f"20260131-120000-{handle}" for handle in ("abcdefgh", "abcdefgi", "zbcdefgh")]
    assert list(ids.shortest_handles(runs).values()) == ["abcdefgh", "abcdefgi", "zbcdef"]


def test_a_run_that_is_kept_twice_shows_the_digits_that_tell_it_apart() -> None:
    runs = ["20260131-120000-abcdefgh", "20260131-120000-abcdefgh-1a2b"]
    assert list(ids.shortest_handles(runs).values()) == ["abcdefgh", "abcdefgh-1a2b"]


def test_what_is_no_id_is_none() -> None:
    for text in (
        "20260131-120000-1bcdefgh",
        "20260131-120000-abcdefg1",
        "20260131-120000-abcdefgh\n",
    ):
        assert not ids.is_id(text)
    assert ids.is_id("20260131-120000-abcdefgh-1a2b")
