"""A shell gets each value as one word, whatever stands in it, and whatever the command does."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.errors import UsageError
from mltrack.projects.shell import argv_of, check

TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"))
NASTY = [
    "$(echo x)",
    "`echo x`",
    "a  b",
    "'; echo x '",
    '"; echo x "',
    "*",
    "~",
    "-n",
    "a\nb\n",
    "\\",
]


def printed(text: str, **values: str) -> bytes:
    return subprocess.run(argv_of(text, values), capture_output=True, check=True).stdout


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize(
    "text",
    [
        "printf %s {a}",
        "printf %s {a} | cat",
        'x={a}; printf %s "$x"',
        "set -- other; printf %s {a}",
        "f() {{ printf %s {a}; }}; f other",
        "x=$(printf '%s.' {a}); printf %s \"${{x%.}}\"",
        "# it's {a}\nprintf %s {a}",
    ],
)
def test_a_value_is_one_word_of_plain_text(text: str, value: str) -> None:
    check(text)

    assert printed(text, a=value) == value.encode()


@given(TEXTS, TEXTS)
@settings(max_examples=30, deadline=None)
def test_any_two_values_stay_two_words(one: str, two: str) -> None:
    assert printed("printf '%s\\0' {b} --x={a}", a=one, b=two) == f"{two}\0--x={one}\0".encode()


def test_more_than_nine_values_arrive() -> None:
    values = {f"v{number}": str(number) for number in range(12)}

    assert printed("echo " + " ".join(f"{{{name}}}" for name in values), **values) == (
        b"0 1 2 3 4 5 6 7 8 9 10 11\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        'echo "{a}"',
        "echo 'so {a}'",
        'echo "$(cat "{a}")"',
        "echo `cat {a}`",
        "echo \\{a}",
        "echo ${a}",
        "cat <<E\n{a}\nE",
    ],
)
def test_a_placeholder_that_would_not_be_a_whole_word_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"a placeholder (stands in|and a here-document)"):
        check(text)


@pytest.mark.parametrize(
    "text",
    ['echo "it\'s" {a}', "awk '{{print $1}}' {a}", "echo ${{HOME}} {a}", "cat <<E\nx\nE", "echo '"],
)
def test_quotes_and_braces_of_the_shell_itself_are_its_own(text: str) -> None:
    check(text)
