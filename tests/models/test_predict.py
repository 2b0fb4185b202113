"""Models as a program and a shell ask for them, with no store in sight."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mltrack
from mltrack.errors import ConflictError, MltrackError, TrustError
from mltrack.models import trust
from tests.support.cli import Cli

MLTRACK = f"{sys.executable} -m mltrack"
NO_ARROW = Path(__file__).parent / "children" / "without_pyarrow"
"""A folder whose `sitecustomize` hides pyarrow."""


@pytest.fixture
def model(folder: Path, frame: pd.DataFrame, tmp_path: Path) -> Path:
    """Return the classifier's package, called `model`; its rows are in `rows.csv` beside it."""
    frame.to_csv(tmp_path / "rows.csv", index=False)
    return folder


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


def test_the_command_writes_predictions_to_a_file(model: Path, cli: Cli) -> None:
    done = cli("predict", "./model", "rows.csv", "-o", "out.csv")
    assert (done.code, done.out) == (0, "")
    assert "40 rows predicted, in out.csv" in done.err
    assert len((cli.folder / "out.csv").read_text(encoding="utf-8").splitlines()) == 41


def test_the_command_reads_and_writes_what_the_names_of_the_files_tell(
    model: Path, frame: pd.DataFrame, classifier: Any, cli: Cli
) -> None:
    frame.assign(id=range(40)).to_parquet(cli.folder / "rows.parquet")
    done = cli("predict", "./model", "rows.parquet", "-o", "out.jsonl", "--keep", "id")
    assert done.code == 0, done.err
    lines = (cli.folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    expected = enumerate(classifier.predict(frame).tolist())
    assert rows == [{"id": place, "prediction": value} for place, value in expected]


def test_standard_input_and_output_can_be_of_any_format(model: Path, cli: Cli) -> None:
    lines = '{"age": 30, "dose": -9}\n'
    done = cli("predict", "./model", "-", "--format", "jsonl", stdin=lines)
    assert (done.code, done.out) == (0, '{"prediction": 0}\n')
    ask = f"{MLTRACK} predict ./model - --format parquet --output-format parquet"
    pd.DataFrame({"age": [30], "dose": [-9.0]}).to_parquet(cli.folder / "rows.parquet")
    packed = _shell(f"cat rows.parquet | {ask} | cat", cli.folder)
    assert pd.read_parquet(io.BytesIO(packed.stdout))["prediction"].tolist() == [0], packed.stderr


def test_rows_left_out_are_named_and_counted(model: Path, cli: Cli) -> None:
    rows = "age,dose\n" + "x,1\n" * 12 + "30,-9\n"
    done = cli("predict", "./model", "-", "--on-error", "skip", stdin=rows)
    assert (done.code, done.out) == (0, "prediction\n0\n")
    lines = done.err.splitlines()
    assert lines[0] == "warning: 12 rows left out, since they do not fit:"
    assert lines[1].startswith("warning: line 2, column 'age': 'x' is no ")
    assert lines[11:] == ["1 row predicted"]


def test_a_reader_that_goes_away_is_no_error_to_speak_of(model: Path, cli: Cli) -> None:
    (cli.folder / "many.csv").write_text("age,dose\n" + "30,1\n" * 100_000, encoding="utf-8")
    done = _shell(f"{MLTRACK} predict ./model many.csv | head -1", cli.folder)
    assert done.stdout == b"prediction\n"
    assert b"error" not in done.stderr


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_full_disk_behind_standard_output_is_named(model: Path, cli: Cli, kind: str) -> None:
    ask = f"{MLTRACK} predict ./model rows.csv --output-format {kind}"
    done = _shell(f"{ask} > /dev/full", cli.folder)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: could not write to standard output: No space left")


def test_an_interrupt_leaves_the_old_file_and_nothing_else(model: Path, cli: Cli) -> None:
    (cli.folder / "out.csv").write_text("old\n", encoding="utf-8")
    before = set(cli.folder.iterdir())
    with subprocess.Popen(
        [*MLTRACK.split(), "predict", "./model", "-", "-o", "out.csv"],
        cwd=cli.folder,
        stdin=subprocess.PIPE,
    ) as child:
        assert child.stdin is not None
        child.stdin.write(b"age,dose\n" + b"30,1\n" * 200_000)
        child.stdin.flush()  # more than a pipe holds: by now it reads, and writes
        child.send_signal(signal.SIGINT)
        child.wait(60)
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
    assert child.returncode == 130
    assert (cli.folder / "out.csv").read_text(encoding="utf-8") == "old\n"
    assert set(cli.folder.iterdir()) == before


def test_a_line_without_end_is_refused_after_16_mib(model: Path, cli: Cli) -> None:
    endless = "(echo age,dose; tr '\\0' 9 < /dev/zero)"
    done = _shell(f"{endless} | {MLTRACK} predict ./model -", cli.folder)
    assert done.returncode == 2
    assert b"error: standard input:2: the line is longer than 16 MiB" in done.stderr


def test_progress_is_told_in_bytes_of_the_file(model: Path, tmp_path: Path) -> None:
    (tmp_path / "many.csv").write_text("age,dose\n" + "30,1.25\n" * 300_000, encoding="utf-8")
    told: list[tuple[int, int, str]] = []
    mltrack.predict(
        *(str(model), tmp_path / "many.csv"),
        output=tmp_path / "out.csv",
        share=lambda *far: told.append(far),
    )
    assert told[-1] == (2, 2, "MiB")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


UNREADABLE: dict[str, tuple[str, dict[str, Any], str]] = {
    "a name that tells nothing": ("rows.txt", {}, "say what it is: --format csv"),
    "a folder": ("model", {}, "model cannot be read: Is a directory"),
    "no file": ("no.csv", {}, r"there is no file .*no\.csv"),
    "another format": ("rows.csv", {"input_format": "parquet"}, "cannot be read as Parquet"),
    "no format": ("rows.csv", {"input_format": "tsv"}, "there is no format 'tsv' for rows"),
    "an answer that tells nothing": ("rows.csv", {"output": "out.xlsx"}, "--output-format csv"),
    "an answer that is packed": ("rows.csv", {"output": "out.csv.gz"}, "--output-format csv"),
    "an answer on a full disk": ("rows.csv", {"output": "/dev/full"}, "No space left"),
    "another word for what to do": ("rows.csv", {"on_error": "stop"}, "fail or skip"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_or_written_says_why(case: str, model: Path, tmp_path: Path) -> None:
    data, options, message = UNREADABLE[case]
    (tmp_path / "rows.txt").write_text("age,dose\n30,1\n", encoding="utf-8")
    output = tmp_path / options.pop("output", "out.csv")
    with pytest.raises(MltrackError, match=message):
        mltrack.predict(str(model), tmp_path / data, output=output, **options)
    assert not list(tmp_path.glob("*out*"))


def test_parquet_without_pyarrow_names_the_extra(model: Path, cli: Cli) -> None:
    for options in (["rows.csv", "-o", "out.parquet"], ["-", "--format", "parquet"]):
        done = cli("predict", "./model", *options, env={**os.environ, "PYTHONPATH": str(NO_ARROW)})
        assert done.code == 1
        assert "Parquet needs the package pyarrow" in done.err
        assert "pip install 'mltrack-local[parquet]'" in done.err


def test_csv_is_read_without_pyarrow(model: Path, cli: Cli) -> None:
    plain = cli("predict", "./model", "rows.csv")
    without = cli("predict", "./model", "rows.csv", env={**os.environ, "PYTHONPATH": str(NO_ARROW)})
    assert (without.code, without.out) == (0, plain.out)


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
    assert "line 2, column 'age': 'x' is no " in done.err
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


def _shell(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash; its code is that of the last command that failed."""
    script = ["bash", "-o", "pipefail", "-c", command]
    return subprocess.run(script, cwd=folder, capture_output=True, check=False, timeout=300)


def test_of_two_that_save_at_once_the_later_is_told(tmp_path: Path) -> None:
    target = tmp_path / "m"

    class Slow:
        """Somebody else saves a model there while this one is written."""

        def __reduce__(self) -> Any:
            target.mkdir(exist_ok=True)
            (target / "model.yaml").write_text("format: 1\n", encoding="utf-8")
            return dict, ()

        def predict(self, rows: Any) -> Any:
            return rows

    with pytest.raises(ConflictError, match="another program saved it"):
        mltrack.save_model(Slow(), target, pickle=True, check=False)
    assert sorted(path.name for path in target.iterdir()) == ["model.yaml"]
