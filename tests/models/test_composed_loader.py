"""The file that opens a package without mltrack is made of several, and none may hide another."""

import ast
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from mltrack.models import flavors, loader_text
from mltrack.models.entities import PackageFacts


def _defined(module: ModuleType) -> set[str]:
    """Return the functions, classes and variables that a module defines."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        targets: list[Any] = getattr(node, "targets", [getattr(node, "target", None)])
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize("name", flavors.names())
def test_no_part_of_it_defines_what_another_does(name: str) -> None:
    parts = [_defined(part) for part in loader_text.PARTS]
    parts.append(_defined(cast("ModuleType", flavors.named(name))))
    assert sum(map(len, parts)) == len(set.union(*parts))


@pytest.mark.parametrize("name", flavors.names())
def test_it_imports_nothing_of_mltrack_when_it_is_read(name: str) -> None:
    facts = PackageFacts(
        flavor=name, executes_code=True, python="3.11", requirements="r.txt", details={}
    )
    tree = ast.parse(loader_text.text_of(flavors.named(name), facts))
    imported = [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert not [module for module in imported if str(module).startswith("mltrack")]
