"""What can be asked for when a model is saved, beside its inputs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict


class SaveOptions(TypedDict, total=False):
    """The further arguments of `save_model` and `log_model`.

    Attributes:
        example: a few rows to keep in the package, where servers and people find them.
        flavor: the flavour, such as `python` for a model that another would take.
        format: the flavour's format, such as `pickle` or `export`; else the flavour's own choice.
        arguments: what the class of a PyTorch model is made with.
        artifacts: files that a Python model reads, by name.
        pickle: whether a Python model may be pickled; loading it runs what the pickle says.
        code: further modules of the project that the model needs, by name.
        requirements: further distributions that it needs, by name.
        check: whether the package is loaded and asked in a clean process before it counts.
    """

    example: Any
    flavor: str
    format: str
    arguments: Mapping[str, Any]
    artifacts: Mapping[str, str | Path]
    pickle: bool
    code: Sequence[str]
    requirements: Sequence[str]
    check: bool
