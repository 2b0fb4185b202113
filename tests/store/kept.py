"""A run's folder in a store whose limits are small, and files to log into it."""

from pathlib import Path

from mltrack.store.artifacts import ArtifactFolder
from mltrack.store.lookup import locate
from mltrack.store.manifest import Entry
from mltrack.store.store import Store

RUN_ID = "20260131-120000-abcdefgh"
LIMITS = "artifacts: {inline_file_bytes: 10, inline_run_bytes: 25}\n"


class Kept:
    """The folder, and what adds to it and finds what was added."""

    def __init__(self, store: Store, folder: Path, sources: Path) -> None:
        self.store = store
        self.folder = folder
        self.sources = sources

    def source(self, name: str, data: bytes = b"data") -> Path:
        path = self.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def add(self, name: str, data: bytes = b"data", *, folder: Path | None = None) -> Entry:
        source = self.source("one", data)
        (entry,) = ArtifactFolder(self.store, folder or self.folder).add(source, name)
        return entry

    def add_folder(self, to: str = "out") -> list[Entry]:
        return ArtifactFolder(self.store, self.folder).add(self.sources, to)

    def locate(self, name: str) -> Path:
        return locate(self.store, [self.folder], name)

    def writer(self, name: str) -> Path:
        folder = self.store.layout.writer_folder(RUN_ID, name)
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
