"""Write PyTorch modules so that the same module gives the same bytes."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from mltrack.errors import UsageError
from mltrack.models import installed, pickles, shaping
from mltrack.models.code import places
from mltrack.models.code.places import Place
from mltrack.models.entities import Wishes

FORMATS = ("safetensors", "export")
_ROWS_SHOWN_TO_EXPORT = 2
"""One row would be taken for the only count that there may be."""
_TRACES = ("stack_trace", "nn_module_stack", "torch_fn", "from_node")
"""What torch notes of where each step of a program comes from: paths and addresses."""


def chosen_format(model: object, wishes: Wishes, *, program: object) -> str:
    """Return the format that a module is written in.

    A class of the project is code that travels; one of a library, or of the script itself, is
    better exported, which needs rows.

    Raises:
        UsageError: there is no such format, or the one that there is needs rows or arguments.
    """
    if wishes.pickle:
        return "pickle"
    if wishes.format not in {"", *FORMATS}:
        raise UsageError(
            f"PyTorch modules are not written as {wishes.format!r}",
            fix=f"use format={' or format='.join(map(repr, FORMATS))}, or pickle=True",
        )
    kind = type(model).__name__
    chosen = wishes.format or ("export" if program is not None else _usual(model, wishes))
    if chosen == "export" and program is None and wishes.rows is None:
        raise UsageError(
            f"the {kind} can be exported only with rows to show it",
            why="its class is not one of your project's modules, or you asked for an export",
            fix="give inputs=rows; or move the class to a module, and give its arguments={...}",
        )
    return chosen


def _usual(model: object, wishes: Wishes) -> str:
    if wishes.arguments is not None:
        return "safetensors"
    try:
        place = places.place_of(type(model))
    except UsageError:
        return "export"
    return "safetensors" if places.is_of_project(place.module) else "export"


def versions(*names: str) -> dict[str, str]:
    """Return the versions of torch and of other distributions, as they are here."""
    return {name: installed.version_of(name) for name in ("torch", *names)}


def write_weights(model: Any, folder: Path, file: Path, wishes: Wishes) -> dict[str, Any]:  # noqa: ANN401
    """Write the weights, bring the code of the class, and return what makes the module again."""
    from safetensors.torch import save

    kind = type(model)
    place = places.place_of(kind)
    arguments = _checked_arguments(kind, wishes.arguments or {})
    tensors, tied = _tensors_of(model)
    file.write_bytes(save(tensors))
    places.bring(place.module, folder)
    further = places.distributions_of(place.module)
    return {
        "module": place.module,
        "name": place.name,
        "arguments": arguments,
        "tied": tied,
        "versions": versions("safetensors", *further),
    }


def _checked_arguments(kind: type, arguments: Mapping[str, Any]) -> dict[str, Any]:
    lacking = [name for name in places.needed_arguments(kind) if name not in arguments]
    if lacking:
        raise UsageError(
            f"a {kind.__name__} cannot be made again without its arguments",
            why=f"its __init__ needs {', '.join(lacking)}",
            fix=f"give arguments={{{lacking[0]!r}: ...}}, or format='export' and inputs=rows",
        )
    for name, value in arguments.items():
        if not _is_plain(value):
            raise UsageError(
                f"the argument {name} cannot be written down: it is a {type(value).__name__}",
                fix="give plain values: numbers, texts, lists and dicts; or format='export'",
            )
    return dict(arguments)


def _is_plain(value: Any) -> bool:  # noqa: ANN401 - any value
    try:
        again = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return False
    return bool(again == value)


def _tensors_of(model: Any) -> tuple[dict[str, Any], dict[str, str]]:  # noqa: ANN401 - torch's
    """Return the weights and buffers, and which names are tied to which others."""
    import torch

    tensors, tied = {}, {}
    seen: dict[Any, str] = {}
    for name, value in model.state_dict().items():
        if not isinstance(value, torch.Tensor):
            raise UsageError(
                f"the state {name} of the {type(model).__name__} is no tensor",
                why=f"it is a {type(value).__name__}",
                fix="keep it in a buffer, or give format='export' and inputs=rows",
            )
        key = (value.data_ptr(), value.shape, value.stride(), value.dtype)
        if value.numel() and key in seen:
            tied[name] = seen[key]
            continue
        seen[key] = name
        tensors[name] = value.detach().cpu().contiguous().clone()
    return tensors, tied


def compare(
    model: Any,  # noqa: ANN401 - torch's
    make: Callable[[], Any],
    rows: Any,  # noqa: ANN401 - whatever a user holds rows in
    *,
    ask: Callable[[Any, Any, str], Any],
) -> None:
    """Make sure that a module that is made anew predicts what the module itself does.

    Raises:
        UsageError: it cannot be made, or does not.
    """
    try:
        made = make()
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"the {type(model).__name__} cannot be made again: {_first_line(error)}",
            why="its class was called with the arguments, and given the weights",
            fix="give the arguments={...} that it was made with, or format='export'",
        ) from error
    if rows is None:
        return
    from mltrack.models.signature.inferring import sample_of

    sample = sample_of(rows)
    try:
        ours, again = (_bits(ask(model, sample, "predict")) for _ in range(2))
        theirs = _bits(ask(made, sample, "predict"))
    except (TypeError, ValueError) as error:
        raise UsageError(f"the {type(model).__name__} refuses the inputs: {error}") from error
    if ours == again and ours != theirs:
        raise UsageError(
            f"a {type(model).__name__} that is made anew does not predict the same",
            why="something that it needs is neither in its arguments nor in its state_dict()",
            fix="give all of its arguments={...}, keep the rest in buffers, or format='export'",
        )


def _bits(values: Any) -> list[Any]:  # noqa: ANN401 - any answer
    return [
        (a.shape, a.dtype, np.ascontiguousarray(a).tobytes()) for a in shaping.answer_of(values)[1]
    ]


def program_of(model: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return the program of a module for any number of rows; no value of the rows is kept.

    Raises:
        UsageError: torch cannot follow what the module does.
    """
    import torch

    shown = tuple(_shown(tensor) for tensor in given)
    shown_by_name = {name: _shown(tensor) for name, tensor in named.items()}
    shapes: Any = tuple(map(_free, shown)) or {n: _free(t) for n, t in shown_by_name.items()}
    try:
        with torch.no_grad():
            return torch.export.export(model, shown, shown_by_name, dynamic_shapes=shapes)
    except Exception as error:
        kind = type(model).__name__
        raise UsageError(
            f"the {kind} cannot be exported: {_first_line(error)}",
            why="torch.export cannot follow what its forward does with these rows",
            fix="move its class to a module of your project, and give its arguments={...}",
        ) from error


