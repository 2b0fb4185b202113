"""A run in an environment that is built already pays for itself alone: few modules, processes."""

import os
from pathlib import Path

from tests.projects.conftest import Project
from tests.support.cli import Cli
from tests.support.loaded import loaded_by

BUILDERS = {"virtualenv", "filelock", "importlib.metadata", "mltrack.envs.filling", "pip"}
OTHERS = {
    "mltrack.store.own_yaml",
    "rich",
    "cloudpickle",
    "pickle",
    "logging",
    "asyncio",
    "email",
    "dataclasses",
    "tempfile",
}
MOST_GIT_COMMANDS = 12
"""Where there are files that git does not know yet; else one less."""

TELL_WHAT_IS_STARTED = """\
import os, sys

def told(event, arguments):
    if event == "subprocess.Popen":
        with open(os.environ["STARTED"], "a") as file:
            file.write(f"{arguments[1][0]}\\n")

sys.addaudithook(told)
"""


def test_nothing_is_loaded_that_builds_environments(project: Project, cli: Cli) -> None:
    folder = project("print('done')")
    built = cli("run", ".", cwd=folder)

    loaded = loaded_by("run", ".", cwd=folder)

    assert "making environment" in built.err
    assert "mltrack.projects.running.process" in loaded
    assert not loaded & (BUILDERS | OTHERS)


def test_nothing_is_started_but_git_and_the_command(
    project: Project, cli: Cli, tmp_path: Path
) -> None:
    folder, hooks, started = project("print('done')"), tmp_path / "hooks", tmp_path / "started"
    cli("run", ".", cwd=folder)
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(TELL_WHAT_IS_STARTED)
    told = {**os.environ, "PYTHONPATH": str(hooks), "STARTED": str(started)}

    done = cli("run", ".", cwd=folder, env=told)

    *before, last = started.read_text().splitlines()
    assert done.code == 0, done.err
    assert "envs" in Path(last).parts
    assert set(before) == {"git"}
    assert len(before) <= MOST_GIT_COMMANDS
