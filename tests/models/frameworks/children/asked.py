"""Open packages where there is no mltrack, by their own loader and by MLflow; keep what they give.

The folder holds packages, and in `rows/` for each of them the rows and the methods to ask for.
Written to `given`: a list of places, each with what every package gave there, by method. MLflow's
own flavours are asked as the example of the package asks its model; one that gives another class
than was saved is loaded, and asked nothing.
"""

import importlib
import importlib.util
import pickle
import sys
import warnings
from pathlib import Path
from typing import Any

sys.modules["mltrack"] = None  # type: ignore[assignment]  # as where it is not installed
warnings.simplefilter("ignore")

import mlflow.pyfunc  # noqa: E402 - only now that mltrack cannot be loaded
from mlflow.models import Model  # noqa: E402 - as above


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
    given = {"predict": model.predict(_widened(rows, model))}
    return {method: answer_of(values) for method, values in given.items()}


def _widened(rows: Any, model: Any) -> Any:
    """Return rows as MLflow wants them: it takes no integers where it was told of real numbers."""
    schema = model.metadata.get_input_schema()
    if not hasattr(rows, "dtypes") or schema is None or schema.is_tensor_spec():
        return rows
    real = {spec.name for spec in schema.inputs if str(spec.type) == "DataType.double"}
    return rows.astype({n: float for n in rows if n in real and rows[n].dtype.kind == "i"})


def by_mlflows_own(flavor: str, folder: Path, rows: Any) -> dict[str, Any]:
    from mltrack.models.shaping import answer_of
    from tests.models.frameworks.example import examples_of

    example = examples_of(flavor)[folder.name]
    found = {}
    for name in Model.load(str(folder)).flavors.keys() - {"python_function"}:
        model = importlib.import_module(f"mlflow.{name}").load_model(str(folder))
        if type(model) is type(example.fitted()):
            found = {m: answer_of(values) for m, values in example.asked(model, rows).items()}
    return found


top = Path(sys.argv[1])
packed = {file.name: pickle.loads(file.read_bytes()) for file in (top / "rows").iterdir()}
places = [
    ("its own loader", {name: by_its_loader(top / name, *told) for name, told in packed.items()}),
    ("MLflow", {name: by_mlflow(top / name, *told) for name, told in packed.items()}),
]
del sys.modules["mltrack"]
native = {name: by_mlflows_own(sys.argv[2], top / name, rows) for name, (rows, _) in packed.items()}
places.append(("MLflow's own flavour", {name: given for name, given in native.items() if given}))
(top / "given").write_bytes(pickle.dumps(places))
