"""Where the user's cache of environments lies, and every path below it."""

from pathlib import Path

from mltrack.store.folders import cache_folder


class Home:
    """The paths of one cache; nothing here touches the disk."""

    __slots__ = ("root",)

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def tmp(self) -> Path:
        """Return the folder in which files are written before they are renamed."""
        return self.root / "tmp"

    @property
    def interpreters(self) -> Path:
        """Return the file of what interpreters said when they were asked."""
        return self.root / "interpreters.json"

    @property
    def digests(self) -> Path:
        """Return the file of what data was found to hold when it was read last."""
        return self.root / "digests.json"

    @property
    def pins(self) -> Path:
        """Return the file of the digests that indexes gave for pinned packages."""
        return self.root / "pins.json"

    @property
    def envs(self) -> Path:
        """Return the folder of all environments."""
        return self.root / "envs"

    @property
    def keys(self) -> Path:
        """Return the folder of what is known by a key."""
        return self.root / "keys"

    def data(self, digest: str) -> Path:
        """Return the folder of data that was fetched, or of what is known of an address."""
        return self.root / "data" / digest

    def env(self, name: str) -> Path:
        """Return the folder of an environment, in which it was built and remains."""
        return self.envs / name

    def key(self, key: str) -> Path:
        """Return the file that tells which environment a key names."""
        return self.keys / f"{key}.json"

    def leases(self, name: str) -> Path:
        """Return the folder of those who build or use an environment now."""
        return self.root / "leases" / name

    def bridge(self, digest: str) -> Path:
        """Return the folder that holds the package `mltrack` alone."""
        return self.root / "bridge" / digest

    def libraries(self, versions: str) -> Path:
        """Return the folder that lends pyyaml and cloudpickle of these versions."""
        return self.root / "libraries" / versions

    def installer(self, version: str) -> Path:
        """Return the folder of an environment that holds pip for this version of Python."""
        return self.root / f"installer-{version}"

    def lock(self, name: str) -> Path:
        """Return the lock file of this name."""
        return self.root / "locks" / f"{name}.lock"


def user_home() -> Home:
    """Return the cache of this user: `MLTRACK_HOME`, else `mltrack` in the user's cache folder."""
    return Home(cache_folder())
