"""Load a package in a clean process and ask it: it shows what it gives, and what it needs.

First with the project's own folders on the path, to see which of its modules are needed; when some
are, they are copied into the package, and it has to do without those folders.
"""

import functools
from dataclasses import dataclass, replace
from pathlib import Path

from mltrack.models.answer import Answer
from mltrack.models.code import packing
from mltrack.models.draft import Draft
from mltrack.models.entities import Signature, Wishes
from mltrack.models.needs import comparing, performing, project, refusing
from mltrack.models.needs.performing import Heard, Stage
from mltrack.models.needs.settings import settings_here
from mltrack.models.process import ModelProcessError

UNCHECKED = (
    "it was not loaded in a process of its own: whether it loads elsewhere was not tried, "
    "and its requirements are those of its flavour alone"
)

NO_CODE = "code is not taken along: loading a model of this format runs none of the package"


@dataclass(frozen=True)
class _Itself:
    """The model itself, which is asked at most once, and after the package was.

    Attributes:
        model: as the user holds it.
        stage: the rows.
    """

    model: object
    stage: Stage

    @functools.cached_property
    def answers(self) -> dict[str, Answer] | str:
        """Return what it gives, by method; a text where it refuses, which says why.

        Nothing of a file of code, which runs in the other process alone.
        """
        draft, table = self.stage.draft, self.stage.table
        is_code = isinstance(self.model, Path) and self.model.suffix == ".py"
        if table is None or is_code:
            return {}
        asked = comparing.model_to_ask(self.model, draft.folder)
        try:
            return {
                method: comparing.answer_of(asked, draft.flavor, table, method)
                for method in draft.facts.methods
            }
        except Exception as error:  # noqa: BLE001 - whatever a model raises, the user is told
            return f"{type(error).__name__}: {error}"

    def gives_what(self, heard: Heard) -> bool:
        """Tell whether it gives the same, bit for bit, or nothing at all."""
        ours = self.answers
        return isinstance(ours, str) or comparing.difference(ours, heard.answers) is None


def rehearsed(draft: Draft, model: object, wishes: Wishes) -> Draft:
    """Return the draft with the code, the distributions and the outputs that the package has.

    Not the model itself is asked where it can be copied, since predicting changes some.

    Raises:
        UsageError: the package does not load without the project, refuses the rows that the user
            gave, or predicts otherwise than the model.
    """
    asked = packing.files_of(wishes.code)
    takes_code = bool(draft.flavor.what_runs(draft.facts.details))
    if asked and not takes_code:
        draft = replace(draft, notes=(*draft.notes, NO_CODE))
    if not wishes.check:
        draft = _with_code(draft, asked)[0] if takes_code else draft
        return replace(draft, notes=(*draft.notes, UNCHECKED))
    stage = Stage.of(draft, wishes, settings_here()["rehearsal_timeout"])
    itself = _Itself(model, stage)
    heard = _heard(stage, itself)
    modules = {**heard.loaded.project, **asked}
    if modules and takes_code:
        stage = _alone(replace(stage, is_strict=heard.is_strict), modules)
        heard = _heard(stage, itself)
        for module in heard.loaded.project:
            raise refusing.not_packaged(module)
    return _concluded(stage.draft, heard, itself)


def _heard(stage: Stage, itself: _Itself) -> Heard:
    """Rehearse with what is declared to be needed; where that will not do, with all there is."""
    if stage.is_strict:
        try:
            heard = performing.performed(stage)
        except ModelProcessError as error:
            if not error.kind:  # it ended by itself, or its time was over
                raise refusing.explained(error, stage) from None
        else:
            if itself.gives_what(heard):
                return heard
    stage = replace(stage, is_strict=False)
    try:
        return performing.performed(stage)
    except ModelProcessError as error:
        raise refusing.explained(error, stage) from None


def _alone(stage: Stage, modules: dict[str, Path]) -> Stage:
    """Return the stage of a package that has its code, without the folders that this lies in."""
    draft, left_out = _with_code(stage.draft, modules)
    path = tuple(project.path_without(stage.project))
    return replace(stage, draft=draft, path=path, left_out=left_out, is_alone=True)


def _with_code(draft: Draft, modules: dict[str, Path]) -> tuple[Draft, tuple[str, ...]]:
    packed = packing.packed(draft.folder, modules)
    names = tuple(sorted({*draft.facts.code, *packed.names}))
    facts = replace(draft.facts, code=names)
    return replace(draft, facts=facts), packed.left_out


def _concluded(draft: Draft, heard: Heard, itself: _Itself) -> Draft:
    """Return the draft with what the rehearsal showed, once both give the same."""
    ours, notes = itself.answers, []
    if isinstance(ours, str):
        notes.append(f"the package predicts, and the model itself does not: {ours}")
    elif (found := comparing.difference(ours, heard.answers)) is not None:
        notes.append(refusing.note_on(found))
    notes += [
        f"the module {name} is of no distribution and not of this project ({path}): "
        f'save with code=["{name}"] to take it along'
        for name, path in heard.loaded.elsewhere.items()
    ]
    facts = replace(draft.facts, signature=_with_outputs(draft.facts.signature, heard))
    notes = [*draft.notes, *notes]
    return replace(draft, facts=facts, found=heard.distributions, notes=tuple(notes))


def _with_outputs(signature: Signature | None, heard: Heard) -> Signature | None:
    if signature is None or not heard.answers:
        return signature
    from mltrack.models.signature.inferring import outputs_of

    return replace(signature, outputs=outputs_of(next(iter(heard.answers.values()))))
