"""The data of the examples is what SOURCE.md says, wherever it is checked out."""

import hashlib
import re
import shutil
from pathlib import Path

import pytest
import sklearn

from tests.examples.conftest import EXAMPLES, MADE
from tests.support.repository import Repository

TOP = EXAMPLES.parent
SOURCES = sorted(EXAMPLES.glob("*/data/SOURCE.md"))
HERE = re.compile(r"^\| sha256 here \| `([0-9a-f]{64})` \|$", re.MULTILINE)
THERE = re.compile(r"^\| sha256 there \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digests_below(folder: Path) -> dict[str, str]:
    files = folder.glob("examples/*/data/*.csv")
    return {str(file.relative_to(folder)): sha256_of(file.read_bytes()) for file in files}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parts[-3])
def test_source_md_tells_origin_licence_citation_and_the_digest_of_the_file(source: Path) -> None:
    text = source.read_text("utf-8")
    (file,) = source.parent.glob("*.csv")

    assert text.startswith(f"# {file.name}: ")
    assert HERE.findall(text) == [sha256_of(file.read_bytes())]
    for told in ("| origin | ", "| taken from | ", "| licence | ", "**Changed here**", "**Cite**"):
        assert told in text


def test_every_example_has_data_with_a_source() -> None:
    assert [source.parts[-3] for source in SOURCES] == ["churn", "credit_risk", "diagnosis"]


def test_a_checkout_that_changes_line_ends_leaves_the_data_alone(tmp_path: Path) -> None:
    origin = Repository.create(tmp_path / "origin")
    shutil.copytree(EXAMPLES, origin.path / "examples", ignore=MADE)
    for name in (".gitattributes", ".gitignore"):
        shutil.copyfile(TOP / name, origin.path / name)
    origin.commit("Add the examples")

    origin.git("-c", "core.autocrlf=true", "clone", "-q", ".", str(tmp_path / "windows"))

    assert len(digests_below(TOP)) == len(SOURCES)
    assert digests_below(tmp_path / "windows") == digests_below(TOP)


def test_the_patients_are_those_of_scikit_learn_under_a_line_of_names() -> None:
    shipped = Path(sklearn.__file__).parent / "datasets" / "data" / "breast_cancer.csv"
    folder = EXAMPLES / "diagnosis" / "data"
    ours, theirs = (folder / "breast_cancer.csv").read_bytes(), shipped.read_bytes()

    assert THERE.findall((folder / "SOURCE.md").read_text("utf-8")) == [sha256_of(theirs)]
    assert ours.partition(b"\n")[2] == theirs.partition(b"\n")[2]
