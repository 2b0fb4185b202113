"""ONNX models are packaged from memory, bytes, sessions and files, with all their weights."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from mltrack.errors import UsageError
from mltrack.models import manifest, saving
from mltrack.models.entities import ColumnType, Layout, Task, Wishes
from mltrack.models.flavors import onnx as flavor
from tests.models.frameworks.onnx import EXAMPLES


@pytest.fixture(scope="module")
def proto() -> Any:
    return EXAMPLES["classifier"].fitted()


def test_whatever_holds_a_model_gives_the_same_bytes(proto: Any, tmp_path: Path) -> None:
    data = proto.SerializeToString()
    (tmp_path / "churn.onnx").write_bytes(data)
    held: list[Any] = [proto, data, tmp_path / "churn.onnx", onnxruntime.InferenceSession(data)]
    digests = set()
    for number, model in enumerate(held):
        assert flavor.detect(model)
        folder = tmp_path / str(number)
        folder.mkdir()
        flavor.save(model, folder, Wishes())
        digests.add(manifest.write(folder))
    assert len(digests) == 1


def test_weights_in_another_file_come_along(tmp_path: Path) -> None:
    proto = EXAMPLES["classifier"].fitted()
    weights = onnx.numpy_helper.from_array(np.ones((64, 64), np.float32), "more")
    proto.graph.initializer.append(weights)
    onnx.save(proto, tmp_path / "m.onnx", save_as_external_data=True, location="m.weights")
    outside = (tmp_path / "m.onnx").read_bytes()
    with pytest.raises(UsageError, match="its weights lie in other files"):
        flavor.save(outside, tmp_path, Wishes())
    (tmp_path / "saved").mkdir()
    details = flavor.save(tmp_path / "m.onnx", tmp_path / "saved", Wishes())
    assert (tmp_path / "saved" / details["file"]).stat().st_size > 64 * 64 * 4


def test_columns_are_known_from_the_graph(proto: Any) -> None:
    positions = flavor.describe(proto)
    assert positions.task is Task.CLASSIFICATION
    assert positions.methods == ("predict", "predict_proba")
    assert positions.signature is not None
    assert positions.signature.layout is Layout.POSITIONS
    assert len(positions.signature.inputs) == 3
    named = flavor.describe(EXAMPLES["pipeline of named inputs"].fitted())
    assert named.signature is not None
    assert [(column.name, column.type) for column in named.signature.inputs] == [
        ("age", ColumnType.FLOAT64), ("kind", ColumnType.STR),
    ]  # fmt: skip


def test_images_are_one_tensor() -> None:
    described = flavor.describe(EXAMPLES["images of tensors"].fitted())
    assert described.tensors
    assert described.signature is not None
    [column] = described.signature.inputs
    assert (column.name, column.type, column.shape) == ("", ColumnType.FLOAT32, (4, 4))


def test_several_outputs_are_given_by_name() -> None:
    session = flavor._session(EXAMPLES["images of tensors"].fitted().SerializeToString())
    given = flavor.predict(session, np.ones((2, 4, 4), np.float32), "predict")
    assert {name: values.tolist() for name, values in given.items()} == {
        "mean": [1.0, 1.0], "largest": [1.0, 1.0],
    }  # fmt: skip


def test_bytes_that_are_no_model_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be saved"):
        flavor.save(b"\x08\xff\xff", tmp_path, Wishes())
    details = {"file": "data/model.onnx"}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "model.onnx").write_bytes(b"no model")
    manifest.write(tmp_path)
    with pytest.raises(ValueError, match=r"[Pp]rotobuf"):
        flavor.load(manifest.verify(tmp_path), details)


def test_rows_of_another_shape_are_refused(proto: Any) -> None:
    session = flavor._session(proto.SerializeToString())
    with pytest.raises(ValueError, match=r"[Dd]imension"):
        flavor.predict(session, np.ones((2, 5)), "predict")


def test_a_graph_is_held_against_what_its_package_predicts(tmp_path: Path) -> None:
    example = EXAMPLES["classifier"]
    saved = saving.save(example.fitted(), tmp_path / "m", Wishes(inputs=example.rows()))
    assert not [note for note in saved.notes if "model itself" in note]
