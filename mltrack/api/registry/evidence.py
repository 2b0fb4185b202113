"""Put all that speaks for a version into one file that opens without us."""

from dataclasses import dataclass
from pathlib import Path

from mltrack.api.output_files import place_of, written
from mltrack.api.registry.card import package_facts
from mltrack.api.registry.lineage import chosen
from mltrack.api.registry.lineage_rows import lineage_row
from mltrack.api.registry.rows import history_row
from mltrack.api.store import opened_store, start_folder
from mltrack.errors import MltrackError
from mltrack.models import codec, manifest
from mltrack.progress import Progress, silent
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.evidence.collecting import Collected
from mltrack.registry.evidence.commits import add_signatures
from mltrack.registry.evidence.parcel import write_zip
from mltrack.registry.evidence.readme import readme_of
from mltrack.registry.evidence.runs import add_run
from mltrack.registry.evidence.source import add_source
from mltrack.registry.lineage.card import card_of
from mltrack.registry.lineage.entities import Lineage
from mltrack.registry.lineage.gathering import lineage_of, run_of
from mltrack.registry.lineage.page import as_html, as_markdown
from mltrack.registry.revisions import repository_of
from mltrack.registry.sources import folder_of_version
from mltrack.store.journal import jsonable
from mltrack.store.names import folder_of
from mltrack.store.store import Store

_OF_THE_PACKAGE = (codec.NAME, manifest.NAME, "README.md", "requirements.txt", "requirements.lock")
_ALTERED = "its figures were changed after it had ended"
_COLUMNS = (
    *("time", "by", "version", "label", "kind", "from", "to", "words", "reason"),
    *("forced", "unpushed", "request", "event"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file of evidence that was written.

    Attributes:
        path: where it lies.
        files: how many files are in it.
        missing: a line for each thing that could not be had.
    """

    path: Path
    files: int
    missing: tuple[str, ...]


def registry_evidence(
    version: str,
    output: str | Path,
    *,
    source: bool = True,
    signers: str | Path | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> EvidenceFile:
    """Write all that speaks for a version into a zip file: the same bytes for the same state.

    Args:
        version: `churn@production`, `churn/3`, or `churn` for its latest version.
        output: the file.
        source: also the files of the commit that the code of the run rests on, up to 64 MiB.
        signers: git's list of allowed signers, against which signatures are held.
        overwrite: replace a file that is there.
        progress: is told in a line whenever the work has moved on.

    Raises:
        NotFoundError: there is no such model or version, or no such list of signers.
        ConflictError: the file is there, or branches disagree on which version is meant.
        UsageError: the place is a folder, or in the store.
        StoreWriteError: the file could not be written.
    """
    store, path = opened_store(), place_of(output, overwrite=overwrite)
    state, found = chosen(store, version)
    into = _collected(store, state, found, source=source, signers=signers, progress=progress)
    top = f"{folder_of(found.model)}-{found.number or found.id}-evidence"
    with written(path) as file:
        write_zip(into.files, top, file)
    progress("")
    return EvidenceFile(path=path, files=len(into.files) + 1, missing=tuple(into.missing))


def _collected(
    store: Store,
    state: ModelState,
    version: Version,
    *,
    source: bool,
    signers: str | Path | None,
    progress: Progress,
) -> Collected:
    into, top = Collected(), repository_of(store)
    lineage = lineage_of(store, state, version)
    progress("events and signatures")
    _add_events(into, store, state)
    add_signatures(into, store, top, state.folder, start_folder() / signers if signers else None)
    progress("runs")
    _add_runs(into, store, lineage)
    _add_package(into, store, version)
    if lineage.run and source:
        progress("source")
        add_source(into, lineage.run, top)
    _add_pages(into, store, state, lineage)
    into.text("README.txt", readme_of(version, into.files, into.missing))
    return into


def _add_events(into: Collected, store: Store, state: ModelState) -> None:
    folder = store.layout.model_events(state.folder)
    for path in sorted(folder.glob("*.yaml")):
        into.file(f"events/{path.name}", path)
    into.missing += [f"events: {warning}" for warning in state.warnings]
    rows = [history_row(entry) for entry in state.history]
    into.csv("history.csv", _COLUMNS, [[row[name] for name in _COLUMNS] for row in rows])


def _add_runs(into: Collected, store: Store, lineage: Lineage) -> None:
    run, verdict = lineage.run, dict(lineage.verdict)
    if run is None:
        made = lineage.version.source.run
        into.missing.append(f"run: {made} is not here" if made else "run: registered from a folder")
    else:
        add_run(into, store, run, "run")
        into.json("data.json", {name: jsonable(dict(f)) for name, f in run.inputs.items()})
    if verdict:
        into.json("verify.json", verdict)
        _add_other(into, store, verdict.get("verify.run", ""), "rerun")
    else:
        into.missing.append("verify.json: nobody has run `mltrack verify`")
    judged = dict.fromkeys((*(found.run for found in lineage.evaluations), *lineage.altered))
    for one in judged:
        _add_other(into, store, one, f"evaluations/{one}")
    into.missing += [f"evaluations/{run} does not count: {_ALTERED}" for run in lineage.altered]
    if not judged:
        into.missing.append("evaluations: nobody has run `mltrack evaluate` on this version")


def _add_other(into: Collected, store: Store, run_id: str, folder: str) -> None:
    run = run_of(store, run_id)
    if run is None:
        into.missing.append(f"{folder}: run {run_id} is not here")
    else:
        add_run(into, store, run, folder)


def _add_package(into: Collected, store: Store, version: Version) -> None:
    try:
        folder = folder_of_version(store, version)
        manifest.verify(folder, version.digest)
    except MltrackError as error:
        into.missing.append(f"model: {error.message}")
        return
    for name in _OF_THE_PACKAGE:
        into.file(f"model/{name}", folder / name, needed=False)


def _add_pages(into: Collected, store: Store, state: ModelState, lineage: Lineage) -> None:
    page = card_of(state, lineage, package_facts(store, lineage.version))
    into.text("card.md", as_markdown(page))
    into.text("card.html", as_html(page))
    into.json("lineage.json", lineage_row(lineage))
