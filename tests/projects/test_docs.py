"""What the documentation and the examples show as a project file is one."""

from pathlib import Path

import pytest

from mltrack.projects.file import codec
from tests.support.project_files import EXAMPLES, lay_files, yaml_blocks


@pytest.mark.parametrize("block", yaml_blocks())
def test_a_project_file_in_the_docs_is_read(tmp_path: Path, block: str) -> None:
    lay_files(tmp_path, block)

    assert codec.read(tmp_path).entry_points


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_an_example_is_read(file: Path) -> None:
    assert codec.read(file).entry_points
