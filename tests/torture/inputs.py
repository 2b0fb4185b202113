"""Inputs that a reader may meet: drawn by hypothesis from grammars, then changed many times."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

from hypothesis import strategies as st

from mltrack.store.yaml_writer import dump

GOLDEN = Path(__file__).parents[1] / "golden" / "format-1" / ".mltrack"
MAX_BYTES = 300_000
PIECES = (
    *("\0", "\t", "\r", "\r\n", "\n", "\n\n", "\x85", "\u2028", "\ufeff", "\ufffe", "\x1b[31m"),
    *(
        "\x9b2J",
        "\u202e",
        "\u200b",
        "\\ud800",
        "\\u0000",
        "\\x00",
        "\\UFFFFFFFF",
        "\\",
        "\U0001f600",
    ),
    *("&a ", "*a", "<<: *a", "<<: {}", "!!python/object/apply:os.system ['true']", "!!binary |\n "),
    *(
        "!!set {a}",
        "!!timestamp ",
        "!local ",
        "! ",
        "%YAML 9.9\n---\n",
        "---\n",
        "...\n",
        "? ",
        ": ",
    ),
    *(
        "- ",
        "- - - ",
        "[",
        "]",
        "{",
        "}",
        "{a: ",
        "[[",
        "|\n",
        ">-\n",
        "|9\n",
        "# ",
        "'",
        '"',
        "''",
    ),
    *(
        "null",
        "~",
        "true",
        "yes",
        "0x1F",
        "0o17",
        "1_000",
        "190:20:30",
        "2026-01-31",
        ".nan",
        "-.inf",
    ),
    *(
        "1e999",
        "-1e999",
        "1e-999",
        "9" * 400,
        "9" * 5000,
        "1." + "9" * 5000,
        "-0",
        "+",
        ".",
        "1e",
        "_",
    ),
    *("format: 99999999999999999999\n", "format: -1\n", "format: true\n", "seen: {main: -1}\n"),
    *("<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n", "a" * 3000, " " * 3000, "\n" * 3000),
    *(
        '"NaN"',
        "NaN",
        "Infinity",
        '"step":',
        '"metrics":',
        '"rewind":',
        '"seen":',
        '"ended":',
        '"time":',
    ),
    *(
        " and ",
        " AND ",
        "`",
        "``",
        "metrics.",
        "params.",
        "tags.`a b`",
        "max ",
        "min ",
        "<=",
        "==",
        "!=",
    ),
    *(
        "@max:",
        "@min:",
        "@",
        "1..",
        "..",
        "1..10000000",
        "runs:/",
        "models:/",
        "/",
        "//",
        "~/",
        "%s",
        "$X",
    ),
)
"""What has a meaning somewhere, or none anywhere."""

TEXTS = st.text(max_size=40) | st.sampled_from(PIECES)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
TREES = st.dictionaries(
    TEXTS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=6,
)
KEYS = (
    st.sampled_from(
        ["metrics.acc", "params.lr", "tags.`a b`", "name", "status", "started", "max acc", "x", "`"]
    )
    | TEXTS
)
COMPARISONS = st.tuples(
    KEYS,
    st.sampled_from(["=", "==", "!=", "<", "<=", ">", ">=", "", "=>", "like"]),
    st.floats().map(str) | TEXTS.map(lambda text: f"'{text}'") | TEXTS,
).map(" ".join)
FILTERS = st.lists(COMPARISONS, min_size=1, max_size=5).map(" and ".join)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "writer": TEXTS,
        "opens": SCALARS,
        "seen": st.dictionaries(st.sampled_from(["main", "aaaaaaaa"]) | TEXTS, SCALARS, max_size=3),
        "step": SCALARS,
        "time": SCALARS,
        "metrics": st.dictionaries(TEXTS, SCALARS, max_size=3) | SCALARS,
        "params": TREES | SCALARS,
        "tags": TREES | SCALARS,
        "inputs": st.dictionaries(TEXTS, TREES | SCALARS, max_size=2) | SCALARS,
        "rewind": SCALARS,
        "ended": st.sampled_from(["finished", "failed", "killed", "lost"]) | SCALARS,
        "error": SCALARS,
        "traceback": SCALARS,
        "name": SCALARS,
    },
)


def golden(ending: str) -> list[bytes]:
    """Return the files of the golden store whose names end so, in a lasting order."""
    return [path.read_bytes() for path in sorted(GOLDEN.rglob(f"*{ending}"))]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _line(row: object) -> bytes:
    return json.dumps(row, ensure_ascii=True).encode() + b"\n"


YAML = (
    st.sampled_from(golden(".yaml"))
    | TREES.map(dump)
    | TREES.map(_line)
    | st.lists(TEXTS, max_size=8).map("".join).map(_encoded)
)
JOURNALS = st.sampled_from(golden("metrics.jsonl")) | st.lists(ROWS.map(_line), max_size=4).map(
    b"".join
)
FILTER_BYTES = FILTERS.map(_encoded)
NAME_BYTES = TEXTS.map(_encoded) | st.sampled_from(
    [b"churn", b"models:/churn@staging", b"plots/roc.png", b"20261124-110029-njnymoul", b"@max:acc"]
)


def mutations(data: bytes, chance: random.Random, count: int) -> Iterator[bytes]:
    """Yield an input and then `count` - 1 inputs that one to five changes make of it."""
    yield data
    for _ in range(count - 1):
        changed = data
        for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
            changed = chance.choice(_CHANGES)(changed, chance)[:MAX_BYTES]
        yield changed


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _inserted(data: bytes, chance: random.Random) -> bytes:
    at = _place(data, chance)
    return data[:at] + _encoded(chance.choice(PIECES)) + data[at:]


def _behind_a_key(data: bytes, chance: random.Random) -> bytes:
    """Put something else where the value of a key stands."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    key, colon, _ = lines[at].partition(b": ")
    lines[at] = key + (colon or b": ") + _encoded(chance.choice(PIECES))
    return b"\n".join(lines)


