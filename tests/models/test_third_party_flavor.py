"""A flavour that another distribution brings is found, and travels like our own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
FLAVOR = '''
"""Stars, whose brightness is their model."""

NAME = "stars"
EXTRA = ""


class Star:
    def __init__(self, brightness):
        self.brightness = brightness


def detect(model):
    return type(model).__name__ == "Star"


def save(model, folder, wishes):
    (folder / "data").mkdir()
    (folder / "data" / "star.txt").write_text(str(model.brightness))
    return {"file": "data/star.txt", "versions": {"stars": "1.0"}}


def describe(model):
    from mltrack.models.entities import Described

    return Described()


def requirements(details):
    return ["stars"]


def what_runs(details):
    return ""


def mlflow(details):
    return {}


def load(files, details):
    return Star(float(files.read(details["file"])))


def predict(native, rows, method):
    return rows[:, 0] * native.brightness
'''
SAVE = """
import sys
from pathlib import Path
import numpy as np
import stars
from mltrack.models import opening, saving
from mltrack.models.entities import Wishes

rows = np.array([[1.0, 5.0], [2.0, 5.0]])
saved = saving.save(stars.Star(2.5), Path(sys.argv[1]), Wishes(inputs=rows, check=False))
assert saved.flavor == "stars"
print(opening.load_package(saved.path).predict(rows).tolist())
"""
OPEN = """
import sys
from pathlib import Path

for name in ("mltrack", "stars"):
    sys.modules[name] = None
[file] = Path(sys.argv[1]).glob("code/mltrack_loader_*.py")
sys.path.insert(0, str(file.parent))
package = __import__(file.stem).open_package()
import numpy as np
print(package.predict(np.array([[1.0, 5.0], [2.0, 5.0]])).tolist())
"""
OURS = """
from sklearn.dummy import DummyRegressor
from mltrack.models import flavors

print(flavors.of(DummyRegressor()).NAME)
try: flavors.of(object())
except Exception as error: print(type(error).__name__, error)
"""


def distribution(folder: Path, source: str) -> Path:
    """Install a distribution whose module is a flavour into a folder of the path."""
    about = folder / "stars-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / "stars.py").write_text(source, encoding="utf-8")
    files = {
        "METADATA": "Metadata-Version: 2.1\nName: stars\nVersion: 1.0\n",
        "entry_points.txt": "[mltrack.flavors]\nstars = stars\n",
        "RECORD": "stars.py,,\nstars-1.0.dist-info/METADATA,,\n",
        "INSTALLER": "pip\n",
    }
    for name, text in files.items():
        (about / name).write_text(text, encoding="utf-8")
    return folder


def said(code: str, *arguments: Path, installed: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{installed}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_found_saves_loads_and_travels(tmp_path: Path) -> None:
    installed = distribution(tmp_path / "site", FLAVOR)
    assert said(SAVE, tmp_path / "m", installed=installed) == "[2.5, 5.0]\n"
    assert said(OPEN, tmp_path / "m", installed=tmp_path) == "[2.5, 5.0]\n"
    requirements = (tmp_path / "m" / "requirements.txt").read_text(encoding="utf-8")
    assert "stars==1.0" in requirements.splitlines()


@pytest.mark.parametrize("source", ["import no_such_module", "1 / 0"])
def test_one_that_is_broken_is_named_and_stops_nobody_elses(tmp_path: Path, source: str) -> None:
    installed = distribution(tmp_path / "site", source)
    first, second, *rest = said(OURS, installed=installed).splitlines()
    assert first == "sklearn"
    assert second.startswith("MltrackError the flavour stars cannot be loaded")
    assert rest[0] == "the distribution stars brings it"
