"""Modules of TensorFlow, which only `make test-all` installs."""

from typing import Any

import numpy as np

from tests.models.frameworks.example import Example

FRAMEWORK = "tensorflow"
MODULE = "tensorflow"


def rows() -> Any:
    return np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)


def module() -> Any:
    """Return a module of two layers that gives two arrays by name."""
    import tensorflow as tf

    class Heads(tf.Module):  # type: ignore[misc]  # TensorFlow has no types
        def __init__(self) -> None:
            super().__init__()
            self.first = tf.Variable(rows()[:2] + 1.0)
            self.second = tf.Variable(rows()[:2] - 1.0)

        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])  # type: ignore[untyped-decorator]  # as above
        def __call__(self, given: Any) -> Any:
            hidden = tf.nn.relu(given @ self.first)
            return {"mean": hidden @ self.second, "kind": tf.nn.softmax(hidden)}

    return Heads()


def _asked(model: Any, given: Any) -> dict[str, Any]:
    return {"predict": {name: part.numpy() for name, part in sorted(model(given).items())}}


EXAMPLES = {"module": Example(fitted=module, rows=rows, asked=_asked)}
