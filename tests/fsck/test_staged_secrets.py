"""A staged secret is refused before it is history, wherever it is, and look-alikes are not."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mltrack.fsck.kinds import Kind
from tests.fsck.damages import rewritten
from tests.fsck.ruin import Ruin, write
from tests.fsck.test_staged import SECRET, install_hook, new_run, stage


def planted_param(ruin: Ruin) -> Path:
    return rewritten(new_run(ruin) / "run.yaml", params={"api_key": "hunter2hunter2"})


def planted_row(ruin: Ruin) -> Path:
    path = new_run(ruin) / "metrics.jsonl"
    first, rest = path.read_bytes().split(b"\n", 1)
    row = f'{{"tags":{{"note":"use {SECRET}"}},"time":1.0}}'.encode()
    write(path, first + b"\n" + row + b"\n" + rest)
    return path


def planted_argv(ruin: Ruin) -> Path:
    path = new_run(ruin) / "run.yaml"
    project = 'project:\n  argv: ["x.py", "--password", "hunter2hunter2"]\n'
    write(path, re.sub(r"project:\n(  .*\n)+", project, path.read_text()))
    return path


def planted_patch(ruin: Ruin) -> Path:
    path = new_run(ruin) / "code.patch.gz"
    write(path, gzip.compress(f"+token = '{SECRET}'\n".encode(), mtime=0))
    return path


def planted_url(ruin: Ruin) -> Path:
    return new_run(ruin, "see https://ada:hunter2@example.org/x\n") / "artifacts/plots/new.svg"


@pytest.mark.parametrize(
    "plant", [planted_param, planted_row, planted_argv, planted_patch, planted_url]
)
def test_a_secret_is_refused_wherever_it_is_and_never_shown(
    plant: Callable[[Ruin], Path], ruin: Ruin
) -> None:
    path = plant(ruin)
    stage(ruin)
    found = [f for f in ruin.staged() if f.kind is Kind.SECRET]
    assert {f.path for f in found} == {f".mltrack/{ruin.path(path)}"}
    assert not any("hunter2" in str(f) or SECRET in str(f) for f in found)


@pytest.mark.parametrize(
    "text",
    [
        "max_tokens: 512\n",
        "tokenizer: bert-base-uncased\n",
        "clone ssh://git@example.org/x.git\n",
        "password_file: secrets.txt\n",
        "pad_token = [PAD]\n",
    ],
)
def test_a_look_alike_is_not_refused(text: str, ruin: Ruin) -> None:
    new_run(ruin, text)
    stage(ruin)
    assert ruin.staged() == ()


def test_a_key_that_the_store_allows_is_not_refused(ruin: Ruin) -> None:
    write(ruin.root / "config.yaml", "format: 1\nsecrets: {allow: [api_key]}\n")
    planted_param(ruin)
    stage(ruin)
    assert ruin.staged() == ()


def test_a_hook_keeps_a_secret_out_of_a_commit(ruin: Ruin, monkeypatch: pytest.MonkeyPatch) -> None:
    install_hook(ruin, monkeypatch)
    new_run(ruin, f"key {SECRET}\n")
    with pytest.raises(AssertionError, match="secret"):
        ruin.repo.commit("Leak it")
