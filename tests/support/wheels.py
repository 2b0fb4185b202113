"""A package index that needs no network: a folder of wheels that tests write themselves."""

import zipfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n"
BACKEND = """\
import base64, hashlib, pathlib, zipfile

def _made(folder, files):
    info = "{name}-{version}.dist-info"
    files = dict(files)
    files[info + "/METADATA"] = "Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
    files[info + "/WHEEL"] = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    record = [path + ",," for path in (*files, info + "/RECORD")]
    name = "{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as archive:
        for path, text in (files | {{info + "/RECORD": "\\n".join(record)}}).items():
            archive.writestr(path, text)
    return name

def build_wheel(folder, settings=None, metadata=None):
    return _made(folder, {{"{name}.py": pathlib.Path("{name}.py").read_text()}})

def build_editable(folder, settings=None, metadata=None):
    return _made(folder, {{"{name}.pth": str(pathlib.Path.cwd()) + "\\n"}})
"""
PYPROJECT = """\
[project]
name = "{name}"
version = "{version}"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def write_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    tag: str = "py3-none-any",
    requires: Sequence[str] = (),
) -> Path:
    """Write a wheel of one module that holds its version, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {line}\n" for line in requires)
    files = {
        f"{name}.py": f'VERSION = "{version}"\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": WHEEL.format(tag=tag),
    }
    record = [f"{path},," for path in (*files, f"{info}/RECORD")]
    file = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": "\n".join(record)}.items():
            archive.writestr(path, text)
    return file


def digest_of(file: Path) -> str:
    """Return the digest of a file as requirements bear it."""
    return f"--hash=sha256:{sha256(file.read_bytes()).hexdigest()}"


def write_source(folder: Path, name: str, version: str = "1.0") -> Path:
    """Write the source of a package of one module, which builds without any other package."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {"name": name, "version": version}
    (folder / "pyproject.toml").write_text(PYPROJECT.format(**facts))
    (folder / "backend.py").write_text(BACKEND.format(**facts))
    (folder / f"{name}.py").write_text(f'VERSION = "{version}"\n')
    return folder
