"""Code in a model runs for who made it or trusted it, and for nobody else."""

import pickle
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mltrack.errors import IntegrityError, MltrackError, TrustError
from mltrack.models import flavors, manifest, opening, saving, trust


class Canary:
    """Writes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return Path.touch, (self.file,)


@pytest.fixture
def canary(folder: Path, tmp_path: Path) -> Path:
    """Put a pickle of unknown origin into the package; return the file that it would write."""
    file = tmp_path / "it-ran"
    (folder / "data" / "model.pkl").write_bytes(pickle.dumps(Canary(file)))
    manifest.write(folder)
    return file


def test_a_pickle_of_unknown_origin_does_not_run(folder: Path, canary: Path) -> None:
    with pytest.raises(TrustError, match="neither made nor trusted"):
        opening.load_package(folder)
    assert not canary.exists()


def test_the_canary_runs_when_it_is_trusted(folder: Path, canary: Path) -> None:
    with pytest.raises(MltrackError, match="has no predict"):
        opening.load_package(folder, trust=True)
    assert canary.exists()


def test_a_changed_pickle_does_not_run_even_when_it_is_trusted(folder: Path, canary: Path) -> None:
    (folder / "data" / "model.pkl").write_bytes(pickle.dumps(Canary(canary)) + b"more")
    with pytest.raises(IntegrityError):
        opening.load_package(folder, trust=True)
    assert not canary.exists()


def test_a_package_that_denies_running_code_is_not_believed(
    folder: Path, canary: Path, rewrite: Callable[[str, str, str], None]
) -> None:
    rewrite("model.yaml", "executes_code: true", "executes_code: false")
    with pytest.raises(TrustError):
        opening.load_package(folder)
    assert not canary.exists()


def test_the_refusal_says_what_would_run_and_how_to_trust_it(folder: Path, canary: Path) -> None:
    with pytest.raises(TrustError) as refused:
        opening.load_package(folder, name="churn@staging")
    assert "churn@staging" in refused.value.message
    assert "data/model.pkl" in refused.value.why
    assert "--trust" in refused.value.fix
    assert refused.value.exit_code == 4


def test_a_model_that_was_made_here_needs_no_word(folder: Path) -> None:
    assert opening.load_package(folder).flavor.NAME == "sklearn"


def test_another_user_is_asked_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "of-another-user"))
    with pytest.raises(TrustError):
        opening.load_package(folder)
    opening.load_package(folder, trust=True)
    opening.load_package(folder)


def test_the_list_is_the_users_alone(folder: Path) -> None:
    assert stat.S_IMODE(trust.list_path().stat().st_mode) == 0o600


def test_a_digest_is_listed_once(classifier: Any, folder: Path, tmp_path: Path) -> None:
    saving.save(classifier, tmp_path / "again")
    saving.save(classifier, tmp_path / "and-again")
    assert len(trust.list_path().read_text(encoding="utf-8").splitlines()) == 2


def test_a_torn_last_line_costs_no_digest(world: Path) -> None:
    trust.remember("a" * 64, trust.MADE, "first")
    with trust.list_path().open("ab") as file:
        file.write(b"torn")
    trust.remember("b" * 64, trust.TRUSTED, "second\nline")
    assert trust.is_known("a" * 64)
    assert trust.is_known("b" * 64)


def test_a_list_that_cannot_be_written_is_said_and_stops_nothing(
    classifier: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    saved = saving.save(classifier, tmp_path / "m")
    assert "will ask for trust" in saved.notes[-1]


@pytest.mark.parametrize("file", ["data/model.h5", "data/model.hdf5", "data/folder", None])
def test_keras_files_that_are_read_without_its_safe_mode_need_trust(file: str | None) -> None:
    keras = flavors.named("keras")
    assert "may run code" in keras.what_runs({"file": file, "objects": {}, "backend": "jax"})


def test_a_package_names_no_backend_that_keras_does_not_have(tmp_path: Path) -> None:
    files = manifest.VerifiedFiles(tmp_path, "0" * 64, {})
    with pytest.raises(ValueError, match="no backend 'evil'"):
        flavors.named("keras").load(files, {"file": "data/model.keras", "backend": "evil"})


@pytest.mark.parametrize("data", [b"", b"\x80\x04.", b"h\x05.", b"(" * 99], ids=str)
def test_a_pickle_that_is_none_is_said_to_be_none(folder: Path, data: bytes) -> None:
    (folder / "data" / "model.pkl").write_bytes(data)
    manifest.write(folder)
    with pytest.raises(MltrackError, match=r"cannot be rebuilt here: (EOF|Unpickling|Index)"):
        opening.load_package(folder, trust=True)


def test_details_of_another_kind_are_refused_in_words(
    folder: Path, rewrite: Callable[[str, str, str], None]
) -> None:
    rewrite("model.yaml", 'flavor: "sklearn"', 'flavor: "keras"')
    rewrite("model.yaml", "sklearn:\n", "keras:\n  objects: 5\n")
    with pytest.raises(TrustError) as refused:
        opening.load_package(folder)
    assert "its classes 5" in refused.value.why
