"""The bytes of a manifest that grows: of its parts only those are made anew that have changed."""

from bisect import insort

from mltrack.store.manifest import Manifest, encode_part, join_parts


class ManifestText:
    """What `encode_manifest` returns, without the work of doing all of it for each new file.

    The file is still written whole, for a reader must never see half of an entry: that costs a
    copy of its bytes, which is little beside the work of making them.
    """

    __slots__ = ("_manifest", "_parts", "_paths")

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._paths = sorted(manifest.entries)
        self._parts = {path: encode_part(manifest, path) for path in self._paths}

    def note(self, path: str) -> None:
        """Take note of a file that is new in the manifest, or told of otherwise than before."""
        if path not in self._parts:
            insort(self._paths, path)
        self._parts[path] = encode_part(self._manifest, path)

    def encode(self) -> bytes:
        """Return the manifest's bytes, sorted by path."""
        return join_parts(self._manifest, [self._parts[path] for path in self._paths])
