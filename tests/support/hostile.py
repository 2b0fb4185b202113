"""A store that a stranger made: every text in it is meant for the terminal, not for people."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from mltrack.store.events import EVENT_NAME
from mltrack.store.yaml_reader import mapping_of
from mltrack.store.yaml_writer import dump

GOLDEN = Path(__file__).parents[1] / "golden" / "format-1" / ".mltrack"
EVIL = (
    "\x1b[31m\x1b]0;title\x07\x1b]8;;http://evil\x1b\\link\x9b2J\x9d0;t\x9c\x1bP+q\x1b\\\x08\x00\t\r"
    "\u202e\u2066\u200b\u200e\ufeff\u2028\u2029\U000e0041[red]x[/red][link=http://e]y[/] |`*<b>"
)
"""Colours, titles, links, erasing, bells, C1, bidirectional and invisible letters, markup."""
LARGE = 1_000_000
NEVER = frozenset(
    {"id", "status", "started", "ended", "time", "kind", "lamport", "subject", "parents", "nonce"}
    | {"version", "digest", "sha256", "kept", "format", "stage", "from", "to", "model", "path"}
    | {"files", "replaces", "experiment_id", "parent", "writer", "run", "source", "replaced"}
    | {"flavor", "python", "requirements", "type", "stages", "proposed", "gates"}
)
"""Keys whose value the store itself checks; a wrong one makes the file unreadable."""


def hostile_store(folder: Path) -> Path:
    """Make a copy of the golden store in `folder` with evil texts, and return its root."""
    root = folder / ".mltrack"
    shutil.copytree(GOLDEN, root)
    for number, path in enumerate(sorted(root.rglob("run.yaml"))):
        record = poisoned(mapping_of(path.read_bytes(), "run"))
        record["params"] |= odd_values(LARGE if number == 0 else 100)
        path.write_bytes(dump(record))
    for path in sorted(root.rglob("metrics.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        path.write_text("".join(f"{json.dumps(poisoned(row))}\n" for row in rows), "utf-8")
    for top in ("annotations", "experiments", "models"):
        _rewrite_events(root / top)
    return root


def odd_values(length: int) -> dict[str, Any]:
    """Return parameters that look like something that the pages show in words of their own."""
    return {
        "huge": EVIL + "x" * length,
        "time": "2026-99-99T99:99:99.999Z",
        "early": "0001-01-01T00:00:00.000Z",
        "late": "9999-12-31T23:59:59.999Z",
        "stand-in": {"artifact": EVIL, "sha256": EVIL, "size": EVIL},
        "formula": "=HYPERLINK('http://evil')",
        "integer": 10**500,
        "deep": {"a": [EVIL, {EVIL: None}]},
    }


def poisoned(value: Any, key: str = "") -> Any:
    """Return a tree of plain values with every free text of it evil, names of things too."""
    if key in NEVER:
        return value
    if isinstance(value, dict):
        return {_key(k, key): poisoned(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(item, key) for item in value]
    return value + EVIL if isinstance(value, str) else value


def _key(key: str, parent: str) -> str:
    named = parent in {"params", "tags", "metrics", "inputs", "columns"}
    return key + EVIL if named and key != "lr" else key


def _rewrite_events(top: Path) -> None:
    """Give all events new texts, and the names and parents that follow from them."""
    for folder in sorted({path.parent for path in top.rglob("*.yaml")}):
        names: dict[str, str] = {}
        for path in sorted(folder.glob("*.yaml"), key=lambda p: p.stem.rpartition(".")[2]):
            start, dot, name = path.stem.rpartition(".")
            if EVENT_NAME.match(name):
                event = poisoned(mapping_of(path.read_bytes(), "event"))
                event["parents"] = sorted(names.get(p, p) for p in event["parents"])
                data = dump(event)
                names[name] = f"{name[:13]}{hashlib.sha256(data).hexdigest()[:20]}"
                path.unlink()
                path.with_name(f"{start}{dot}{names[name]}.yaml").write_bytes(data)
