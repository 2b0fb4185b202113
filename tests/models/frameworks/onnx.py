"""ONNX models, from scikit-learn ones and made by hand; nothing is loaded before one is made."""

from typing import Any

import numpy as np
import pandas as pd

from tests.models.frameworks.example import Example

FRAMEWORK = "onnxruntime"


def _numbers() -> Any:
    return np.random.default_rng(0).normal(size=(40, 3))


def _frame() -> pd.DataFrame:
    kinds = np.random.default_rng(1).choice(["a", "b"], 40).astype(object)
    return pd.DataFrame({"age": _numbers()[:, 0], "kind": kinds})


def _classifier(*, zipmap: bool) -> Any:
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression

    rows = _numbers().astype(np.float32)
    model = LogisticRegression().fit(rows, np.where(rows[:, 0] > 0, "sick", "well"))
    return to_onnx(model, rows[:1], options={"zipmap": zipmap})


def _pipeline() -> Any:
    from skl2onnx import to_onnx
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame = _frame().astype({"age": np.float32})
    columns = make_column_transformer((StandardScaler(), ["age"]), (OneHotEncoder(), ["kind"]))
    model = make_pipeline(columns, LinearRegression()).fit(frame, frame["age"] * 2)
    return to_onnx(model, frame[:1])


def _images() -> Any:
    """Return a model that gives the mean and the largest value of each image."""
    from onnx import TensorProto, checker, helper

    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["rows", 4, 4])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows"])
        for name in ("mean", "largest")
    ]
    axes = helper.make_tensor("axes", TensorProto.INT64, [2], [1, 2])
    nodes = [
        helper.make_node("ReduceMean", ["images", "axes"], ["mean"], keepdims=0),
        helper.make_node("ReduceMax", ["images", "axes"], ["largest"], keepdims=0),
    ]
    graph = helper.make_graph(nodes, "images", [images], outputs, initializer=[axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model)
    return model


def _run(model: Any, fed: dict[str, Any]) -> list[Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString())
    given: list[Any] = session.run(None, fed)
    return given


def _asked_classifier(model: Any, rows: Any) -> dict[str, Any]:
    labels, probabilities = _run(model, {"X": rows.astype(np.float32)})
    if isinstance(probabilities, list):
        probabilities = np.array([[row["sick"], row["well"]] for row in probabilities], np.float32)
    return {"predict": labels, "predict_proba": probabilities}


def _asked_pipeline(model: Any, rows: Any) -> dict[str, Any]:
    ages = rows[["age"]].to_numpy(np.float32)
    return {"predict": _run(model, {"age": ages, "kind": rows[["kind"]].to_numpy()})[0]}


def _asked_images(model: Any, rows: Any) -> dict[str, Any]:
    mean, largest = _run(model, {"images": rows})
    return {"predict": {"mean": mean, "largest": largest}}


EXAMPLES = {
    "classifier": Example(
        fitted=lambda: _classifier(zipmap=False), rows=_numbers, asked=_asked_classifier
    ),
    "classifier of dicts": Example(
        fitted=lambda: _classifier(zipmap=True), rows=_numbers, asked=_asked_classifier
    ),
    "pipeline of named inputs": Example(fitted=_pipeline, rows=_frame, asked=_asked_pipeline),
    "images of tensors": Example(
        fitted=_images,
        rows=lambda: np.random.default_rng(0).normal(size=(5, 4, 4)).astype(np.float32),
        asked=_asked_images,
    ),
}
