"""A model runs in this Python, or in an environment built from its own lock and Python."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mltrack
from mltrack.errors import IntegrityError, MltrackError, TrustError
from mltrack.models import isolated, manifest, opening, saving, trust
from mltrack.models.entities import Wishes
from mltrack.models.installed import python_version
from tests.support.cli import Cli


@pytest.fixture
def rows(frame: Any, tmp_path: Path) -> Path:
    frame.to_csv(tmp_path / "rows.csv", index=False)
    return tmp_path / "rows.csv"


def predicted(folder: Path, rows: Path, **options: Any) -> tuple[bytes, Any]:
    output = rows.with_name("out.csv")
    done = mltrack.predict(folder, rows, output=output, **options)
    return output.read_bytes(), done


def test_the_models_own_environment_is_built_from_its_lock_and_predicts_the_same_bits(
    folder: Path, rows: Path, shared_home: Path, cli: Cli
) -> None:
    here, done = predicted(folder, rows, env="auto")
    assert done.notes == ()
    told: list[str] = []
    there, done = predicted(folder, rows, env="isolated", progress=told.append)
    assert there == here
    assert done.notes == ()
    assert not any((shared_home / "leases").glob("*/*"))
    said = cli("predict", str(folder), str(rows), "--env", "isolated", "--offline")
    assert said.out.encode() == here


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    trust.remember(manifest.write(folder), trust.MADE, "a test's model")


def lacking(folder: Path) -> str:
    return isolated.lacking(opening.opened(folder))


def test_another_version_of_anything_in_the_lock_is_why_it_is_not_this_python(
    folder: Path,
) -> None:
    assert lacking(folder) == ""
    change(folder, "requirements.lock", "numpy==", "numpy==0.0.")
    assert lacking(folder).startswith("it was saved with numpy==0.0.")


def test_auto_says_why_it_cannot_be_this_python_and_how_to_take_it_all_the_same(
    folder: Path, rows: Path, cli: Cli
) -> None:
    change(folder, "requirements.lock", "numpy==", "numpy==0.0.")
    done = cli("predict", str(folder), str(rows), "--offline")
    assert done.code == 1
    assert "it was saved with numpy==0.0." in done.err
    assert "--env local" in done.err
    assert cli("predict", str(folder), str(rows), "--env", "local").out.startswith("prediction")


def test_a_pickle_of_another_python_is_refused_here_and_names_the_way_out(folder: Path) -> None:
    ours = python_version()
    change(folder, "model.yaml", f'python: "{ours}"', 'python: "3.99"')
    assert lacking(folder).startswith("it was saved with Python 3.99")
    with pytest.raises(MltrackError, match=r"pickled with Python 3\.99(?s:.)*--env isolated"):
        opening.load_package(folder)


def test_an_environment_is_built_only_for_a_model_that_is_trusted(
    folder: Path, rows: Path, rewrite: Any
) -> None:
    rewrite("requirements.lock", "numpy==", "evil==")
    with pytest.raises(TrustError):
        predicted(folder, rows, env="isolated", offline=True)


def test_that_holds_for_a_model_whose_loading_runs_no_code(
    regression: Any, frame: Any, tmp_path: Path
) -> None:
    wishes = Wishes(inputs=frame.to_numpy(), format="skops", check=False)
    saved = saving.save(regression, tmp_path / "m", wishes)
    text = (saved.path / "requirements.lock").read_text(encoding="utf-8")
    (saved.path / "requirements.lock").write_text(text + "evil==1.0\n", encoding="utf-8")
    manifest.write(saved.path)
    rows = tmp_path / "rows.csv"
    np.savetxt(rows, frame.to_numpy(), delimiter=",", header="x0,x1", comments="")
    predicted(saved.path, rows, env="local")
    for env in ("isolated", "auto"):
        with pytest.raises(TrustError, match="its lock names"):
            predicted(saved.path, rows, env=env, offline=True)


@pytest.mark.parametrize(
    "line", ["-e /home/ada", "./evil.whl", "--index-url https://evil", "numpy"]
)
def test_a_lock_that_names_what_no_lock_of_a_model_does_is_refused(
    folder: Path, rows: Path, line: str
) -> None:
    change(folder, "requirements.lock", "numpy==", f"{line}\nnumpy==")
    with pytest.raises(IntegrityError, match=r"requirements\.lock:\d+"):
        predicted(folder, rows, env="isolated", offline=True)


def test_a_place_that_is_none_is_refused(folder: Path, rows: Path) -> None:
    with pytest.raises(mltrack.UsageError, match="no environment 'remote'"):
        predicted(folder, rows, env="remote")


@pytest.mark.parametrize(
    "line",
    [
        "-e .",
        "-r /etc/passwd",
        "--index-url https://example.invalid",
        "evil @ file:///tmp",
        "evil==1.0 --index-url https://example.invalid",
        "evil==1.0 -e .",
    ],
)
def test_a_lock_names_packages_and_gives_no_orders_to_an_installer(folder: Path, line: str) -> None:
    (folder / "requirements.lock").write_text(f"{line}\n", encoding="utf-8")
    trust.remember(manifest.write(folder), trust.MADE, "a test's model")
    with pytest.raises(IntegrityError, match=r"requirements\.lock:1: .* is no line of a model"):
        lacking(folder)


def test_who_did_not_ask_for_an_environment_is_told_how_to_do_without(
    regression: Any, frame: Any, rows: Path, cli: Cli, tmp_path: Path
) -> None:
    wishes = Wishes(inputs=frame.to_numpy(), check=False)
    saved = saving.save(regression, tmp_path / "m", wishes).path
    lock = saved / "requirements.lock"
    lock.write_text(re.sub(r"numpy==\S+", "numpy==1.0.0", lock.read_text("utf-8")), "utf-8")
    manifest.write(saved)
    refused = cli("predict", "./m", str(rows))
    assert refused.code == 4
    assert "numpy" in refused.err
    assert "--env local" in refused.err
    assert cli("predict", "./m", str(rows), "--env", "local").code == 0
