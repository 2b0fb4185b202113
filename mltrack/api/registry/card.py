"""Render the card of a registered version."""

from pathlib import Path

from mltrack.api.output_files import place_of, written
from mltrack.api.registry.lineage import chosen
from mltrack.api.store import opened_store
from mltrack.errors import MltrackError
from mltrack.models import codec
from mltrack.models.entities import PackageFacts
from mltrack.registry.entities import Version
from mltrack.registry.lineage.card import card_of
from mltrack.registry.lineage.gathering import lineage_of
from mltrack.registry.lineage.page import as_markdown
from mltrack.registry.sources import folder_of_version
from mltrack.store.plain import read_plain
from mltrack.store.store import Store


def model_card(version: str, output: str | Path | None = None) -> str:
    """Return the card of a version in Markdown: who answers for it, lineage, figures, gates.

    Args:
        version: `churn@production`, `churn/3`, or `churn` for its latest version.
        output: a file to write it to, too; one that is there is replaced.

    Raises:
        NotFoundError: there is no such model or version.
        ConflictError: branches disagree on which version is meant.
        StoreWriteError: the file could not be written.
    """
    store = opened_store()
    state, found = chosen(store, version)
    facts = package_facts(store, found)
    text = as_markdown(card_of(state, lineage_of(store, state, found), facts))
    if output is not None:
        with written(place_of(output, overwrite=True)) as stream:
            stream.write(text.encode("utf-8", "replace"))
    return text


def package_facts(store: Store, version: Version) -> PackageFacts | None:
    """Return what the package of a version says of itself; None where it is not here or altered."""
    try:
        path = folder_of_version(store, version) / codec.NAME
        return codec.decode(read_plain(path), str(path))
    except (MltrackError, OSError):
        return None
