"""People with ssh keys, and the commits that they sign."""

import shutil
import subprocess
from pathlib import Path

from tests.support.repository import Repository


class Keys:
    """Keys of invented people, and git's list of those whose signatures count."""

    def __init__(self, folder: Path) -> None:
        assert shutil.which("ssh-keygen"), "ssh-keygen is missing: run make test-system"
        folder.mkdir()
        self._folder = folder
        self.signers = folder / "signers"
        self.signers.write_text("# nobody yet\n", encoding="utf-8")

    def make(self, name: str) -> Path:
        """Make a key that nobody vouches for, and return where it is."""
        key = self._folder / name
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True
        )
        return key

    def add(self, principal: str) -> Path:
        """Make a key, add it to the list under a name, and return where it is."""
        key = self.make(principal)
        public = key.with_name(f"{key.name}.pub").read_text("utf-8")
        with self.signers.open("a", encoding="utf-8") as file:
            file.write(f"{principal} {public}")
        return key


def commit_signed(repo: Repository, key: Path, message: str = "Sign it") -> str:
    """Commit everything there is with a signature, and return the commit's id."""
    repo.git("add", "--all")
    sign = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key}")
    repo.git(*sign, "commit", "--quiet", "--gpg-sign", "--allow-empty", "--message", message)
    return repo.git("rev-parse", "HEAD")
