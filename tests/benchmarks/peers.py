"""Peers, each in a virtual environment of its own below the folder of the bench."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Peer(NamedTuple):
    """A package that others use for the same: what is installed, and how it is imported."""

    packages: tuple[str, ...]
    module: str


PEERS = {
    "mlflow": Peer(("mlflow",), "mlflow"),
    "sacred": Peer(("sacred", "setuptools<81"), "sacred"),
}
VARIABLES = {"MLFLOW_ALLOW_FILE_STORE": "true", "MLFLOW_DISABLE_TELEMETRY": "true"}


def installed(name: str, folder: Path) -> Path:
    """Return the Python that has the peer; its environment is made once.

    Raises:
        CalledProcessError: it could not be installed.
    """
    target = folder / "peers" / name
    done = target / "installed"
    python = target / "bin" / "python"
    if not done.exists():
        sys.stderr.write(f"{name}: installing\n")
        subprocess.run([sys.executable, "-m", "venv", "--clear", target], check=True)
        pip: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, *PEERS[name].packages], check=True, stdout=sys.stderr)
        subprocess.run([python, "-m", "compileall", "-q", target / "lib"], check=False)
        done.touch()
    return python
