"""The page that specifies the format says what the program does."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from mltrack.store.events import decode
from mltrack.store.ids import digest_name
from mltrack.store.journal import encode_row
from mltrack.store.layout import HIDDEN_FOLDERS
from mltrack.store.manifest import encode_manifest, load_manifest
from mltrack.store.store import Store
from mltrack.store.yaml_reader import parse
from mltrack.store.yaml_writer import dump
from mltrack.tracking import codec
from mltrack.tracking.fold import Journal, fold

PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EVENTS = re.findall(r"([0-9]{12}-[0-9a-f]{20})\.yaml`:\n\n```yaml\n(.*?)```", PAGE, re.DOTALL)
YAML = [text for kind, text in BLOCKS if kind == "yaml"]


def block(kind: str, beginning: str) -> str:
    return next(str(text) for found, text in BLOCKS if found == kind and text.startswith(beginning))


@pytest.mark.parametrize(("name", "text"), EVENTS, ids=[name for name, _ in EVENTS])
def test_the_events_on_the_page_bear_their_own_names(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "event.yaml").write_text(text)
    assert decode(tmp_path / "event.yaml", name).name == name


def test_an_event_of_each_place_is_shown() -> None:
    assert len(EVENTS) == 4


@pytest.mark.parametrize("number", range(len(YAML)))
def test_the_files_on_the_page_are_written_as_the_program_writes_them(number: int) -> None:
    text = YAML[number]
    value: dict[str, Any] = parse(text.encode(), "page").value
    comment = "\n".join(line[2:] for line in text.splitlines() if line.startswith("# "))
    assert dump(value, comment=comment).decode() == text


def test_a_new_store_has_the_bytes_that_the_page_shows(store: Store) -> None:
    assert (store.root / "config.yaml").read_text() == block("yaml", "# The policy")
    assert (store.root / ".gitignore").read_text() == block("text", "!*")
    assert (store.root / ".gitattributes").read_text() == block("text", "* -text")


def test_every_hidden_folder_is_named() -> None:
    assert all(f"`{name}`" in PAGE and f"{name}/" in PAGE for name in HIDDEN_FOLDERS)


def test_the_record_on_the_page_is_one_and_its_journal_says_the_same() -> None:
    text = block("yaml", 'format: 1\nid: "2026')
    record = codec.decode(text.encode(), "page")
    rows = [json.loads(line) for line in block("jsonl", '{"writer":"main"').splitlines()]
    folded = fold([Journal("main", rows)])
    assert folded.seen == record.seen
    assert (folded.params, folded.tags) == (record.params, record.tags)
    loss = codec.summary_fields(folded.metrics["loss"])
    assert loss == parse(text.encode(), "page").value["metrics"]["loss"]
    assert folded.ending.status == record.status


def test_the_digests_of_the_record_on_the_page_are_those_of_its_texts() -> None:
    record = codec.decode(block("yaml", 'format: 1\nid: "2026').encode(), "page")
    manifest = next(text for text in YAML if "kept:" in text)
    texts = {"metrics.jsonl": block("jsonl", '{"writer":"main"'), "artifacts.yaml": manifest}
    assert record.warnings == ()
    for name, text in texts.items():
        assert record.digests[name] == hashlib.sha256(text.encode()).hexdigest()


def test_the_manifest_on_the_page_is_one(tmp_path: Path) -> None:
    text = next(text for text in YAML if "kept:" in text)
    (tmp_path / "artifacts.yaml").write_text(text)
    assert encode_manifest(load_manifest(tmp_path)).decode() == text


def test_the_lost_run_on_the_page_bears_the_name_of_its_bytes() -> None:
    first = json.loads(block("jsonl", '{"writer":"kh3').splitlines()[0])
    writer = first.pop("writer")
    opening = encode_row(first).decode()
    assert digest_name(f"lost\n20260131-120000-kfxhqzab\n{opening}") == writer


def test_the_digests_on_the_page_are_of_something() -> None:
    assert hashlib.sha256(b"a plot\n").hexdigest() in PAGE
