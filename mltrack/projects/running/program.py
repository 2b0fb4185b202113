"""Which program an order starts, which must be there before there is a run."""

import os
import shutil
from collections.abc import Mapping

from mltrack.envs.spec import Environment
from mltrack.errors import NotFoundError
from mltrack.projects import command
from mltrack.projects.running import child
from mltrack.projects.spec import FILE_NAME, Order, Value


def checked_argv(order: Order, values: Mapping[str, Value], environment: Environment) -> list[str]:
    """Return the command of an order, whose program must be there.

    Args:
        order: what was asked for.
        values: what the command is told for each parameter.
        environment: where it runs.

    Raises:
        NotFoundError: there is no such program.
    """
    argv = command.argv_of(order.entry, order.spec.params, values)
    argv = child.with_python(argv, environment)
    program = argv[0]
    if os.sep in program:
        found = shutil.which(order.spec.folder.absolute() / program)
    else:
        folders = child.search_path(child.inherited(order), order.spec.env, environment)
        found = shutil.which(program, path=folders)
    if found is None:
        raise _missing(order, program)
    return argv


def _missing(order: Order, program: str) -> NotFoundError:
    begun = f"the entry point {order.entry.name} starts {program}, which"
    file = order.spec.folder / program
    if os.sep in program and file.is_file():
        import shlex

        return NotFoundError(f"{begun} may not be run", fix=f"chmod +x {shlex.quote(str(file))}")
    return NotFoundError(
        f"{begun} is not there",
        why=f"looked in {order.spec.folder}" if os.sep in program else "looked along PATH",
        fix=f"install it, or correct entry_points.{order.entry.name}.command in {FILE_NAME}",
    )
