"""What can be named in a store, for shells that complete words: short, and soon there."""

import re
from collections.abc import Iterable, Iterator

from mltrack.api.store import opened_store
from mltrack.tracking.catalog import search
from mltrack.tracking.entities import RunStatus

NEWEST = 50
_PLAIN = re.compile(r"[\w./@+-]+\Z")
"""What no shell reads as anything but itself."""
STATUSES = tuple(str(status) for status in RunStatus)
_GROUPS = ("metrics", "params", "tags")
_ATTRIBUTES = ("name", "status", "experiment", "started", "ended", "user", "host")


def offered_runs() -> list[tuple[str, str]]:
    """Return the handles of the newest runs, and the name of each."""
    found = search.newest(opened_store(), NEWEST)
    return [(found.handles[run.id], run.name) for run in found.runs]


def offered_metrics() -> list[str]:
    """Return the names of the metrics that runs have."""
    return _plain(search.known_names(opened_store(), "metrics")["metrics"])


def offered_keys() -> list[str]:
    """Return what a filter can ask for: attributes, `metrics.acc`, `params.lr`, `tags.data`."""
    known = search.known_names(opened_store(), *_GROUPS)
    named = (f"{group}.{name}" for group, names in known.items() for name in names)
    return [*_ATTRIBUTES, *_plain(named)]


def offered_experiments() -> list[str]:
    """Return the names of the experiments."""
    from mltrack.api.runs.experiments import experiments_of

    known = experiments_of(search.known_experiments(opened_store()))
    return _plain(experiment.name for experiment in known if not experiment.deleted)


def offered_models(beginning: str, *, alone: bool = False) -> list[str]:
    """Return the models; of one whose name is whole, versions, stages and aliases.

    Args:
        beginning: what was typed so far: only models with such a name are read.
        alone: the names of models only.
    """
    return _plain(dict.fromkeys(_models(beginning, alone=alone)))


def offered_stages() -> list[str]:
    """Return the stages of the store."""
    from mltrack.registry.reader import stages_of

    return list(stages_of(opened_store()).order)


def _models(beginning: str, *, alone: bool) -> Iterator[str]:
    from mltrack.registry.reader import folders_of, known_model, stages_of

    store = opened_store()
    stages, named = stages_of(store), re.split("[/@]", beginning)[0]
    for folder in folders_of(store):
        if not folder.startswith(named):
            continue
        state = known_model(store, folder, stages)
        if not state.versions:
            continue
        yield state.name
        if not alone:
            yield from (f"{state.name}/{v.number}" for v in state.versions if v.number)
            yield from (f"{state.name}@{stage}" for stage in state.holders)
            yield from (f"{state.name}@{alias}" for alias in state.aliases)


def _plain(words: Iterable[str]) -> list[str]:
    return [word for word in words if _PLAIN.match(word)]
