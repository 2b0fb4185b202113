"""PyTorch modules: of a user's project, of torch itself, exported, pickled."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from mltrack.models.entities import Wishes
from tests.models.frameworks.example import Example
from tests.models.frameworks.python import use_project

FRAMEWORK = "torch"


def _frame() -> pd.DataFrame:
    numbers = np.random.default_rng(0)
    return pd.DataFrame({"age": numbers.normal(size=40), "dose": numbers.normal(size=40)})


def _array() -> Any:
    return _frame().to_numpy().astype(np.float32)


def _tokens() -> Any:
    return np.random.default_rng(0).integers(0, 11, (6, 5))


def _made(make: Callable[[], Any]) -> Callable[[], Any]:
    """Return a module whose weights are the same each time."""

    def made() -> Any:
        import torch

        use_project()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return make()

    return made


def _net() -> Any:
    import torch
    from networks import Net

    net = Net(8)
    for _ in range(3):
        net(torch.randn(16, 2))  # as training does: its statistics change
    return net


def _tied() -> Any:
    from networks import Tied

    return Tied()


def _of_torch() -> Any:
    from torch import nn

    return nn.Sequential(nn.Linear(2, 4), nn.GELU(), nn.Dropout(0.3), nn.Linear(4, 1))


def _asked(model: Any, rows: Any) -> dict[str, Any]:
    import torch

    array = rows.to_numpy() if hasattr(rows, "columns") else rows
    given = torch.tensor(array.astype(np.float32) if array.dtype.kind == "f" else array)
    training = model.training
    with torch.inference_mode():
        answer = model.eval()(given)
    model.train(training)
    if hasattr(answer, "_asdict"):
        return {"predict": {name: part.numpy() for name, part in answer._asdict().items()}}
    return {"predict": answer.numpy()}


EXAMPLES = {
    "class of the project": Example(
        fitted=_made(_net), rows=_frame, asked=_asked, wishes=Wishes(arguments={"hidden": 8})
    ),
    "tied weights": Example(fitted=_made(_tied), rows=_tokens, asked=_asked),
    "layers of torch": Example(fitted=_made(_of_torch), rows=_array, asked=_asked),
    "exported class": Example(
        fitted=_made(_net), rows=_array, asked=_asked, wishes=Wishes(format="export")
    ),
    "pickle": Example(fitted=_made(_net), rows=_array, asked=_asked, wishes=Wishes(pickle=True)),
}
