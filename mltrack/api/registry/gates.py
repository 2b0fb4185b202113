"""Tell whether the gates of config.yaml can be meant."""

from mltrack.api.store import found_store
from mltrack.registry.gates.parsing import faults_in
from mltrack.store.settings import resolve


def gate_faults() -> list[str]:
    """Return what is wrong with the gates in force, a line each; nothing goes through such a gate.

    Raises:
        MltrackError: the settings cannot be read at all.
    """
    store = found_store()
    return faults_in(store.settings if store else resolve(store=None))
