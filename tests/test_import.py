"""`import mltrack` costs next to nothing, and every public name is there."""

import subprocess
import sys

import pytest

import mltrack

HEAVY = (
    "yaml rich virtualenv cloudpickle typer filelock numpy pandas dataclasses json subprocess"
    " typing re enum functools collections pathlib"
)


def _modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(mltrack.__path__[0]).removesuffix("mltrack")},
    )
    return set(done.stdout.split())


def test_importing_mltrack_loads_nothing_heavy() -> None:
    assert not _modules_after("import mltrack") & set(HEAVY.split())


@pytest.mark.parametrize("name", mltrack.__all__)
def test_every_public_name_can_be_loaded(name: str) -> None:
    assert getattr(mltrack, name) is not None


def test_a_name_that_is_not_there_says_so() -> None:
    with pytest.raises(AttributeError, match="no attribute 'start_rum'"):
        mltrack.start_rum  # noqa: B018