def _shown(tensor: Any) -> Any:  # noqa: ANN401 - torch's
    return tensor.new_zeros((_ROWS_SHOWN_TO_EXPORT, *tensor.shape[1:]))


def _free(tensor: Any) -> dict[int, Any]:  # noqa: ANN401 - torch's
    """Let the number of rows differ, and other sizes where the module allows it."""
    from torch.export import Dim

    return {0: Dim.DYNAMIC, **dict.fromkeys(range(1, tensor.ndim), Dim.AUTO)}


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def write_program(program: Any, file: Path) -> None:  # noqa: ANN401 - torch's
    """Write a program without a word of where it was made."""
    import torch

    for part in program.graph_module.modules():
        for node in part.graph.nodes if hasattr(part, "graph") else ():
            for trace in _TRACES:
                node.meta.pop(trace, None)
    stored = io.BytesIO()  # a file's name would be written into it
    torch.export.save(program, stored)
    file.write_bytes(stored.getvalue())


def write_pickle(model: Any, folder: Path, file: Path) -> dict[str, Any]:  # noqa: ANN401 - torch's
    """Write a pickle, and bring the code of the class if it can be imported."""
    import torch

    pickler = SimpleNamespace(Pickler=pickles.Pickler, __name__="pickle")
    with pickles.explained(model):
        torch.save(model, file, pickle_module=pickler)
    place = _place_or_none(type(model))
    if place:
        places.bring(place.module, folder)
    further = places.distributions_of(place.module) if place else []
    return {"versions": versions("cloudpickle", *further)}


def _place_or_none(kind: type) -> Place | None:
    try:
        return places.place_of(kind)
    except UsageError:
        return None  # it travels within the pickle
