"""The folders that the name of a model may have become."""

from mltrack.registry.stages import Stages
from mltrack.store.names import folder_of


def folders_for(name: str, stages: Stages) -> tuple[str, ...]:
    """Return the folders in which a model of this name may lie, the one for a new model first.

    A name that is a stage never becomes a folder as it is; what is a stage may change with
    config.yaml, so that a model registered earlier can lie in the other one.
    """
    choices = (
        folder_of(name, frozenset(stages.order)),
        folder_of(name),
        folder_of(name, frozenset({name})),
    )
    return tuple(dict.fromkeys(choices))
