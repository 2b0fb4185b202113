"""Where an environment has no pyyaml, the runner lends its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mltrack.errors import MissingExtraError
from mltrack.store.borrowed import borrow

BARE = """
import sys
sys.path.insert(0, sys.argv[1])
from mltrack.errors import MltrackError
from mltrack.store import borrowed
from mltrack.store.yaml_reader import parse
from mltrack.store.yaml_writer import dump
try:
    print(parse(dump({"a": [1, "x"]}), "file").value, borrowed.borrowed)
except MltrackError as error:
    print(error)
"""


def said_by_a_bare_python(**variables: str) -> str:
    top = str(Path(__file__).parents[2])
    command = [sys.executable, "-S", "-c", BARE, top]
    environment = {**os.environ, "PYTHONPATH": "", **variables}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_runners_pyyaml_is_used_where_there_is_none() -> None:
    libraries = str(Path(yaml.__file__).parents[1])
    assert said_by_a_bare_python(MLTRACK_LIBRARIES=libraries) == "{'a': [1, 'x']} {'yaml'}"


@pytest.mark.parametrize("libraries", ["", "/nowhere"])
def test_without_one_the_missing_package_is_named(libraries: str) -> None:
    words = said_by_a_bare_python(MLTRACK_LIBRARIES=libraries)
    assert "needs the package pyyaml, which is not installed here" in words
    assert "pip install pyyaml" in words


def test_a_package_that_nobody_has_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLTRACK_LIBRARIES", "/nowhere")
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(MissingExtraError, match="no_such_package"):
        borrow("no_such_package")
