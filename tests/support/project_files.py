"""Project files that the documentation and the examples show."""

import re
from pathlib import Path
from typing import Any

from mltrack.store.yaml_reader import parse

TOP = Path(__file__).parents[2]
EXAMPLES = sorted((TOP / "examples").glob("*/project.yaml"))
PAGES = (TOP / "README.md", *sorted((TOP / "docs").rglob("*.md")))
_YAML = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)


def yaml_blocks() -> list[str]:
    """Return every block of the documentation that is a whole project file."""
    blocks = [block for page in PAGES for block in _YAML.findall(page.read_text("utf-8"))]
    return [block for block in blocks if is_project(parse(block.encode(), "a page").value)]


def is_project(value: Any) -> bool:
    """Tell whether what a block of YAML holds is a project."""
    return isinstance(value, dict) and {"format", "name", "entry_points"} <= set(value)


def lay_files(folder: Path, text: str) -> None:
    """Write a text as the project file of a folder, and make the files that it names, empty."""
    (folder / "project.yaml").write_text(text, encoding="utf-8")
    for path in _named(parse(text.encode(), "a page").value):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def _named(project: Any) -> list[str]:
    env = project.get("env") or {}
    entries = (project.get("entry_points") or {}).values()
    pyproject = (
        [(env["pyproject"] or {}).get("path", "pyproject.toml")] if "pyproject" in env else []
    )
    named = [env.get(key) for key in ("requirements_file", "lock", "constraints")]
    return [*filter(None, named), *pyproject, *(e["file"] for e in entries if "file" in e)]
