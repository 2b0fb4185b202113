"""A model in an environment of its own, built from the lock and the Python of its package."""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mltrack.envs import build, leases, local, specifier
from mltrack.envs.home import user_home
from mltrack.envs.requirement_files import logical
from mltrack.envs.spec import Environment, EnvSpec, Supply
from mltrack.envs.variables import with_path_first
from mltrack.errors import IntegrityError, MltrackError, UsageError
from mltrack.models import classes, installed, loader_text, process
from mltrack.models.answer import Answer
from mltrack.models.entities import Signature, Task
from mltrack.models.needs.locking import made_here, name_of
from mltrack.models.opening import Opened
from mltrack.models.process import ModelProcess, ModelProcessError
from mltrack.models.signature.columns import Table
from mltrack.progress import Progress
from mltrack.store.secret_keys import is_secret_key

_PACKAGE = re.compile(
    r"[A-Za-z0-9][\w.-]*(?:\[[\w.,-]*\])?\s*(?:===?[^\s;]+|@ (?:git\+|https://)\S+)"
)
_OF_LINE = re.compile(r"\s+(?:;|--hash=).*")
_REFUSALS = frozenset({"PackageError", "TypeError", "ValueError"})
_PASSED = frozenset(
    {"HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LOGNAME", "PATH", "TEMP", "TMP", "TMPDIR"}
    | {"TZ", "USER", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}
)
_PASSED_WITH = (
    *("CUDA_", "GOMP_", "HIP_", "KERAS_", "KMP_", "LC_", "MKL_", "NUMEXPR_", "NVIDIA_", "OMP_"),
    *("OPENBLAS_", "ROCR_", "TF_", "TORCH_", "VECLIB_"),
)
"""Locale, threads and devices: nothing else of the caller is the model's business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolatedModel:
    """A model in a process of its own environment; it answers as a loaded one does."""

    running: ModelProcess
    digest: str
    signature: Signature | None
    methods: tuple[str, ...]
    task: Task | None
    classes: tuple[Any, ...] | None = None
    notes: tuple[str, ...] = ()

    def answer(self, table: Table, method: str = "predict") -> Answer:
        """Return what the model gives for rows that fit.

        Raises:
            UsageError: the model has no such method, or refuses the rows.
            MltrackError: its process ended.
        """
        if method not in self.methods:
            raise UsageError(
                f"the model has no {method}", fix=f"ask it for {', '.join(self.methods)}"
            )
        try:
            return self.running.answer(table, method)
        except ModelProcessError as error:
            if error.kind in _REFUSALS:
                raise UsageError(f"the model refuses the rows: {error.message}") from error
            raise MltrackError(
                f"the model did not answer: {error.message}",
                fix="see what it said above; fewer rows at a time need less memory",
            ) from error


def lacking(package: Opened) -> str:
    """Return why this Python is not what a model was made with; an empty text where it is."""
    facts, here = package.facts, installed.python_version()
    if facts.python != here:
        return f"it was saved with Python {facts.python}, this is {here}"
    lines = (local.at_hand().packages or b"").decode().splitlines()
    have = {name_of(line): line for line in lines}
    for wanted in _lines(package):
        mine = have.get(name_of(wanted))
        if mine != wanted:
            return f"it was saved with {wanted}, here it is {_version(mine)}"
    return ""


def _version(line: str | None) -> str:
    return "missing" if line is None else line.partition("==")[2] or line


def _lines(package: Opened) -> list[str]:
    """Return the distributions of a package without their digests.

    Raises:
        IntegrityError: a line names no version, commit or address.
    """
    found = []
    for number, line in logical(_lock(package)):
        if not _PACKAGE.fullmatch(_OF_LINE.sub("", line)):
            raise IntegrityError(
                f"{package.files.folder / _lock_file(package)}:{number}: {line[:80]!r} is no line "
                "of a model's lock"
            )
        found.append(_OF_LINE.sub("", line))
    return found


def _lock_file(package: Opened) -> str:
    return package.facts.lock or package.facts.requirements


def _lock(package: Opened) -> str:
    return package.files.read(_lock_file(package)).decode("utf-8", "replace")


@contextlib.contextmanager
def isolated(
    package: Opened, supply: Supply, progress: Progress, notes: tuple[str, ...] = ()
) -> Iterator[IsolatedModel]:
    """Give a model in its own environment, which is built first where it is not there yet.

    What it prints goes to standard error. The environment is shared with all models and projects
    that have the same lock, and nobody removes it meanwhile.

    Args:
        package: one that is trusted: what its lock names is installed and runs.
        supply: where packages come from.
        progress: is told how far the build has come.
        notes: what the user should know of the choice.

    Raises:
        EnvironmentBuildError: it could not be built.
        NotFoundError: this machine has no such Python.
        MltrackError: the model cannot be loaded there.
    """
    home = user_home()
    environment = build.ensure(_spec(package), home, supply._replace(near=True), progress)
    with leases.held(environment, home), _loaded(package, environment) as running:
        facts = package.facts
        yield IsolatedModel(
            running=running,
            digest=package.files.digest,
            signature=facts.signature,
            methods=facts.methods,
            task=facts.task,
            classes=classes.in_details(facts.details),
            notes=(*notes, *environment.notes),
        )


def _spec(package: Opened) -> EnvSpec:
    _lines(package)
    text = _lock(package)
    return EnvSpec(
        python=specifier.parse(f"=={package.facts.python}.*"),
        folder=package.files.folder,
        locked=text.encode(),
        locked_elsewhere=not made_here(text),
    )


@contextlib.contextmanager
def _loaded(package: Opened, environment: Environment) -> Iterator[ModelProcess]:
    start = process.Start(
        python=environment.python,
        text=loader_text.text_of(package.flavor, package.facts),
        folder=package.files.folder,
        digest=package.files.digest,
        variables=variables_of(os.environ, environment.python),
    )
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(process.started(start))
        except ModelProcessError as error:
            raise MltrackError(
                f"the model {package.files.folder} cannot be loaded in its own environment: "
                f"{error.message}",
                fix=f"build it anew: mltrack env rm {environment.id}; or take this Python: "
                "--env local",
            ) from error
        yield running


def variables_of(caller: Mapping[str, str], python: Path) -> Mapping[str, str]:
    """Return what a model gets of the caller's variables: no secret, no other Python's path."""
    passed = {
        name: value
        for name, value in caller.items()
        if (name in _PASSED or name.startswith(_PASSED_WITH)) and not is_secret_key(name)
    }
    return with_path_first({**passed, "PYTHONNOUSERSITE": "1"}, str(python.parent))
