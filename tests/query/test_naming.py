"""A word names one value of a run, or it is said why it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import UsageError
from mltrack.query.keys import Key, metric_key
from mltrack.query.naming import columns_of, key_of, keys_of, names_in, order_of, parts_of
from tests.query.rows import row

NAMES = names_in(
    [
        row(params={"lr": 1, "both": 1, "a, b": 1}, metrics={"acc": 1, "both": 2}),
        row(tags={"team a": "x", "user": "me"}, inputs={"train": {"rows": 3}}),
    ]
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("lr", Key("params", "lr")),
        ("params.lr", Key("params", "lr")),
        ("param.lr", Key("params", "lr")),
        ("acc", Key("metrics", "acc")),
        ("min acc", Key("metrics", "acc", "min")),
        ("max metrics.acc", Key("metrics", "acc", "max")),
        ("started", Key("", "started")),
        ("run_name", Key("", "name")),
        ("attributes.user", Key("", "user")),
        ("tags.`team a`", Key("tags", "team a")),
        ("`team a`", Key("tags", "team a")),
        ("metrics.both", Key("metrics", "both")),
        ("inputs.train.rows", Key("inputs", "train.rows")),
    ],
)
def test_a_name_means_an_attribute_a_metric_a_parameter_or_a_tag(text: str, key: Key) -> None:
    assert key_of(text, NAMES) == key


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("both", "both may be any of metrics.both, params.both"),
        ("user", "user may be any of attributes.user, tags.user"),
        ("ac", "no run has ac, did you mean acc?"),
        ("metrics.ac", "no run has metrics.ac, did you mean acc?"),
        ("attributes.statsu", "no run has statsu, did you mean status?"),
        ("min ac", "no run has min metrics.ac, did you mean acc?"),
    ],
)
def test_a_name_of_nothing_or_of_several_is_refused(text: str, fault: str) -> None:
    with pytest.raises(UsageError) as raised:
        key_of(text, NAMES)
    assert raised.value.message == fault


def test_what_runs_have_is_told_before_the_attributes_that_all_have() -> None:
    with pytest.raises(UsageError) as raised:
        key_of("xyz", {"metrics": ["loss", "acc"], "params": ["lr"], "tags": ()}.__getitem__)
    assert raised.value.why == "known: acc, loss, lr, id, name, status, experiment, user, ..."


@pytest.mark.parametrize("quoted", ["`a, b`", '"a`b"', "'a, b as c'", "`it's`", '`a"b desc`'])
def test_several_that_are_meant_are_told_as_they_are_written(quoted: str) -> None:
    name = quoted[1:-1]
    with pytest.raises(UsageError) as raised:
        key_of(quoted, lambda _: [name])
    told = parts_of(raised.value.message.removeprefix(f"{name} may be any of "), "")
    assert [key_of(text, lambda _: [name]) for text in told] == [
        Key(group, name) for group in ("metrics", "params", "tags")
    ]
    assert order_of(f"{told[1]} desc", lambda _: [name]) == (Key("params", name), True)
    assert columns_of(f"{told[0]} as x", lambda _: [name])[0].title == "x"


def test_a_dot_in_backticks_ends_no_group() -> None:
    name = "metrics.acc"
    assert key_of(f"`{name}`", lambda group: [name] if group == "tags" else []) == Key("tags", name)
    assert metric_key(f"min `{name}`") == Key("metrics", name, "min")
    assert metric_key(name) == metric_key("`metrics`.acc") == Key("metrics", "acc")


def test_a_title_is_not_empty() -> None:
    with pytest.raises(UsageError, match="gives a column no title"):
        columns_of("lr as ``", NAMES)


def test_columns_have_the_titles_that_they_are_given() -> None:
    found = columns_of("lr, min acc as best, `a, b`, acc as `of all`", NAMES)
    assert [column.title for column in found] == ["params.lr", "best", "params.a, b", "of all"]
    assert found[1].key == Key("metrics", "acc", "min")


@pytest.mark.parametrize("text", ["", ",", "lr,", "lr,,acc", "`lr", "lr, `acc", " "])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        columns_of(text, NAMES)


def test_two_columns_of_one_title_are_refused() -> None:
    with pytest.raises(UsageError, match="two columns are called x"):
        columns_of("lr as x, acc as x", NAMES)


def test_an_order_is_ascending_unless_it_says_otherwise() -> None:
    assert order_of("lr", NAMES) == (Key("params", "lr"), False)
    assert order_of("metrics.acc DESC", NAMES) == (Key("metrics", "acc"), True)
    assert order_of("min acc asc", NAMES) == (Key("metrics", "acc", "min"), False)
    with pytest.raises(UsageError, match="one key only"):
        order_of("lr, acc", NAMES)


WORDS = st.sampled_from(["lr", "`", ".", ",", "as", "desc", "min", " "])


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join)))
def test_any_text_is_a_list_of_columns_or_a_mistake(text: str) -> None:
    for read in (columns_of, keys_of, order_of):
        try:
            read(text, NAMES)
        except UsageError:
            continue
