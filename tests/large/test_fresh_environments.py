"""Packages in environments that hold nothing but what their requirements name: `make test-all`."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mltrack.models import saving
from mltrack.models.entities import Wishes
from tests.models.frameworks import pytorch

ASK = """
import importlib.util, pathlib, pickle, sys
[file] = pathlib.Path(sys.argv[1], "code").glob("mltrack_loader_*.py")
spec = importlib.util.spec_from_file_location(file.stem, file)
module = importlib.util.module_from_spec(spec)
sys.modules[file.stem] = module
spec.loader.exec_module(module)
given = module.open_package().predict(pickle.loads(pathlib.Path(sys.argv[2]).read_bytes()))
pathlib.Path(sys.argv[3]).write_bytes(pickle.dumps(given))
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return packages of PyTorch, and an environment that is installed from their requirements."""
    folder = tmp_path_factory.mktemp("packages")
    for name in ("class of the project", "exported class"):
        example = pytorch.EXAMPLES[name]
        wishes = Wishes(
            inputs=pytorch.EXAMPLES[name].rows(),
            arguments=example.wishes.arguments,
            format=example.wishes.format,
            check=False,
        )
        saving.save(example.fitted(), folder / name, wishes)
    python = folder / "env" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    requirements = folder / "class of the project" / "requirements.txt"
    subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True)
    return folder


@pytest.mark.parametrize("name", ["class of the project", "exported class"])
def test_pytorch_predicts_the_same_bit_for_bit_in_a_fresh_environment(
    name: str, packages: Path, tmp_path: Path
) -> None:
    example = pytorch.EXAMPLES[name]
    rows = example.rows()
    bare = rows.to_numpy() if hasattr(rows, "columns") else rows  # pandas is not there
    (tmp_path / "rows").write_bytes(pickle.dumps(bare))
    python = packages / "env" / "bin" / "python"
    subprocess.run(
        [python, "-P", "-c", ASK, packages / name, tmp_path / "rows", tmp_path / "given"],
        check=True, cwd=tmp_path,
    )  # fmt: skip
    given: Any = pickle.loads((tmp_path / "given").read_bytes())
    expected = example.asked(example.fitted(), example.rows())["predict"]
    assert np.array_equal(given, expected)
