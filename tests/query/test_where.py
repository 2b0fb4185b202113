"""A filter finds the runs that it describes, and says where it goes wrong."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import UsageError
from mltrack.query.where import parse
from tests.query.rows import names, row
from tests.support.definition import filtered

SECONDS = 1
RUNS = [
    row("a", params={"lr": 0.1, "solver": "lbfgs"}, metrics={"acc": 0.95}, user="ada@example.org"),
    row("b", params={"lr": 1, "solver": "saga"}, metrics={"acc": 0.85}, status="failed"),
    row("c", params={"lr": "auto"}, metrics={"acc": "NaN", "val/loss": 2}, tags={"team a": "x"}),
]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("metrics.acc > 0.9", ["a"]),
        ("metrics.acc<=0.9", ["b"]),
        ("params.lr = 1", ["b"]),
        ("params.lr == 1.0", ["b"]),
        ("params.lr >= 1e-1", ["a", "b"]),
        ("params.solver = 'saga'", ["b"]),
        ('params.solver != "saga"', ["a"]),
        ('params.lr = "auto"', ["c"]),
        ('status = "failed"', ["b"]),
        ('user = "ada@example.org"', ["a"]),
        ("metrics.val/loss = 2", ["c"]),
        ('tags.`team a` = "x"', ["c"]),
        ("metrics.acc > 0.8 and params.lr < 1", ["a"]),
        ("metrics.acc > 0.8 AND params.lr < 1 and name = 'b'", []),
        ("params.lr in [1, 'auto']", ["b", "c"]),
        ("params.lr not in (1)", ["a", "c"]),
        ("params.solver like 's_g%'", ["b"]),
        ("params.solver not like 's%'", ["a"]),
        ("params.solver ilike 'SAGA'", ["b"]),
        ("user matches '^ada@'", ["a"]),
        ("params.solver is null", ["c"]),
        ("params.solver is not null", ["a", "b"]),
        ("not params.lr = 1", ["a", "c"]),
        ("tags.`team a`", ["c"]),
        ("not tags.`team a`", ["a", "b"]),
        ("params.lr = 1 or metrics.acc > 0.9 and user is null", ["b"]),
        ("(params.lr = 1 or metrics.acc > 0.9) and user is not null", ["a"]),
        ("metrics.acc > 0.9 and (params.lr in [0.1, 0.3] or not tags.draft)", ["a"]),
        ('params."lr" = 1', ["b"]),
        ("param.lr = '0.1'", ["a"]),
        ("parameters.lr != '0.1'", ["b", "c"]),
        ("attributes.status = 'FAILED'", ["b"]),
        ("run.run_name = 'a'", ["a"]),
        ("attr.start_time > 0 and metric.acc > 0.9", ["a"]),
        ("attr.start_time < 9e99 and start_time > -9e99", ["a", "b", "c"]),
        ("params.'lr' in (1, 'auto',)", ["b", "c"]),
        ('"run_name" = "a"', ["a"]),
    ],
)
def test_a_comparison_finds_the_runs_for_which_it_holds(where: str, found: list[str]) -> None:
    assert names(filtered(RUNS, where)) == found


def test_a_key_may_hold_any_character() -> None:
    for number, name in enumerate(["a b", "a`b", 'a"b', "it's", "a.b", "and", "a=b", "é(2)"]):
        runs = [row("a", params={name: number})]
        key = f'"{name}"' if "`" in name else f"`{name}`"
        assert names(filtered(runs, f"params.{key} = {number}")) == ["a"]


def test_nan_is_in_no_order_with_a_number() -> None:
    assert "c" not in names(filtered(RUNS, "metrics.acc < 1"))
    assert "c" not in names(filtered(RUNS, "metrics.acc >= 0"))


def test_infinity_compares_as_a_number() -> None:
    runs = [row("a", metrics={"loss": "Infinity"}), row("b", metrics={"loss": "-Infinity"})]
    assert names(filtered(runs, "metrics.loss > 1e308")) == ["a"]


def test_a_run_without_the_key_never_matches() -> None:
    assert names(filtered(RUNS, "metrics.val/loss != 3")) == ["c"]


def test_max_and_min_mean_the_extremes_of_a_metric() -> None:
    runs = [row("a", metrics={"acc": 0.5}, summaries={"acc": {"min": 0.1, "max": 0.9}})]
    assert names(filtered(runs, "max acc > 0.8 and min metrics.acc < 0.2")) == ["a"]
    assert filtered(runs, "last acc > 0.8") == []


def test_truth_is_neither_a_number_nor_text() -> None:
    runs = [row("a", params={"warm": True}), row("b", params={"warm": 1})]
    assert names(filtered(runs, "params.warm = true")) == ["a"]
    assert names(filtered(runs, "params.warm = 1")) == ["b"]


def test_a_time_is_read_in_the_local_zone() -> None:
    assert names(filtered(RUNS, 'started > "2026-01-31T11:59"')) == ["a", "b", "c"]
    assert filtered(RUNS, 'started > "2026-02-01"') == []


A_TIME = 'a time is written as 2026-01-31, 2026-01-31T12:00 or "3 days ago"'
A_SIGN = "one of = == != < <= > >=, in, like, matches, is null belongs here"


@pytest.mark.parametrize(
    ("where", "fault", "place"),
    [
        ("acc > 0.9", "there is no key acc, did you mean metrics.acc?", 0),
        ("loss < 0.9", "there is no key loss, did you mean metrics.loss?", 0),
        ("cost < 0.9", "there is no key cost, did you mean metrics.cost?", 0),
        ('statsu = "failed"', "there is no key statsu, did you mean status?", 0),
        ("metrics.acc 0.9", A_SIGN, 12),
        ("metrics.acc >", "a number, or a text in quotes, belongs here", 13),
        ("metrics.acc > high", "a number, or a text in quotes, belongs here", 14),
        ("metrics.acc > 0.9, params.lr = 1", "comparisons are joined by: and, or", 17),
        ("name = 'a", "the text that begins with ' does not end", 7),
        ("metrics.acc > 0.9 and", "a key such as metrics.acc belongs here", 21),
        ("metrics.acc > 0.9 or not", "a key such as metrics.acc belongs here", 24),
        ("(metrics.acc > 0.9", "this bracket is not closed: ) is missing", 0),
        ("metrics.acc > 0.9)", "no bracket was opened that this one closes", 17),
        ("(metrics.acc > 0.9]", "comparisons are joined by: and, or", 18),
        ("params.lr in 0.1", "a list belongs here, such as [0.1, 0.3]", 13),
        ("params.lr in [0.1 0.3]", "a comma or ] belongs behind each value", 18),
        ("params.lr in [0.1, 0.3", "a comma or ] belongs behind each value", 13),
        ("params.lr in []", "a number, or a text in quotes, belongs here", 14),
        ("params.lr like 3", "a text in quotes belongs here", 15),
        ("params.lr is 3", "null belongs here", 13),
        ("params.lr not 3", "in, like, ilike or matches belongs here", 14),
        (
            "name matches '('",
            "this is no regular expression: missing ), unterminated subpattern at position 0",
            13,
        ),
        ("artifact_uri = 'a'", "no store has artifact_uri, for it holds no absolute path", 0),
        ('"acc" > 1', "a key such as metrics.acc belongs here", 0),
        ("params. = 1", "a name belongs here, such as params.lr or params.`a b`", 0),
        ('started > "9999-12-31T23:59:59-14:00"', A_TIME, 10),
        ('started > "soon"', A_TIME, 10),
        ("started > 3 days ago", A_TIME, 10),
        ("metrcs.acc > 1", "there is no key metrcs.acc, did you mean metrics.acc?", 0),
    ],
)
def test_a_mistake_is_shown_with_a_caret_below_it(where: str, fault: str, place: int) -> None:
    with pytest.raises(UsageError) as raised:
        parse(where)
    assert raised.value.message == f"the filter goes wrong: {fault}"
    assert raised.value.why == f"{where}\n{' ' * place}^"


def test_of_a_long_filter_the_part_around_the_mistake_is_shown() -> None:
    with pytest.raises(UsageError) as raised:
        parse("not " * 60 + "tags.a")
    shown, caret = raised.value.why.split("\n")
    assert raised.value.message.endswith("more than 50 brackets in each other are not read")
    assert len(shown) < 80
    assert (shown[0], shown[-1]) == ("…", "…")
    assert shown[len(caret) - 1 :].startswith("not ")


def test_the_caret_stands_below_what_is_behind_wide_and_combining_characters() -> None:
    with pytest.raises(UsageError) as raised:
        parse('name = "宽e\u0301"\tund')
    assert raised.value.why == f'name = "宽e\u0301" und\n{" " * 13}^'


def test_a_key_that_no_run_has_is_shown_with_a_caret() -> None:
    with pytest.raises(UsageError) as raised:
        filtered(RUNS, "name = 'a' and metrics.ac > 0.9")
    assert raised.value.why == f"name = 'a' and metrics.ac > 0.9\n{' ' * 15}^"


def test_an_empty_filter_is_a_mistake() -> None:
    with pytest.raises(UsageError, match=r"a key such as"):
        parse("  ")


def test_a_number_against_text_is_a_mistake() -> None:
    with pytest.raises(UsageError, match=r"params.solver is text in every run, this is a number"):
        filtered(RUNS, "params.solver > 3")


def test_a_key_that_no_run_has_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no run has metrics.ac, did you mean acc"):
        filtered(RUNS, "metrics.ac > 0.9")


def test_without_runs_any_key_will_do() -> None:
    assert filtered([], "metrics.acc > 0.9") == []


@pytest.mark.parametrize(
    "piece", ["9", "'a' ", "a ", "` ", "1.", "x=1 and ", " ", "1e", "`a`", "''", ".'a"]
)
def test_a_filter_of_any_length_is_answered_at_once(piece: str) -> None:
    began = time.process_time()
    for text in (piece * (1_000_000 // len(piece)), piece * (9_000 // len(piece)) + "?"):
        with pytest.raises(UsageError):
            parse(text)
    assert time.process_time() - began < SECONDS


PIECES = st.sampled_from(
    [
        *("params.lr", "metrics.`a b`", "max acc", "started", "status", "datasets.name", "run."),
        *("=", "!=", "<", "in", "not", "and", "or", "is", "null", "like", "matches", "(", ")", "["),
        *("]", ",", "1", "-0.5e9", "'a'", '"(b"', "`", "'", "true", "9" * 40, "\ud800", "\0", "%"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_any_text_is_a_filter_or_a_mistake(text: str) -> None:
    with contextlib.suppress(UsageError):
        filtered([], text)
