"""How to make each kind of damage in a real store."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import mltrack
from mltrack.fsck.kinds import Kind
from mltrack.registry import index
from mltrack.store.events import Event, record
from mltrack.tracking import codec
from tests.fsck.ruin import MODEL, Ruin, write
from tests.registry.project import package

MARKERS = "<<<<<<< ours\n{0}=======\n{0}>>>>>>> theirs\n"

Damage = Callable[[Ruin], Path | None]


def changed(path: Path, old: str, new: str) -> Path:
    text = path.read_text()
    assert old in text
    write(path, text.replace(old, new, 1))
    return path


def rewritten(path: Path, **fields: object) -> Path:
    """Write a record as one that says other things and was never changed."""
    found = codec.fields_to_rewrite(path.read_bytes(), "run.yaml")
    write(path, codec.encode({**found, **fields}))
    return path


def added(path: Path, data: bytes | str = "what is this\n") -> Path:
    write(path, data)
    return path


def removed(path: Path) -> Path:
    path.unlink()
    return path


def removed_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def merged(ruin: Ruin, act: Callable[[str], object]) -> None:
    """Do something on each of two branches, and merge them."""
    for name in ("ours", "theirs"):
        ruin.repo.checkout("main")
        ruin.repo.branch(name)
        act(name)
        ruin.repo.commit(f"Act on {name}")
    ruin.repo.checkout("main")
    ruin.repo.merge("ours")
    ruin.repo.merge("theirs")
    index.write(ruin.store)


def alias_contested(ruin: Ruin) -> None:
    folder = ruin.root / "models" / MODEL / "events"
    parents = tuple(path.stem for path in ruin.events[-1:])
    for version in mltrack.get_model(MODEL).versions:
        body = {"model": MODEL, "alias": "best", "version": version.id}
        event = Event(kind="aliased", subject=MODEL, parents=parents, body=body)
        record(folder, event, tmp=ruin.store.layout.tmp)
    index.write(ruin.store)


def stage_contested(ruin: Ruin) -> None:
    def promote(branch: str) -> None:
        version = {"ours": "1", "theirs": "2"}[branch]
        mltrack.promote_model(f"{MODEL}/{version}", to="staging", reason="good")

    merged(ruin, promote)


def number_double(ruin: Ruin) -> None:
    def register(branch: str) -> None:
        made = package(ruin.repo.path.parent / branch, branch)
        mltrack.register_model(made, MODEL)

    merged(ruin, register)


def annotation_orphan(ruin: Ruin) -> Path:
    run = "20200131-120000-abcdefgh"
    folder = ruin.store.layout.annotations(run)
    event = Event(kind="noted", subject=run, body={"note": "x"})
    made = record(folder, event, tmp=ruin.store.layout.tmp, prefix=f"{run}.")
    return folder / f"{run}.{made.name}.yaml"


def case_clash(ruin: Ruin) -> Path:
    write(ruin.root / "remotes" / "Cluster.yaml", "format: 1\n")
    return added(ruin.root / "remotes" / "cluster.yaml", "format: 1\n")


def event_malformed(ruin: Ruin) -> Path:
    event = Event(kind="promoted", subject=MODEL, body={"model": MODEL, "version": "none"})
    folder = ruin.root / "models" / MODEL / "events"
    made = record(folder, event, tmp=ruin.store.layout.tmp)
    return folder / f"{made.name}.yaml"


def event_parent_missing(ruin: Ruin) -> Path:
    event = Event(
        kind="noted",
        subject=ruin.runs[0],
        parents=("000000000001-aaaaaaaaaaaaaaaaaaaa",),
        body={"note": "x"},
    )
    folder = ruin.store.layout.annotations(ruin.runs[0])
    prefix = f"{ruin.runs[0]}."
    made = record(folder, event, tmp=ruin.store.layout.tmp, prefix=prefix)
    return folder / f"{prefix}{made.name}.yaml"


def event_missing(ruin: Ruin) -> Path:
    event = Event(
        kind="described",
        subject=MODEL,
        parents=("000000000001-aaaaaaaaaaaaaaaaaaaa",),
        body={"model": MODEL, "version": None, "fields": {"owner": "Ada"}},
    )
    folder = ruin.root / "models" / MODEL / "events"
    made = record(folder, event, tmp=ruin.store.layout.tmp)
    index.write(ruin.store)
    return folder / f"{made.name}.yaml"


def event_reverted(ruin: Ruin) -> Path:
    mltrack.promote_model(f"{MODEL}/1", to="staging", reason="a mistake")
    ruin.repo.commit("Promote it")
    path = ruin.events[-1]
    ruin.repo.git("revert", "--no-edit", "HEAD")
    return path


def event_unmerged(ruin: Ruin) -> Path:
    ruin.repo.branch("other")
    mltrack.promote_model(f"{MODEL}/1", to="staging", reason="on a branch")
    ruin.repo.commit("Promote it")
    ruin.repo.checkout("main")
    return ruin.root / "models" / MODEL / "events"


def event_renamed(ruin: Ruin) -> Path:
    path = ruin.annotation
    other = path.with_name(path.name.replace(".000000000001-", ".000000000009-"))
    path.rename(other)
    ruin.repo.commit("Rename it")
    return other


def gitignore_committed(ruin: Ruin) -> Path:
    path = added(ruin.first / ".gitignore", "*\n")
    ruin.repo.git("add", "-f", str(path))
    return path


def hidden_folder_open(ruin: Ruin) -> Path:
    return removed(ruin.root / "objects" / ".gitignore")


def journal_torn(ruin: Ruin) -> Path:
    """Leave half a row at the end of what a killed process wrote, and let the run be sealed."""
    path = run_lost(ruin) / "metrics.jsonl"
    with path.open("ab") as journal:
        journal.write(b'{"step":1,"met')
    mltrack.tag_run(ruin.runs[0], {"settles": "all"})
    return path


def run_lost(ruin: Ruin) -> Path:
    code = (
        "import mltrack, os; r = mltrack.start_run(); r.log_metric('loss', 1);"
        " print(r.id, flush=True); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    return ruin.store.layout.run_folder(done.stdout.strip())


def run_running(ruin: Ruin) -> Path:
    """Leave a run as `git clean -fdX` does that takes away what hides a run."""
    folder = run_lost(ruin)
    (folder / ".gitignore").unlink()
    shutil.rmtree(ruin.root / "local")
    return folder


def open_stale(ruin: Ruin) -> Path:
    run = "20200131-120000-abcdefgh"
    return added(ruin.root / "local" / "open" / run, "")


def parent_missing(ruin: Ruin) -> Path:
    with mltrack.start_run() as run:
        pass
    path = ruin.store.layout.run_folder(run.id) / "run.yaml"
    return rewritten(path, parent="20200131-120000-abcdefgh")


def strange_file(ruin: Ruin) -> Path:
    path = ruin.first / "artifacts" / "pipe"
    os.mkfifo(path)
    return path


def symlink(ruin: Ruin) -> Path:
    path = ruin.first / "artifacts" / "link"
    path.symlink_to("/etc/hostname")
    return path


def summary_differs(ruin: Ruin) -> Path:
    summary = codec.fields_to_rewrite(ruin.record.read_bytes(), "run.yaml")["metrics"]["loss"]
    return rewritten(ruin.record, metrics={"loss": {**summary, "max": 7.0}})


def tmp_stale(ruin: Ruin) -> Path:
    path = added(ruin.root / "tmp" / "2147483646.abcdefgh")
    old = time.time() - 3 * 24 * 3600
    os.utime(path, (old, old))
    return path


def version_changed(ruin: Ruin) -> Path:
    event = next(p for p in ruin.events if "files: true" in p.read_text())
    text = event.read_text()
    digest = text.split('digest: "')[1][:64]
    removed_folder(ruin.root / "models" / MODEL / "events")
    (ruin.root / "registry.yaml").unlink()
    ruin.repo.git("add", "--all")
    ruin.repo.git("commit", "--quiet", "--amend", "--no-edit")
    body = {
        "model": MODEL,
        "version": text.split('version: "')[1].partition('"')[0],
        "proposed": 1,
        "stage": "dev",
        "digest": digest[::-1],
        "flavor": "sklearn",
        "source": {"files": True, "path": "model"},
        "evidence": {},
    }
    folder = ruin.root / "models" / MODEL / "events"
    made = record(
        folder, Event(kind="registered", subject=MODEL, body=body), tmp=ruin.store.layout.tmp
    )
    index.write(ruin.store)
    return folder / f"{made.name}.yaml"


def version_missing(ruin: Ruin) -> Path:
    removed_folder(ruin.second)
    for path in (ruin.root / "annotations").glob("*/*/*"):
        path.unlink()
    return ruin.events[0]


def unreadable(ruin: Ruin) -> Path:
    ruin.record.chmod(0)
    return ruin.record


def run_fragment(ruin: Ruin) -> Path:
    """Leave what another writer wrote of a run that is not merged."""
    folder = ruin.root / "runs" / "202001" / "31" / "20200131-120000-abcdefgh+bcdefghi"
    write(folder / "metrics.jsonl", ruin.journal.read_bytes())
    return folder


def git_silent(ruin: Ruin) -> None:
    write(ruin.repo.path / ".git" / "index", "garbage")


DAMAGES: dict[Kind, Damage] = {
    Kind.ALIAS_CONTESTED: alias_contested,
    Kind.ANNOTATION_ORPHAN: annotation_orphan,
    Kind.ARTIFACT_CHANGED: lambda r: changed(r.plot, "a plot", "a blot"),
    Kind.ARTIFACT_MISSING: lambda r: removed(r.plot),
    Kind.ARTIFACT_UNLISTED: lambda r: added(r.plot.with_name("extra.txt")),
    Kind.CASE_CLASH: case_clash,
    Kind.CHANGED_AFTER_COMMIT: lambda r: rewritten(r.record, name="1st"),
    Kind.CONFIG_BROKEN: lambda r: added(r.root / "config.yaml", "format: 1\nstages: 7\n"),
    Kind.CONFLICT_MARKERS: lambda r: added(r.record, MARKERS.format(r.record.read_text())),
    Kind.DELETED_AFTER_COMMIT: lambda r: removed(r.annotation),
    Kind.EVENT_CHANGED: lambda r: changed(r.annotation, "kind:", "kind : "),
    Kind.EVENT_MALFORMED: event_malformed,
    Kind.EVENT_MISSING: event_missing,
    Kind.EVENT_PARENT_MISSING: event_parent_missing,
    Kind.EVENT_RENAMED: event_renamed,
    Kind.EVENT_REVERTED: event_reverted,
    Kind.EVENT_UNMERGED: event_unmerged,
    Kind.GIT_SILENT: git_silent,
    Kind.GITIGNORE_COMMITTED: gitignore_committed,
    Kind.GITIGNORE_STALE: lambda r: added(r.first / ".gitignore", "*\n"),
    Kind.HIDDEN_FOLDER_OPEN: hidden_folder_open,
    Kind.INDEX_STALE: lambda r: added(r.root / "registry.yaml", "format: 1\nmodels: {}\n"),
    Kind.JOURNAL_SHORT: lambda r: added(r.journal, ""),
    Kind.JOURNAL_TORN: journal_torn,
    Kind.MANIFEST_BROKEN: lambda r: added(r.manifest, ""),
    Kind.NEWER_FORMAT: lambda r: changed(r.root / "config.yaml", "format: 1", "format: 2"),
    Kind.NUMBER_DOUBLE: number_double,
    Kind.OBJECT_DAMAGED: lambda r: added(r.object, "short"),
    Kind.OBJECT_MISSING: lambda r: removed(r.object),
    Kind.OPEN_STALE: open_stale,
    Kind.PACKAGES_BROKEN: lambda r: added(r.first / "environment.txt", ""),
    Kind.PARENT_MISSING: parent_missing,
    Kind.PATCH_CHANGED: lambda r: added(r.first / "code.patch.gz", "no patch"),
    Kind.POLICY_BROKEN: lambda r: added(r.root / "config.yaml", "format: 1\ngates: {dev: []}\n"),
    Kind.RUN_BROKEN: lambda r: added(r.record, ""),
    Kind.RUN_CHANGED: lambda r: changed(r.record, 'name: "first"', 'name: "1st"'),
    Kind.RUN_FILE_CHANGED: lambda r: changed(r.first / "environment.txt", "==", "==1"),
    Kind.RUN_FRAGMENT: run_fragment,
    Kind.RUN_LOST: run_lost,
    Kind.RUN_RUNNING: run_running,
    Kind.STAGE_CONTESTED: stage_contested,
    Kind.STORE_IGNORED: lambda r: added(r.repo.path / ".gitignore", ".mltrack\n"),
    Kind.STRANGE_FILE: strange_file,
    Kind.SUMMARY_DIFFERS: summary_differs,
    Kind.SYMLINK: symlink,
    Kind.TMP_STALE: tmp_stale,
    Kind.TOP_FILE_CHANGED: lambda r: added(r.root / ".gitattributes", "* text\n"),
    Kind.TOP_FILE_MISSING: lambda r: removed(r.root / ".gitattributes"),
    Kind.UNKNOWN_FILE: lambda r: added(r.first / "notes.txt"),
    Kind.UNREADABLE: unreadable,
    Kind.VERSION_CHANGED: version_changed,
    Kind.VERSION_MISSING: version_missing,
}
