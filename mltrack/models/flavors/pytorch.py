"""PyTorch modules: weights as safetensors with the code of their class, or an exported program.

Loading runs code either way: the class's own, or what a program of `torch.export` may hold, for
torch evaluates texts in it and unpickles parts of it.
"""

import contextlib
import importlib
import io
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.entities import Described, Wishes
    from mltrack.models.package_files import Files

NAME = "pytorch"
EXTRA = "torch"
_FILES = {
    "safetensors": "data/model.safetensors",
    "export": "data/model.pt2",
    "pickle": "data/model.pth",
}
_PICKLE_INFO = "data/pickle_module_info.txt"
"""Where MLflow looks for the module that unpickles."""
_PROGRAM = "_mltrack_program"
"""The attribute by which a loaded program can be saved again."""


def detect(model: object) -> bool:
    """Tell whether a model is a PyTorch module."""
    return any(
        base.__name__ == "Module" and base.__module__ == "torch.nn.modules.module"
        for base in type(model).__mro__
    )


def describe(model: object) -> "Described":  # noqa: ARG001
    """Return that a module takes arrays as they are; what shapes, only its user knows."""
    from mltrack.models.entities import Described

    return Described(tensors=True)


def save(model: Any, folder: Path, wishes: "Wishes") -> dict[str, Any]:  # noqa: ANN401 - torch's
    """Write a module.

    Raises:
        UsageError: its class or its state cannot travel in the format.
    """
    from mltrack.models import torch_saving

    chosen = torch_saving.chosen_format(model, wishes, program=getattr(model, _PROGRAM, None))
    file = folder / _FILES[chosen]
    file.parent.mkdir(parents=True, exist_ok=True)
    with _in_evaluation(model):
        if chosen == "export":
            program = getattr(model, _PROGRAM, None) or torch_saving.program_of(
                model, *_arguments(wishes.rows, model)
            )
            torch_saving.write_program(program, file)
            details: dict[str, Any] = {"versions": torch_saving.versions()}
        elif chosen == "pickle":
            (folder / _PICKLE_INFO).write_text("pickle", encoding="utf-8")
            details = torch_saving.write_pickle(model, folder, file)
        else:
            details = torch_saving.write_weights(model, folder, file, wishes)
    details = {"format": chosen, "file": _FILES[chosen], **details}
    if chosen == "safetensors":
        data = file.read_bytes()
        torch_saving.compare(model, lambda: _made(details, data), wishes.rows, ask=predict)
    return details


def requirements(details: Mapping[str, Any]) -> list[str]:
    """Return the distributions that loading needs."""
    return [*details["versions"], "numpy"]


def what_runs(details: Mapping[str, Any]) -> str:
    """Say which code loading runs: each format runs some."""
    file, chosen = details.get("file"), details.get("format")
    if chosen == "export":
        return f"PyTorch program, {file}, in which torch.export may find code"
    if chosen == "pickle":
        return f"PyTorch module, {file}, a pickle"
    return f"PyTorch module, the class {details.get('module')}.{details.get('name')}"


def mlflow(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what MLflow's own flavour needs to know; it reads no safetensors."""
    if details["format"] == "safetensors":
        return {}
    version = details["versions"]["torch"]
    return {"pytorch": {"model_data": "data", "pytorch_version": version, "code": "code"}}


def load(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - torch's
    """Return the module, ready to evaluate. This runs code.

    Raises:
        ValueError: its class does not make it again from what was saved.
    """
    data = files.read(details["file"])
    if details["format"] == "safetensors":
        return _made(details, data)
    import torch

    if details["format"] == "pickle":
        stored = io.BytesIO(data)
        loaded = _run(lambda: torch.load(stored, map_location="cpu", weights_only=False))
        return loaded.eval()
    program = _run(lambda: torch.export.load(io.BytesIO(data)))
    module = program.module()
    setattr(module, _PROGRAM, program)
    return module


def _made(details: Mapping[str, Any], weights: bytes) -> Any:  # noqa: ANN401 - torch's
    """Return a module that its class makes anew, with the weights that were saved."""
    import torch
    from safetensors.torch import load as tensors_in

    kind = attrgetter(details["name"])(importlib.import_module(details["module"]))
    with torch.random.fork_rng(devices=[]):  # weights that are thrown away cost no random numbers
        made = _run(lambda: kind(**details["arguments"]))
    state = tensors_in(weights)
    for name, other in details["tied"].items():
        state[name] = state[other]
    _run(lambda: made.load_state_dict(state, assign=True))
    return made.eval()


def _run(function: Callable[[], Any]) -> Any:  # noqa: ANN401 - torch's
    """Call code of the user or of torch; whatever it raises is a ValueError."""
    try:
        return function()
    except ImportError:
        raise
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401, ARG001 - torch's
    """Return what a module gives for rows, as numpy arrays: one, several, or several by name.

    Fractions are given in the type of the module's own weights, usually float32.

    Raises:
        ValueError: the module refuses the rows.
        TypeError: the rows are no numbers, or what it gives are no tensors.
    """
    import torch

    given, named = _arguments(rows, native)
    with torch.inference_mode(), _in_evaluation(native):
        try:
            answer = native(*given, **named)
        except Exception as error:
            shown = [f"{t.dtype} of shape {tuple(t.shape)}" for t in (*given, *named.values())]
            message = f"{type(error).__name__}: {error}; it was given {', '.join(shown)}"
            raise ValueError(message) from error
    return _as_arrays(answer)


@contextlib.contextmanager
def _in_evaluation(module: Any) -> Iterator[None]:  # noqa: ANN401 - torch's
    """Switch a module to evaluation, and each of its parts back to what it was."""
    training = [part for part in module.modules() if part.training]
    for part in training:
        part.training = False
    try:
        yield
    finally:
        for part in training:
            part.training = True


def _arguments(rows: Any, module: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:  # noqa: ANN401
    """Return rows as tensors: one by position, or several by name."""
    import torch

    own = next(
        (t for t in (*module.parameters(), *module.buffers()) if t.is_floating_point()), None
    )
    like = torch.empty(0) if own is None else own
    if isinstance(rows, Mapping):
        return (), {name: _tensor(part, like) for name, part in rows.items()}
    return (_tensor(rows, like),), {}


def _tensor(rows: Any, like: Any) -> Any:  # noqa: ANN401 - torch's
    import numpy as np
    import torch

    if isinstance(rows, torch.Tensor):
        return rows.to(like.device)
    array = rows.to_numpy() if hasattr(rows, "to_numpy") else np.asarray(rows)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"a PyTorch module takes numbers, not {array.dtype} values")
    kind = like.dtype if array.dtype.kind == "f" else None
    return torch.tensor(array, dtype=kind, device=like.device)


def _as_arrays(answer: Any) -> Any:  # noqa: ANN401 - torch's
    if hasattr(answer, "_asdict"):
        answer = answer._asdict()
    if isinstance(answer, Mapping):
        return {str(name): _array(part) for name, part in answer.items() if part is not None}
    if isinstance(answer, tuple | list):
        return tuple(_array(part) for part in answer)
    return _array(answer)


def _array(part: Any) -> Any:  # noqa: ANN401 - torch's
    import torch

    if not isinstance(part, torch.Tensor):
        raise TypeError(
            f"the module gave a {type(part).__name__}; it must give a tensor, several in a tuple, "
            "or several by name in a dict"
        )
    part = part.detach().cpu()
    return (part.float() if part.dtype is torch.bfloat16 else part).numpy()
