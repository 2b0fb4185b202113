"""The key of an environment changes with everything that decides what is in it."""

import pytest

from mltrack.envs.key import key_of
from mltrack.envs.spec import Interpreter

PYTHON = Interpreter(
    path="/opt/python/bin/python3.12",
    implementation="cpython",
    version="3.12.1",
    level="final",
    soabi="cpython-312-x86_64-linux-gnu",
    platform="linux-x86_64",
    libc="glibc 2.36",
)


def test_the_key_is_twenty_hex_digits_that_never_change() -> None:
    assert key_of(PYTHON, ["pandas==3.1.*"], "pip") == "234f104d85971ef4827c"


def test_the_order_of_requirements_does_not_matter() -> None:
    assert key_of(PYTHON, ["a", "b"], "pip") == key_of(PYTHON, ["b", "a"], "pip")


@pytest.mark.parametrize("fact", Interpreter._fields)
def test_another_interpreter_gives_another_key(fact: str) -> None:
    other = PYTHON._replace(**{fact: "other"})

    assert key_of(other, [], "pip") != key_of(PYTHON, [], "pip")


def test_another_requirement_or_installer_gives_another_key() -> None:
    keys = {key_of(PYTHON, lines, kind) for lines in ([], ["a"]) for kind in ("pip", "uv")}

    assert len(keys) == 4
