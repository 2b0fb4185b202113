"""Anybody can look at a package: what it is and what it would run, and nothing of it runs."""

import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mltrack.models import inspecting, manifest, saving
from mltrack.models.entities import Wishes
from tests.models.test_trust import Canary
from tests.support.cli import Cli


@pytest.fixture
def pickled(classifier: Any, frame: pd.DataFrame, tmp_path: Path) -> Path:
    """Return a package that holds a pickle."""
    wishes = Wishes(inputs=frame, format="pickle", check=False)
    return saving.save(classifier, tmp_path / "pickled", wishes).path


def test_it_says_what_the_model_is_takes_and_needs(pickled: Path, cli: Cli) -> None:
    page = cli("model", "inspect", "./pickled")
    assert page.code == 0
    for word in ("sklearn.pipeline.Pipeline", "classification", "age  float64", "scikit-learn=="):
        assert word in page.out
    assert manifest.verify(pickled).digest in page.out


def test_it_says_that_loading_runs_a_pickle_and_what_it_names(pickled: Path, cli: Cli) -> None:
    loading = cli("model", "inspect", "./pickled", "--output", "json").json()["model"]["loading"]
    assert "data/model.pkl, a pickle" in loading["runs"]
    assert "sklearn.linear_model._logistic.LogisticRegression" in loading["imports"]
    assert loading["known"] == "made"


def test_a_strangers_pickle_is_looked_at_and_does_not_run(
    pickled: Path, cli: Cli, tmp_path: Path
) -> None:
    (pickled / "data" / "model.pkl").write_bytes(pickle.dumps(Canary(tmp_path / "it-ran")))
    manifest.write(pickled)
    page = cli("model", "inspect", "./pickled")
    assert "pathlib.Path.touch" in page.out or "builtins.getattr" in page.out
    assert "loading needs --trust" in page.out
    assert not (tmp_path / "it-ran").exists()


def test_a_changed_byte_is_named_and_nothing_is_shown(pickled: Path, cli: Cli) -> None:
    with (pickled / "data" / "model.pkl").open("ab") as file:
        file.write(b"x")
    page = cli("model", "inspect", "./pickled")
    assert page.code == 4
    assert "model.pkl was changed after the model was saved" in page.err
    assert not page.out


@pytest.mark.parametrize("protocol", range(6))
def test_what_a_pickle_names_is_read_in_every_protocol(protocol: int) -> None:
    named = set(inspecting.names_in(pickle.dumps([Path, Path, pd.Timestamp], protocol)))
    assert {n.rpartition(".")[2] for n in named} >= {"Path", "Timestamp"}


def test_a_torn_pickle_says_so() -> None:
    assert "cannot be read" in list(inspecting.names_in(pickle.dumps([1, 2])[:-3]))[-1]


def test_no_file_outside_of_the_package_is_shown(pickled: Path, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "private.txt").write_text("hunter2\n", encoding="utf-8")
    facts = (pickled / "model.yaml").read_text("utf-8")
    led_out = facts.replace("requirements.txt", "../private.txt")
    assert led_out != facts
    (pickled / "model.yaml").write_text(led_out, encoding="utf-8")
    manifest.write(pickled)
    page = cli("model", "inspect", "./pickled")
    assert page.code == 0
    assert "hunter2" not in page.out


def test_a_package_that_says_it_runs_code_is_believed(regression: Any, tmp_path: Path) -> None:
    package = saving.save(regression, tmp_path / "plain", Wishes(check=False)).path
    facts = (package / "model.yaml").read_text("utf-8")
    more = facts.replace("executes_code: false", "executes_code: true")
    (package / "model.yaml").write_text(more, encoding="utf-8")
    manifest.write(package)
    assert inspecting.inspected(package).runs == "code that the package does not name"


def test_what_python_leaves_behind_in_a_package_is_no_damage(pickled: Path) -> None:
    compiled = pickled / "code" / "__pycache__"
    compiled.mkdir()
    (compiled / "x.pyc").write_bytes(b"whatever")
    digest = manifest.verify(pickled).digest
    assert manifest.write(pickled) == digest


def test_a_pickle_that_repeats_a_long_text_costs_no_memory() -> None:
    text = b"A" * 100_000
    start = b"\x80\x04X" + len(text).to_bytes(4, "little") + text + b"\x94"
    steps = (b"h\x00\x8c\x06" + b"%06d" % number + b"\x93" for number in range(20_000))
    named = list(inspecting.names_in(start + b"".join(steps) + b"."))
    assert sum(map(len, named)) < 10_000_000


def test_a_pickle_that_is_not_called_one_is_read_all_the_same(
    pickled: Path, cli: Cli, tmp_path: Path
) -> None:
    (pickled / "data" / "model.bin").write_bytes(pickle.dumps(Canary(tmp_path / "it-ran"), 2))
    facts = pickled / "model.yaml"
    facts.write_text(facts.read_text().replace("data/model.pkl", "data/model.bin"))
    (pickled / "data" / "model.pkl").unlink()
    manifest.write(pickled)
    assert "__builtin__.getattr" in cli("model", "inspect", "./pickled").out
    assert not (tmp_path / "it-ran").exists()
