"""ONNX models, run by onnxruntime on the CPU: reading one runs no code."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.entities import Described, Signature, Wishes
    from mltrack.models.package_files import Files

NAME = "onnx"
EXTRA = "onnx"
FILE = "data/model.onnx"
PROVIDERS = ("CPUExecutionProvider",)
_PROTO = ("ModelProto", "onnx")
_SESSION = ("InferenceSession", "onnxruntime")
_IR_VERSION = b"\x08"
"""How the bytes of every ONNX model begin."""
_DTYPES = {"float": "float32", "double": "float64", "string": "object"}
"""What ONNX calls otherwise than numpy."""
_COLUMNS = 2
"""The dimensions of rows by columns."""


def detect(model: object) -> bool:
    """Tell whether it is an ONNX model: in memory, as bytes, in a session, or a file's path."""
    if isinstance(model, bytes):
        return model.startswith(_IR_VERSION)
    if isinstance(model, Path):
        return model.suffix == ".onnx" and model.is_file()
    return _is_a(model, _PROTO) or _is_a(model, _SESSION)


def _is_a(model: object, wanted: tuple[str, str]) -> bool:
    kinds = [(kind.__name__, kind.__module__.split(".")[0]) for kind in type(model).__mro__]
    return any(
        name == wanted[0] and (module.startswith(wanted[1]) or module == "onnx_ml_pb2")
        for name, module in kinds
    )


def save(model: Any, folder: Path, wishes: "Wishes") -> dict[str, Any]:  # noqa: ANN401
    """Write a model in one file, with all its weights.

    Raises:
        UsageError: another format is asked for, it is no ONNX model, or its weights lie elsewhere.
    """
    from mltrack.errors import UsageError
    from mltrack.models import installed

    if wishes.format not in {"", "onnx"}:
        raise UsageError(
            f"an ONNX model has no format {wishes.format!r}", fix="give onnx, or leave it out"
        )
    data = _bytes_of(model)
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_bytes(data)
    names = ("onnx", "onnxruntime")
    return {"file": FILE, "versions": {name: installed.version_of(name) for name in names}}


def _bytes_of(model: Any) -> bytes:  # noqa: ANN401 - whatever holds a model
    """Return the model's bytes, written anew: two writers may differ in what means the same."""
    import onnx
    from google.protobuf.message import DecodeError, EncodeError

    from mltrack.errors import UsageError

    try:
        proto = _in_order(_proto_of(model))
        data: bytes = proto.SerializeToString(deterministic=True)
    except (DecodeError, EncodeError, ValueError) as error:
        raise UsageError(
            f"the ONNX model cannot be saved: {error}",
            why="it is no ONNX model, or larger than the 2 GiB that its format holds",
        ) from error
    if any(map(onnx.external_data_helper.uses_external_data, _tensors(proto))):
        raise UsageError(
            "the ONNX model cannot be saved: its weights lie in other files",
            fix="give the path of its file, so that they are found: pathlib.Path('model.onnx')",
        )
    return data


def _in_order(proto: Any) -> Any:  # noqa: ANN401 - onnx's
    """Return a model with its operator sets by name: converters list them in any order."""
    ordered = sorted(proto.opset_import, key=lambda one: (one.domain, one.version))
    if ordered == list(proto.opset_import):
        return proto
    copied = type(proto)()
    copied.CopyFrom(proto)
    del copied.opset_import[:]
    copied.opset_import.extend(ordered)
    return copied


def _proto_of(model: Any) -> Any:  # noqa: ANN401 - a ModelProto
    import onnx

    if isinstance(model, Path):
        return onnx.load(model)
    if _is_a(model, _SESSION):
        model = getattr(model, "_model_bytes", None) or Path(str(model._model_path))  # noqa: SLF001
        return _proto_of(model)
    if isinstance(model, bytes):
        return onnx.load_model_from_string(model)
    return model


def _tensors(proto: Any) -> list[Any]:  # noqa: ANN401 - a ModelProto
    import onnx

    found = onnx.external_data_helper._get_all_tensors(proto)  # noqa: SLF001 - it has no other name
    return list(found)


