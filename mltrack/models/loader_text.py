"""The one file that opens a package without mltrack: the loader, a flavour, and facts."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from mltrack.models import (
    canonical,
    codec,
    ending,
    loader,
    messages,
    package_files,
    plain,
    shaping,
    tensors,
)
from mltrack.models.entities import PackageFacts
from mltrack.models.flavors import Flavor

PARTS = (plain, canonical, tensors, package_files, shaping, messages, ending, loader)
"""The modules that are the same in every package; each needs those before it alone."""
_STEM = "mltrack_loader"
_DIGITS = 8
_IMPORTS = re.compile(r"^from mltrack\.\S+ import .*\n", re.MULTILINE)
"""What stands in the same file once it is composed."""
_NAME = re.compile(rf"{_STEM}_[0-9a-f]{{{_DIGITS}}}\Z")
_BEGIN = '''"""Open the model of this package and predict with it, without mltrack.

This needs the standard library, numpy, and the framework of the model.
"""

import json
import sys
from pathlib import Path'''
_END = '''

def open_package(folder: str | Path | None = None) -> Package:
    """Return the model of the package in which this file lies, or of another folder."""
    return Package(Path(folder or Path(__file__).parents[1]), FACTS, sys.modules[__name__])


def _load_pyfunc(path: str) -> PythonFunction:
    """Return the model as MLflow wants it."""
    return PythonFunction(open_package(path))


'''
SERVING = """\
if __name__ == "__main__":
    serve(Path(sys.argv[1]), FACTS, sys.modules[__name__], sys.argv[2])
"""
"""How the file ends: what it does as the program of a model process."""


def text_of(flavor: Flavor, facts: PackageFacts, *, end: str = SERVING) -> str:
    """Return the source of a module that opens this package: `open_package(folder).predict(rows)`.

    Args:
        flavor: the module of the flavour; its file needs the standard library alone to be read.
        facts: what `model.yaml` holds.
        end: what it does as a program.
    """
    told = {
        "details": dict(facts.details),
        "signature": codec.signature_to_plain(facts.signature),
        "code": list(facts.code) if flavor.what_runs(facts.details) else [],
    }
    parts = [
        _BEGIN,
        *(_IMPORTS.sub("", _source(module)) for module in PARTS),
        f"# How a {flavor.NAME} model is read.\n\n{_source(flavor)}",
        f"# This package.\n\nFACTS = json.loads(r'''\n{_quoted(told)}\n''')\n{_END}{end}",
    ]
    return "\n\n".join(parts)


def name_of(text: str) -> str:
    """Return the module's name: of its bytes, so that two packages never share a module."""
    return f"{_STEM}_{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def is_loader(module: str) -> bool:
    """Tell whether a module's name is that of a loader."""
    return _NAME.match(module) is not None


def _source(module: Any) -> str:  # noqa: ANN401 - a module
    return Path(str(module.__file__)).read_text(encoding="utf-8")


def _quoted(told: dict[str, Any]) -> str:
    """Return JSON that a raw text in single quotes can hold."""
    return json.dumps(told, indent=1, sort_keys=True).replace("'", "\\u0027")
