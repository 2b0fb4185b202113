"""Write SavedModels, without the numbers that TensorFlow counts up in each process.

A `tf.Module` then gives the same bytes each time. The SavedModel that Keras exports does not quite:
it lists its weights in an order that is another one in each process.
"""

import re
import shutil
from pathlib import Path
from typing import Any

from mltrack.errors import UsageError

_GRAPH, _FINGERPRINT = "saved_model.pb", "fingerprint.pb"
_COUNTED = re.compile(r'(__(?:inference|forward|backward)_\w*_)(\d+)(?=")')
_ADDRESS = re.compile(r'(key: "_user_specified_name"\s+value \{\s+s: )"\d+"')


def write(model: Any, folder: Path, *, saved: Path | None) -> None:  # noqa: ANN401 - TensorFlow's
    """Write a model below a new folder.

    Args:
        model: a `tf.Module`, a Keras model on TensorFlow, or one that was loaded.
        folder: where.
        saved: where the files lie that it was loaded from; None when it was not.

    Raises:
        UsageError: it has no function that TensorFlow can save.
    """
    if saved is not None:
        shutil.copytree(saved, folder)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    if hasattr(model, "export"):
        _export(model, folder)
    else:
        _save(model, folder)
    _make_canonical(folder / _GRAPH)
    (folder / _FINGERPRINT).unlink(missing_ok=True)


def _export(model: Any, folder: Path) -> None:  # noqa: ANN401 - a Keras model
    import keras

    if keras.backend.backend() != "tensorflow":
        raise UsageError(
            "a SavedModel can be exported only where Keras runs on TensorFlow",
            why=f"here it runs on {keras.backend.backend()}",
            fix="leave flavor out: Keras models are then saved as .keras",
        )
    model.export(folder, verbose=False)


def _save(model: Any, folder: Path) -> None:  # noqa: ANN401 - a tf.Module
    import tensorflow as tf

    call = vars(type(model)).get("__call__", getattr(model, "__call__", None))  # noqa: B004 - it is looked at
    if not hasattr(call, "get_concrete_function"):
        raise UsageError(
            f"the {type(model).__name__} has no function that TensorFlow can save",
            fix="write @tf.function(input_signature=[tf.TensorSpec(...)]) above its __call__",
        )
    tf.saved_model.save(model, str(folder))


def _make_canonical(file: Path) -> None:
    """Number the functions of a graph anew, from zero and in order."""
    from google.protobuf import text_format
    from tensorflow.core.protobuf import saved_model_pb2

    message = saved_model_pb2.SavedModel()
    message.ParseFromString(file.read_bytes())
    text = text_format.MessageToString(message)
    counted = sorted({int(match[2]) for match in _COUNTED.finditer(text)})
    numbers = {number: place for place, number in enumerate(counted)}
    text = _COUNTED.sub(lambda match: f"{match[1]}{numbers[int(match[2])]}", text)
    message = saved_model_pb2.SavedModel()
    text_format.Parse(_ADDRESS.sub(r'\1"captured"', text), message)
    for graph in message.meta_graphs:
        library = graph.graph_def.library
        functions = sorted(library.function, key=lambda function: function.signature.name)
        del library.function[:]
        library.function.extend(functions)
    file.write_bytes(message.SerializeToString(deterministic=True))
