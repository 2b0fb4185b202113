"""Keras models on the backend that is installed, torch where nobody said another."""

import importlib.util
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.models.frameworks.example import Example
from tests.models.frameworks.python import use_project

FRAMEWORK = "keras"
BACKEND = "torch" if importlib.util.find_spec("torch") else "tensorflow"


def _frame() -> pd.DataFrame:
    numbers = np.random.default_rng(0)
    return pd.DataFrame({"age": numbers.normal(size=40), "dose": numbers.normal(size=40)})


def _array() -> Any:
    return _frame().to_numpy().astype(np.float32)


def use_keras() -> Any:
    os.environ.setdefault("KERAS_BACKEND", BACKEND)
    import keras

    return keras


def _made(make: Callable[[Any], Any]) -> Callable[[], Any]:
    def made() -> Any:
        use_project()
        keras = use_keras()
        keras.utils.clear_session()  # names of layers are counted
        keras.utils.set_random_seed(0)
        return make(keras)

    return made


def _trained(keras: Any) -> Any:
    layers = [keras.layers.Dense(4, activation="relu"), keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Input((2,)), *layers, keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(_array(), _array()[:, 0], epochs=1, verbose=0)
    return model


def _with_own_layer(keras: Any) -> Any:
    from layers import Scale, squared

    rows = keras.Input((2,), name="rows")
    hidden = keras.layers.Dense(3, activation=squared)(Scale(0.5)(rows))
    heads = {"mean": keras.layers.Dense(1)(hidden), "kind": keras.layers.Dense(2)(hidden)}
    return keras.Model(rows, heads)


def _asked(model: Any, rows: Any) -> dict[str, Any]:
    return {"predict": model.predict(np.asarray(rows), verbose=0)}


EXAMPLES = {
    "trained": Example(fitted=_made(_trained), rows=_frame, asked=_asked),
    "layer of the project": Example(fitted=_made(_with_own_layer), rows=_array, asked=_asked),
}
