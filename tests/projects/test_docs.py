"""What the documentation shows as a project file is one."""

import re
from pathlib import Path

import pytest

from mltrack.projects import codec

TOP = Path(__file__).parents[2]
PAGES = (TOP / "docs" / "projects.md", TOP / "docs" / "getting-started.md")
YAML = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = [block for page in PAGES for block in YAML.findall(page.read_text("utf-8"))]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_project_file_in_the_docs_is_read(tmp_path: Path, block: str) -> None:
    (tmp_path / "project.yaml").write_text(block, encoding="utf-8")

    assert codec.read(tmp_path).entry_points


def test_the_example_is_read() -> None:
    spec = codec.read(TOP / "examples" / "diagnosis")

    assert list(spec.params) == ["learning_rate", "steps", "max_depth", "seed"]