def _repeated(data: bytes, chance: random.Random) -> bytes:
    """Repeat a piece, seldom so often that it is nested deeper than any stack."""
    at = _place(data, chance)
    times = chance.choice((2, 3, 10, 65)) if chance.random() < 0.99 else 30_000
    return data[:at] + _encoded(chance.choice(PIECES)[:8]) * times + data[at:]


def _cut(data: bytes, chance: random.Random) -> bytes:
    first, last = sorted((_place(data, chance), _place(data, chance)))
    return data[:first] + data[last:]


def _doubled(data: bytes, chance: random.Random) -> bytes:
    first, last = sorted((_place(data, chance), _place(data, chance)))
    return data[:last] + data[first:]


def _torn(data: bytes, chance: random.Random) -> bytes:
    return data[: _place(data, chance)]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    at = _place(data, chance)
    flipped = bytes(byte ^ (1 << chance.randrange(8)) for byte in data[at : at + 1])
    return data[:at] + flipped + data[at + 1 :]


def _shuffled(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _indented(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice((b" ", b"  ", b"\t", b"- ", b"? ")) + lines[at]
    return b"\n".join(lines)


def _other_ends(data: bytes, chance: random.Random) -> bytes:
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\xc2\x85")))


def _other_encoding(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-8-sig", "utf-16", "utf-32", "latin-1")), "replace")


def _random_bytes(data: bytes, chance: random.Random) -> bytes:
    at = _place(data, chance)
    return data[:at] + chance.randbytes(chance.randrange(1, 9)) + data[at:]


_CHANGES = (
    *(_inserted, _inserted, _behind_a_key, _behind_a_key, _repeated, _cut, _doubled, _torn),
    *(_flipped, _shuffled, _indented, _other_ends, _other_encoding, _random_bytes),
)
