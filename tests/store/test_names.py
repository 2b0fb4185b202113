"""Display names, and the folders that they become."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import MltrackError, UsageError
from mltrack.store.names import check_name, folder_of, is_plain

UNSEEN = ["a\nb", "a\tb", "\x1b[2J", "a\0", "\u202eb", "a\u2028b", "\ud800", "\ufeffa", "a\x85b"]
NUMBERS = ["7", "007", "v3", "v12"]
DEVICES = ["con", "prn", "aux", "nul", "com1", "lpt9", "con.txt", "nul.tar.gz"]


@pytest.mark.parametrize("name", ["churn", "a", "0a", "a.b_c-d", "resnet50.v2", "x" * 64])
def test_a_plain_name_is_its_own_folder(name: str) -> None:
    assert folder_of(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "Churn",
        "a b",
        "über",
        "x--y",
        "a.",
        "-a",
        ".a",
        "_a",
        "latest",
        "x" * 65,
        *NUMBERS,
        *DEVICES,
    ],
)
def test_any_other_name_becomes_a_slug_with_a_digest(name: str) -> None:
    folder = folder_of(name)
    slug, _, digest = folder.rpartition("--")
    assert len(digest) == 10
    assert is_plain(slug) or slug.isdigit() or slug in {"latest", *NUMBERS, *DEVICES}
    assert folder.isascii()
    assert not is_plain(folder)


def test_a_reserved_word_is_not_its_own_folder() -> None:
    assert folder_of("staging", frozenset({"staging"})) == "staging--e919a75364"


def test_the_same_name_in_any_unicode_form_is_one_folder() -> None:
    assert folder_of("caf\u00e9") == folder_of("cafe\u0301") == "cafe--850f7dc439"


def test_names_that_differ_by_case_only_have_folders_that_differ_by_more() -> None:
    assert folder_of("Churn").lower() != folder_of("churn").lower()
    assert folder_of("CHURN").lower() != folder_of("Churn").lower()


@pytest.mark.parametrize(
    "name",
    ["", " ", " a", "a ", "a/b", "a\\b", "a@b", "..", "a..b", "-x", "x" * 129, *UNSEEN],
)
def test_a_name_that_cannot_be_shown_or_typed_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a model"):
        check_name(name, "model")


@pytest.mark.parametrize("name", ["churn", "Churn 2", "a:b", "x" * 128, "モデル", "a.b", "é"])
def test_a_name_that_people_write_is_taken_in_nfc(name: str) -> None:
    assert check_name(unicodedata.normalize("NFD", name), "model") == name


@given(st.text(max_size=200))
def test_any_text_is_a_name_with_a_portable_folder_or_is_refused(text: str) -> None:
    try:
        name = check_name(text, "experiment")
    except MltrackError:
        return
    folder = folder_of(name)
    assert folder == folder_of(text)
    assert len(folder) <= 64
    assert folder.isascii()
    assert folder == folder.lower()
    assert folder[0].isalnum()


def test_what_is_no_text_names_nothing() -> None:
    with pytest.raises(TypeError, match="the name of an experiment must be a text, not int"):
        check_name(3, "experiment")  # type: ignore[arg-type]  # that is the point
