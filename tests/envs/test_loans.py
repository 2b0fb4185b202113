"""What a child borrows is exactly what it needs."""

import os
import subprocess
from pathlib import Path

from mltrack.envs import loans
from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import EnvSpec


def test_the_bridge_holds_the_package_alone(home: Home) -> None:
    folder = loans.bridge(home)

    assert [path.name for path in folder.iterdir()] == ["mltrack"]
    assert loans.bridge(home) == folder


def test_a_bare_environment_can_import_mltrack_over_the_bridge(home: Home) -> None:
    python = ensure(EnvSpec(), home).python

    done = subprocess.run(
        [python, "-c", "import mltrack; print(mltrack.__version__)"],
        env={**os.environ, "PYTHONPATH": str(loans.bridge(home))},
        check=False,
    )

    assert done.returncode == 0


def test_a_bare_environment_can_read_yaml_and_pickle_from_the_loan(home: Home) -> None:
    python = ensure(EnvSpec(), home).python

    done = subprocess.run(
        [python, "-c", "import yaml, cloudpickle; print(yaml.safe_load('a: 1'))"],
        env={**os.environ, "PYTHONPATH": str(loans.libraries(home))},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "{'a': 1}\n", done.stderr


def test_the_loan_holds_no_compiled_file(home: Home) -> None:
    folder = loans.libraries(home)

    assert {path.name for path in folder.iterdir()} == {"yaml", "cloudpickle"}
    assert not [path for path in Path(folder).rglob("*") if path.suffix in {".so", ".pyc", ".pyd"}]
