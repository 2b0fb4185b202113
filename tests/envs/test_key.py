"""The keys of environments change with everything that decides what is in them."""

from pathlib import Path

import pytest

from mltrack.envs import key, lines
from mltrack.envs.key import Ground
from mltrack.envs.spec import Index, Interpreter
from mltrack.envs.specifier import Specifier
from mltrack.envs.wanted import Wanted

PYTHON = Interpreter(
    path="/opt/python/bin/python3.12",
    implementation="cpython",
    version="3.12.1",
    level="final",
    soabi="cpython-312-x86_64-linux-gnu",
    platform="linux-x86_64",
    libc="glibc 2.36",
)
GROUND = Ground(PYTHON)
USUAL = Index()


def wanted(*texts: str) -> Wanted:
    return Wanted(Specifier(), tuple(lines.plain(text) for text in texts))


def key_of(*texts: str, ground: Ground = GROUND, index: Index = USUAL, kind: str = "pip") -> str:
    return key.of_input(ground, wanted(*texts), index, kind)


def test_the_keys_are_twenty_hex_digits_that_never_change() -> None:
    assert key_of("pandas==3.1.*") == "4443a19f99113bdff970"
    assert key.of_lock(GROUND, ["pandas==3.1.0 --hash=sha256:00"]) == "c5133812468f399d25a6"


def test_the_order_of_requirements_does_not_matter() -> None:
    assert key_of("a", "b") == key_of("b", "a")
    assert key.of_lock(GROUND, ["a", "b"]) == key.of_lock(GROUND, ["b", "a"])


@pytest.mark.parametrize("fact", Interpreter._fields)
def test_another_interpreter_gives_another_key(fact: str) -> None:
    other = Ground(PYTHON._replace(**{fact: "other"}))

    assert key_of(ground=other) != key_of()
    assert key.of_lock(other, []) != key.of_lock(GROUND, [])


def test_whatever_else_decides_gives_another_key() -> None:
    asked = wanted("a")
    keys = [
        key_of("a"),
        key_of("a", "b"),
        key_of("a", kind="uv"),
        key_of("a", index=Index(url="https://example.org/simple")),
        key_of("a", index=Index(extra=("https://example.org/simple",))),
        key_of("a", ground=Ground(PYTHON, {"CFLAGS": "-O3"})),
        key_of("a", ground=Ground(PYTHON, seen="numpy")),
        key.of_input(GROUND, asked._replace(constraints=asked.lines), Index(), "pip"),
        key.of_input(GROUND, asked._replace(options=("--pre",)), Index(), "pip"),
    ]

    assert len(set(keys)) == len(keys)


def test_credentials_do_not_decide() -> None:
    index = Index(url="https://example.org/simple")
    with_name = Index(url="https://name:word@example.org/simple")

    assert key_of("a", index=with_name) == key_of("a", index=index)


def test_what_lies_in_a_folder_decides_and_not_where_it_lies(tmp_path: Path) -> None:
    keys = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "pyproject.toml").write_text("[project]\n")
        keys.append(lines.read(f"./{name}", tmp_path).decides)
    (tmp_path / "one" / "module.py").write_text("x = 1\n")
    keys.append(lines.read("./one", tmp_path).decides)

    assert keys[0] == keys[1] != keys[2]
