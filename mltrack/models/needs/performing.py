"""One rehearsal: a process of the user's own Python loads the package and is asked."""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mltrack.models import loader_text, manifest, process
from mltrack.models.answer import Answer
from mltrack.models.draft import Draft
from mltrack.models.entities import Wishes
from mltrack.models.needs import project, watching
from mltrack.models.needs.project import Loaded
from mltrack.models.process import ModelProcess, ModelProcessError
from mltrack.models.signature.columns import Table

_LAST_BYTES = 4000
_ALWAYS = "numpy"
"""What the loader itself needs."""
_WATCHED = """\
if __name__ == "__main__":
    watching = type(sys)("mltrack_watching")
    exec({source}, watching.__dict__)
    watch = watching.ImportWatch(**json.loads({told}))
    serve(Path(sys.argv[1]), FACTS, sys.modules[__name__], sys.argv[2], watch.told)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a package is rehearsed, and with what.

    Attributes:
        draft: the package.
        table: rows for it; None where the user gave none, so that it is loaded alone.
        needed: the distributions that are needed whatever is seen.
        project: the folders of the user's own code.
        path: the folders from which modules are imported beside those that Python has.
        timeout_seconds: how long a rehearsal may take.
        is_strict: whether that is hidden which no distribution declares to need.
        is_alone: whether the project's folders are not on the path.
        left_out: files beside the packaged code that did not go with it.
    """

    draft: Draft
    table: Table | None
    needed: tuple[str, ...]
    project: tuple[Path, ...]
    path: tuple[str, ...]
    timeout_seconds: float
    is_strict: bool = True
    is_alone: bool = False
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, draft: Draft, wishes: Wishes, timeout_seconds: float) -> "Stage":
        """Return the stage of a first rehearsal, on which all is there that is here."""
        needed = (*draft.flavor.requirements(draft.facts.details), *wishes.requirements, _ALWAYS)
        return cls(
            draft=draft,
            table=_table(draft, wishes),
            needed=needed,
            project=project.folders(),
            path=tuple(project.search_path()),
            timeout_seconds=timeout_seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a rehearsal showed.

    Attributes:
        answers: what the package gave, by method.
        loaded: the modules that are of no distribution.
        distributions: those that the model or the project's own code asked for.
        is_strict: whether what nobody declares to need was hidden.
    """

    answers: Mapping[str, Answer]
    loaded: Loaded
    distributions: tuple[str, ...]
    is_strict: bool


class RefusedRowError(ModelProcessError):
    """A model that was loaded raised for a row.

    Attributes:
        method: what it was asked for.
        row: the first row that it refuses; None where it is none alone.
    """

    def __init__(self, error: ModelProcessError, method: str, row: int | None) -> None:
        super().__init__(error.message, kind=error.kind, module=error.module, said=error.said)
        self.method = method
        self.row = row


def _table(draft: Draft, wishes: Wishes) -> Table | None:
    if draft.facts.signature is None or wishes.rows is None:
        return None
    from mltrack.models.signature.enforce import fitted
    from mltrack.models.signature.inferring import sample_of

    return fitted(draft.facts.signature, sample_of(wishes.rows)).table


def performed(stage: Stage) -> Heard:
    """Return what one rehearsal shows.

    Raises:
        ModelProcessError: the package does not load, or it refuses rows.
    """
    with tempfile.TemporaryFile() as errors:
        start = process.Start(
            python=Path(sys.executable),
            text=_text(stage),
            folder=stage.draft.folder,
            digest=manifest.write(stage.draft.folder),
            variables=_variables(stage),
            errors=errors,
            timeout_seconds=stage.timeout_seconds,
        )
        try:
            with process.started(start) as running:
                answers = _answers(running, stage)
                told = running.modules()
                running.stop()
        except ModelProcessError as error:
            error.said = error.said or _end_of(errors)
            raise
    return Heard(
        answers=answers,
        loaded=project.sorted_out(told["files"], told["owners"], stage.project),
        distributions=tuple(told["asked"]),
        is_strict=stage.is_strict,
    )


def _text(stage: Stage) -> str:
    watch = {
        "needed": stage.needed,
        "project": [str(folder) for folder in stage.project],
        "strict": stage.is_strict,
    }
    source = Path(watching.__file__).read_text(encoding="utf-8")
    end = _WATCHED.format(source=repr(source), told=repr(json.dumps(watch)))
    return loader_text.text_of(stage.draft.flavor, stage.draft.facts, end=end)


def _variables(stage: Stage) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return others | ({"PYTHONPATH": os.pathsep.join(stage.path)} if stage.path else {})


def _answers(running: ModelProcess, stage: Stage) -> dict[str, Answer]:
    if stage.table is None:
        return {}
    answers = {}
    for method in stage.draft.facts.methods:
        try:
            answers[method] = running.answer(stage.table, method)
        except ModelProcessError as error:
            if not error.kind:
                raise
            row = _first_refused(running, stage.table, method)
            raise RefusedRowError(error, method, row) from error
    return answers


def _first_refused(running: ModelProcess, table: Table, method: str) -> int | None:
    """Return the first row that a model refuses when it is asked for that row alone."""
    for row in range(len(table.columns[0]) if table.columns else 0):
        one = Table(
            names=table.names,
            columns=tuple(_row_of(values, row) for values in table.columns),
            layout=table.layout,
        )
        try:
            running.answer(one, method)
        except ModelProcessError:
            return row
    return None


def _row_of(values: object, row: int) -> object:
    found = getattr(values, "iloc", values)
    return found[row : row + 1]  # type: ignore[index]  # columns are arrays or Series


def _end_of(errors: IO[bytes]) -> str:
    """Return what a process wrote last to standard error."""
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - _LAST_BYTES))
    return errors.read().decode("utf-8", "replace").strip()
