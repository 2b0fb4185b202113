"""What a model prints is talk: it reaches standard error, and never stands among the answers."""

from pathlib import Path

import pytest

from mltrack.models import saving
from mltrack.models.entities import Wishes
from tests.support.cli import Cli

MODEL = """
import os

def predict(rows):
    print("a word from Python")
    os.write(1, b"a word from below\\n")
    return rows["age"] * 2
"""


@pytest.fixture
def talking(tmp_path: Path) -> Path:
    """Save a model that prints, and rows for it."""
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    rows = [{"age": 1.0}, {"age": 2.0}]
    saving.save(tmp_path / "model.py", tmp_path / "m", Wishes(inputs=rows, check=False))
    (tmp_path / "rows.csv").write_text("age,y\n1,2\n2,4.5\n", encoding="utf-8")
    return tmp_path


def test_predictions_on_standard_output_stand_alone(talking: Path, cli: Cli) -> None:
    done = cli("predict", "./m", "rows.csv", "--env", "local")
    assert done.out == "prediction\n2.0\n4.0\n"
    assert "a word from Python" in done.err
    assert "a word from below" in done.err


def test_figures_on_standard_output_stand_alone(talking: Path, cli: Cli) -> None:
    done = cli("evaluate", "./m", "rows.csv", "--target", "y", "--env", "local", "--output", "json")
    assert done.code == 0, done.err
    assert done.json()
    assert "a word from below" in done.err
