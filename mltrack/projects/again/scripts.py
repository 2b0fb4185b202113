"""A run of a script that nobody declared as a project, as an order that can be launched."""

import re
from pathlib import Path

from mltrack.envs.spec import EnvSpec
from mltrack.errors import NotFoundError, UsageError
from mltrack.projects.spec import EntryPoint, ProjectSpec
from mltrack.store.secrets import MASK
from mltrack.tracking.entities import RunRecord

_LAUNCHERS = frozenset(
    {"ipykernel_launcher", "ipykernel_launcher.py", "colab_kernel_launcher", "ipython", "IPython"}
    | {"colab_kernel_launcher.py", "mltrack"}
)
_AT_HOME = re.compile(r"(\A|=)~/")
ENTRY = "script"


def is_script(record: RunRecord) -> bool:
    """Tell whether a run was made by a program of its own, not by `mltrack run`."""
    return "entry" not in record.project


def spec_of(record: RunRecord, home: Path, folder: Path) -> ProjectSpec:
    """Return a script's run as a project of one command.

    Args:
        record: the run.
        home: the folder that holds the store, in the checkout.
        folder: the folder in which the script ran, in the checkout.

    Raises:
        UsageError: what ran cannot be started again, and why.
        NotFoundError: the script is not in the code.
    """
    program = tuple(map(_literal, _program(record, home, folder)))
    entry = EntryPoint(name=ENTRY, command=("python", *program))
    return ProjectSpec(
        name=record.name,
        folder=folder,
        digest="",
        env=EnvSpec(),
        params={},
        entry_points={ENTRY: entry},
    )


def _program(record: RunRecord, home: Path, folder: Path) -> list[str]:
    """Return what `python` gets: a module or a file, and the arguments."""
    argv = record.project.get("argv")
    if not isinstance(argv, list) or not all(isinstance(word, str) for word in argv):
        raise _cannot(record, "it was begun by `mltrack start`, so nothing tells what ran")
    program, *rest = argv or [""]
    masked = [word for word in argv if MASK in word]
    if masked:
        raise _cannot(record, f"a secret was masked in its command line: {masked[0]}")
    module, name = str(record.project.get("module") or ""), Path(program).name
    if not _LAUNCHERS.isdisjoint({name, module.partition(".")[0]}):
        raise _cannot(record, f"{name} started it, and nothing tells what that ran")
    if not module and program in {"", "-", "-c", "-m"}:
        raise _cannot(record, "it was typed into Python, so there is no file to start")
    given = [_AT_HOME.sub(rf"\g<1>{Path.home()}/", word) for word in rest]
    if module:
        return ["-m", module.removesuffix(".__main__"), *given]
    return [_found(record, program, home, folder), *given]


def _cannot(record: RunRecord, why: str) -> UsageError:
    return UsageError(
        f"run {record.handle} cannot be run again by itself",
        why=why,
        fix="make it a project, which can: write a project.yaml, then mltrack run .",
    )


def _found(record: RunRecord, program: str, home: Path, folder: Path) -> str:
    """Return the script's path as it was given, or where it lies from the store's folder."""
    path = Path(program)
    if not path.is_absolute() and ".." not in path.parts and program[:1] not in {"~", "-"}:
        if (folder / path).is_file():
            return program
        if (home / path).is_file():
            return str(home / path)
    raise NotFoundError(
        f"the script of run {record.handle} is not in its code: {program}",
        why=f"looked in {folder.name if folder != home else 'its folder'}, and from the store's",
        fix=f"add it to git, or run it as it is now: mltrack rerun {record.handle} --current code",
    )


def _literal(text: str) -> str:
    """Return an argument as a template that gives back just this text."""
    return text.replace("{", "{{").replace("}", "}}")
