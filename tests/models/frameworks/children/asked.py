"""Open packages where there is no mltrack, by their own loader and by MLflow; keep what they give.

The folder holds packages, and in `rows/` for each of them the rows and the methods to ask for.
Written to `given`: a list of places, each with what every package gave there, by method.
"""

import importlib.util
import pickle
import sys
import warnings
from pathlib import Path
from typing import Any

sys.modules["mltrack"] = None  # type: ignore[assignment]  # as where it is not installed
warnings.simplefilter("ignore")

import mlflow.pyfunc  # noqa: E402 - only now that mltrack cannot be loaded


def by_its_loader(folder: Path, rows: Any, methods: list[str]) -> dict[str, Any]:
    [file] = (folder / "code").glob("mltrack_loader_*.py")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    package = module.open_package()
    return {m: module.answer_of(package.predict(rows, m)) for m in methods}


def by_mlflow(folder: Path, rows: Any, methods: list[str]) -> dict[str, Any]:
    model = mlflow.pyfunc.load_model(str(folder))
    answer_of = sys.modules[next((folder / "code").glob("mltrack_loader_*.py")).stem].answer_of
    given = {"predict": model.predict(rows)}
    return {method: answer_of(values) for method, values in given.items()}


places = []
for place, ask in (("its own loader", by_its_loader), ("MLflow", by_mlflow)):
    found = {}
    for packed in sorted((Path(sys.argv[1]) / "rows").iterdir()):
        rows, methods = pickle.loads(packed.read_bytes())
        found[packed.name] = ask(Path(sys.argv[1]) / packed.name, rows, methods)
    places.append((place, found))
(Path(sys.argv[1]) / "given").write_bytes(pickle.dumps(places))
