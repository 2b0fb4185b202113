"""What the registry held at a moment, as the events say that are here now."""

from collections.abc import Sequence
from datetime import datetime

from mltrack.registry.fold import fold
from mltrack.registry.past.entities import PastRegistry
from mltrack.registry.stages import Stages
from mltrack.store import clock
from mltrack.store.events import Events, read_folder
from mltrack.store.store import Store


def by_event_time(
    store: Store, folders: Sequence[str], stages: Stages, moment: datetime
) -> PastRegistry:
    """Return the registry as those events tell it that claim to be no later than a moment.

    Args:
        store: the store.
        folders: the folders of its models.
        stages: the stages as they are now.
        moment: the moment.
    """
    seconds = moment.timestamp()
    states = []
    for folder in folders:
        found = read_folder(store.layout.model_events(folder))
        events = tuple(e for e in found.events if clock.seconds_from_text(e.time) <= seconds)
        states.append(fold(Events(events), folder=folder, stages=stages))
    models = tuple(sorted((s for s in states if s.versions), key=lambda s: s.name))
    return PastRegistry(moment=moment, stages=stages, models=models)
