"""Models as a program and a shell ask for them, with no store in sight."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mltrack
from mltrack.errors import ConflictError, NotFoundError, TrustError
from mltrack.models import trust
from tests.support.cli import Cli


@pytest.fixture
def model(classifier: Any, frame: pd.DataFrame, tmp_path: Path) -> Path:
    """Save the classifier as `model`, which loading runs, and its rows as `rows.csv`."""
    frame.to_csv(tmp_path / "rows.csv", index=False)
    saved = mltrack.save_model(classifier, tmp_path / "model", inputs=frame, format="pickle")
    return saved.path


def test_a_saved_model_is_loaded_by_its_path(
    model: Path, classifier: Any, frame: pd.DataFrame
) -> None:
    assert np.array_equal(mltrack.load_model(str(model)).predict(frame), classifier.predict(frame))


def test_saving_over_something_is_refused(model: Path, classifier: Any) -> None:
    with pytest.raises(ConflictError, match="is there already"):
        mltrack.save_model(classifier, model)


def test_a_save_that_fails_leaves_nothing(classifier: Any, tmp_path: Path) -> None:
    with pytest.raises(mltrack.UsageError):
        mltrack.save_model(classifier, tmp_path / "m", inputs=pd.DataFrame({"age": [1]}))
    assert not list(tmp_path.iterdir())


def test_what_is_unsure_at_saving_is_a_warning(
    regression: Any, tmp_path: Path, frame: pd.DataFrame
) -> None:
    del regression.n_features_in_
    with pytest.warns(UserWarning, match="columns that this model takes are not known"):
        mltrack.save_model(regression, tmp_path / "m")


def test_a_data_file_that_is_not_there_is_named(model: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no\.csv"):
        mltrack.predict(str(model), tmp_path / "no.csv", output=tmp_path / "out.csv")


def test_the_command_writes_predictions_to_a_file(model: Path, cli: Cli) -> None:
    done = cli("predict", "./model", "rows.csv", "-o", "out.csv")
    assert (done.code, done.out) == (0, "")
    assert "40 rows predicted, in out.csv" in done.err
    assert len((cli.folder / "out.csv").read_text(encoding="utf-8").splitlines()) == 41


def test_predictions_never_replace_the_rows_they_were_made_from(model: Path, cli: Cli) -> None:
    before = (cli.folder / "rows.csv").read_bytes()
    done = cli("predict", "./model", "rows.csv", "-o", "../" + cli.folder.name + "/rows.csv")
    assert done.code == 2
    assert "fix: name another file" in done.err
    assert (cli.folder / "rows.csv").read_bytes() == before


def test_the_command_reads_and_writes_streams(model: Path, cli: Cli) -> None:
    done = cli("predict", "./model", "-", stdin="age,dose\n30,-9\n")
    assert (done.code, done.out) == (0, "prediction\n0\n")


def test_the_command_says_which_columns_it_left_out(model: Path, cli: Cli) -> None:
    done = cli("predict", "./model", "-", stdin="id,age,dose\na,30,-9\n")
    assert "column id" in done.err


def test_a_bad_row_exits_with_2_and_leaves_no_file(model: Path, cli: Cli) -> None:
    done = cli("predict", "./model", "-", "-o", "out.csv", stdin="age,dose\nx,1\n")
    assert done.code == 2
    assert "column 'age', line 2: 'x' is no " in done.err
    assert not (cli.folder / "out.csv").exists()


def test_a_strangers_model_exits_with_4_until_it_is_trusted(model: Path, cli: Cli) -> None:
    trust.list_path().unlink()
    refused = cli("predict", "./model", "rows.csv")
    assert (refused.code, refused.out) == (4, "")
    assert "--trust" in refused.err
    assert cli("predict", "./model", "rows.csv", "--trust").code == 0
    assert cli("predict", "./model", "rows.csv").code == 0


def test_a_strangers_model_is_refused_in_python_too(model: Path) -> None:
    trust.list_path().unlink()
    with pytest.raises(TrustError):
        mltrack.load_model(str(model))


def test_paths_are_meant_from_the_folder_that_is_asked_for(model: Path, cli: Cli) -> None:
    other = cli.folder / "elsewhere"
    other.mkdir()
    done = cli("-C", str(cli.folder), "predict", "./model", "rows.csv", "-o", "out.csv", cwd=other)
    assert done.code == 0, done.err
    assert (cli.folder / "out.csv").exists()
