"""Say why a package does not count: what its rehearsal showed, and what the user can do."""

import re

from mltrack.errors import UsageError
from mltrack.models.needs.comparing import Difference
from mltrack.models.needs.performing import RefusedRowError, Stage
from mltrack.models.process import ModelProcessError

_PLACE = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>[0-9]+), in (?P<name>.+)')
_UNSEEN = "or save it unseen: check=False"


def explained(error: ModelProcessError, stage: Stage) -> UsageError:
    """Return the error that tells a user why a rehearsal failed."""
    if error.module:
        return _without_module(error, stage)
    if not error.kind:
        return UsageError(
            f"the model was loaded in a process of its own to check it, and {error.message}",
            why=_last_line(error.said),
            fix=f"{_fix_of_end(error)}, {_UNSEEN}",
        )
    if isinstance(error, RefusedRowError):
        return _refused(error)
    left_out = ", ".join(stage.left_out[:3]) if "FileNotFound" in error.message else ""
    return UsageError(
        f"the saved model cannot be loaded again: {error.message}",
        why=_place(error.said) + (f"; {left_out} did not go with the code" if left_out else ""),
        fix=f"mend what raises it, {_UNSEEN}",
    )


def _fix_of_end(error: ModelProcessError) -> str:
    if error.is_late:
        return "set MLTRACK_REHEARSAL_TIMEOUT to more seconds"
    return "see that there is memory for it twice" if error.is_killed else "mend what ends it"


def not_packaged(module: str) -> UsageError:
    """Return the error for a module of the project that is not in the package."""
    return UsageError(
        f"the model needs the module {module}, which is neither installed nor packaged",
        why="it was loaded in a process of its own, without the folders of the project",
        fix=f'save it with code=["{module.partition(".")[0]}"], or install what it is part of',
    )


def _without_module(error: ModelProcessError, stage: Stage) -> UsageError:
    if stage.is_alone:
        return not_packaged(error.module)
    return UsageError(
        f"the model needs the module {error.module}, which a new process does not find",
        why=_place(error.said),
        fix="move what is defined in the program itself into a module, or install what it is of",
    )


def _refused(error: RefusedRowError) -> UsageError:
    where = "the rows of inputs" if error.row is None else f"row {error.row} of inputs"
    return UsageError(
        f"the saved model refuses {where}: {error.message}",
        why=f"{error.method}: {_place(error.said)}",
        fix="give inputs like those that the model was trained on",
    )


def note_on(found: Difference | str) -> str:
    """Return the note for a package that predicts a little otherwise than its model.

    Raises:
        UsageError: it predicts something else.
    """
    if isinstance(found, Difference) and found.is_small:
        return (
            f"the saved model gives {found.theirs} in row {found.row} of {found.method}, "
            f"and the model itself {found.ours}: only rounding differs"
        )
    if isinstance(found, Difference):
        there = f"{found.method} gives {found.theirs} for row {found.row}"
        found = f"{there}, and the model itself {found.ours}"
    raise UsageError(
        f"the saved model predicts something else: {found}",
        why="a random model, or one that depends on what is outside of it, is another one there",
        fix=f"fix its seed, keep all that it needs in the model, {_UNSEEN}",
    )


def _place(said: str) -> str:
    """Return where a traceback ends."""
    places = list(_PLACE.finditer(said))
    if not places:
        return _last_line(said)
    last = places[-1]
    return f"raised in {last['name']}, {last['file']}, line {last['line']}"


def _last_line(said: str) -> str:
    return said.splitlines()[-1].strip() if said else ""
