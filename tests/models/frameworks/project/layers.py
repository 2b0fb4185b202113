"""Layers of a user's project."""

from typing import Any

import keras


class Scale(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Is not registered: its module and name are all that is known of it."""

    def __init__(self, factor: float, **options: Any) -> None:
        super().__init__(**options)
        self.factor = factor

    def call(self, rows: Any) -> Any:
        return rows * self.factor

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


@keras.saving.register_keras_serializable(package="project")  # type: ignore[untyped-decorator]  # as above
def squared(rows: Any) -> Any:
    return rows * rows