def requirements(details: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    """Return the distributions that loading needs."""
    return ["onnxruntime"]


def what_runs(details: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Say which code loading runs: a graph names operators of onnxruntime and no others."""
    return ""


def mlflow(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what MLflow's own flavour needs to know."""
    return {
        "onnx": {
            "data": details["file"],
            "onnx_version": details["versions"]["onnx"],
            "providers": list(PROVIDERS),
        }
    }


def load(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as onnxruntime has it
    """Return a session that runs the model."""
    return _session(files.read(details["file"]))


def _session(data: bytes) -> Any:  # noqa: ANN401 - as onnxruntime has it
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    options = onnxruntime.SessionOptions()
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    refusals = (errors.Fail, errors.InvalidGraph, errors.InvalidProtobuf, errors.NotImplemented)
    try:
        return onnxruntime.InferenceSession(data, options, providers=list(PROVIDERS))
    except (*refusals, errors.RuntimeException) as error:
        raise ValueError(str(error)) from error


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - as onnxruntime has it
    """Return one prediction a row; a model of several outputs gives them all, by name.

    A classifier gives its labels by `predict`, and by `predict_proba` an array of a row's
    probabilities, whichever way the model itself holds them.

    Args:
        native: a session, or what one can be made of.
        rows: an array, a DataFrame, or arrays by name.
        method: `predict` or `predict_proba`.
    """
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    native = native if _is_a(native, _SESSION) else _session(_bytes_of(native))
    outputs = [output.name for output in native.get_outputs()]
    labels = _labels_and_probabilities(native)
    wanted = outputs if labels is None else [labels[method == "predict_proba"]]
    try:
        given = native.run(wanted, _fed(native.get_inputs(), rows))
    except (errors.Fail, errors.InvalidArgument, errors.RuntimeException) as error:
        raise ValueError(str(error)) from error
    found = [_as_array(values) for values in given]
    return found[0] if len(found) == 1 else dict(zip(wanted, found, strict=True))


def _fed(inputs: Any, rows: Any) -> dict[str, Any]:  # noqa: ANN401 - as onnxruntime has it
    """Return the tensors that a model takes, by name."""
    import numpy as np

    if isinstance(rows, Mapping):
        return {told.name: _as_told(told, rows[told.name]) for told in inputs}
    if len(inputs) == 1:
        array = rows.to_numpy() if hasattr(rows, "to_numpy") else np.asarray(rows)
        return {inputs[0].name: _as_told(inputs[0], array)}
    if hasattr(rows, "columns"):
        return {told.name: _as_told(told, rows[told.name].to_numpy()) for told in inputs}
    return {told.name: _as_told(told, rows[:, place]) for place, told in enumerate(inputs)}


def _as_told(told: Any, array: Any) -> Any:  # noqa: ANN401 - as onnxruntime has it
    """Return an array of the type and with the dimensions that an input has."""
    import numpy as np

    array = np.asarray(array).astype(_dtype_of(told))
    if array.ndim == 1 and len(told.shape) == _COLUMNS:
        return array.reshape(-1, 1)
    return array


def _dtype_of(told: Any) -> str:  # noqa: ANN401 - as onnxruntime has it
    """Return numpy's name for the type of an input, such as `tensor(float)`."""
    name: str = told.type.removeprefix("tensor(").removesuffix(")")
    return _DTYPES.get(name, name)


def _as_array(values: Any) -> Any:  # noqa: ANN401 - as onnxruntime has it
    """Return an output as an array: some classifiers give a dict of probabilities for each row."""
    import numpy as np

    if isinstance(values, list) and values and isinstance(values[0], Mapping):
        return np.array([list(row.values()) for row in values], dtype=np.float32)
    return np.asarray(values)


def _labels_and_probabilities(session: Any) -> tuple[str, str] | None:  # noqa: ANN401
    """Return the two outputs of a classifier; None for a model that is not known to be one."""
    outputs = [output.name for output in session.get_outputs()]
    named = [[name for name in outputs if part in name.lower()] for part in ("label", "prob")]
    if len(outputs) == len(named) and all(len(found) == 1 for found in named):
        return named[0][0], named[1][0]
    return None


def describe(model: Any) -> "Described":  # noqa: ANN401 - whatever holds a model
    """Return what a model's graph says of its inputs and outputs."""
    from mltrack.models.entities import Described, Layout, Task

    session = model if _is_a(model, _SESSION) else _session(_bytes_of(model))
    is_classifier = _labels_and_probabilities(session) is not None
    signature = _signature(session.get_inputs())
    return Described(
        signature=signature,
        task=Task.CLASSIFICATION if is_classifier else None,
        methods=("predict", "predict_proba") if is_classifier else ("predict",),
        tensors=signature is not None and signature.layout is Layout.TENSOR,
    )


def _signature(inputs: Any) -> "Signature | None":  # noqa: ANN401 - as onnxruntime has it
    """Return columns where the inputs are such, tensors where they are not.

    None where the graph does not say how many columns its one input has.
    """
    from mltrack.models.entities import Layout, Signature

    names = [told.name for told in inputs]
    shapes = [_shape_of(told) for told in inputs]
    if len(inputs) > 1 and all(shape in {(), (1,)} for shape in shapes):
        columns = tuple(_column(told, told.name) for told in inputs)
        return Signature(layout=Layout.NAMED, inputs=columns)
    if len(inputs) == 1 and len(inputs[0].shape) == _COLUMNS:
        return _positions(inputs[0], shapes[0][0])
    shown = [""] if len(inputs) == 1 else names
    return Signature(
        layout=Layout.TENSOR,
        inputs=tuple(
            _tensor(told, name, shape)
            for told, name, shape in zip(inputs, shown, shapes, strict=True)
        ),
    )


def _positions(told: Any, count: int) -> "Signature | None":  # noqa: ANN401 - as onnxruntime has it
    from mltrack.models.entities import Layout, Signature
    from mltrack.models.signature.inferring import position_names

    if count < 0:
        return None
    columns = tuple(_column(told, name) for name in position_names(count))
    return Signature(layout=Layout.POSITIONS, inputs=columns)


def _shape_of(told: Any) -> tuple[int, ...]:  # noqa: ANN401 - as onnxruntime has it
    """Return the shape of one row: dimensions without a number have a name, or nothing."""
    return tuple(size if isinstance(size, int) else -1 for size in told.shape[1:])


def _column(told: Any, name: str) -> Any:  # noqa: ANN401 - a Column
    """Return a column of plain values; real ones are narrowed to what the graph takes."""
    from mltrack.models.entities import Column, ColumnType

    dtype = _dtype_of(told)
    kind = "str" if dtype == "object" else "float64" if dtype.startswith("float") else dtype
    return Column(name=name, type=ColumnType(kind), nullable=kind == "float64")


def _tensor(told: Any, name: str, shape: tuple[int, ...]) -> Any:  # noqa: ANN401 - a Column
    from mltrack.models.entities import Column, ColumnType

    dtype = _dtype_of(told)
    return Column(name=name, type=ColumnType("str" if dtype == "object" else dtype), shape=shape)
