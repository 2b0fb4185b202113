"""How people name a model: the one grammar of references."""

import re
from dataclasses import dataclass

from mltrack.errors import UsageError

_PATH = re.compile(r"/|\./|\.\./|~|[A-Za-z]:[\\/]")
_IN_REGISTRY = re.compile(r"([^/@\\]+)(?:([/@])(.+))?\Z", re.DOTALL)
_RUNS = "runs:/"
_MODELS = "models:/"
FORMS = "churn/3, churn@staging, runs:/RUN/model, a run, or ./a/folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class InRegistry:
    """A version of a registered model.

    Attributes:
        name: the model's name.
        word: a number, an id, a stage, an alias or `latest`; empty when only the model is named.
        at: whether the word stands behind `@`, where aliases do.
    """

    name: str
    word: str = ""
    at: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InRun:
    """A model that a run logged.

    Attributes:
        run: a selector of a run.
        path: the folder of the model; empty means the only one that the run has.
    """

    run: str
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPath:
    """A package in a folder outside the store."""

    path: str


Reference = InRegistry | InRun | AtPath


def parse(text: str) -> Reference:
    """Return what a reference to a model means.

    Raises:
        UsageError: it means nothing.
    """
    if _PATH.match(text):
        return AtPath(path=text)
    if text.startswith(_RUNS):
        run, _, path = text[len(_RUNS) :].partition("/")
        if not run:
            raise _meaningless(text)
        return InRun(run=run, path=path)
    if not text or text.startswith(_MODELS):
        found = parse_registered(text)
        if not found.word:
            raise _meaningless(text)
        return found
    if text.startswith("@") or not set(text) & {"/", "@"}:
        return InRun(run=text)
    return parse_registered(text)


def parse_registered(text: str) -> InRegistry:
    """Return what NAME, NAME/VERSION or NAME@STAGE mean.

    Raises:
        UsageError: it means nothing.
    """
    form = _IN_REGISTRY.match(text.removeprefix(_MODELS))
    if form is None or set(form[3] or "") & {"/", "@"}:
        raise _meaningless(text)
    return InRegistry(name=form[1], word=form[3] or "", at=form[2] == "@")


def is_readable(name: str) -> bool:
    """Tell whether `NAME/1` is read as a version of the model NAME, and as nothing else."""
    try:
        return parse(f"{name}/1") == InRegistry(name=name, word="1")
    except UsageError:
        return False


def _meaningless(text: str) -> UsageError:
    return UsageError(f"{text!r} names no model", why=f"a model is named as {FORMS}")
