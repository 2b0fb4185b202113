"""The published schema and the reader of project files say the same."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mltrack.projects.file import codec, entry_codec, env_codec, param_codec, result_codec, schema
from mltrack.projects.spec import ParamType
from mltrack.store.yaml_reader import parse
from tests.projects.files import BAD, GOOD, Bad
from tests.support.cli import Cli
from tests.support.project_files import EXAMPLES, yaml_blocks

SCHEMA: dict[str, Any] = json.loads(schema.text())
DEFS = SCHEMA["$defs"]
ENV = DEFS["env"]["properties"]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TOP = Path(__file__).parents[2]


def is_taken(text: str) -> bool:
    return bool(VALIDATOR.is_valid(parse(text.encode(), "project.yaml").value))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert "$id" not in SCHEMA


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        (SCHEMA, codec.KEYS),
        (DEFS["env"], env_codec.KEYS),
        (ENV["pyproject"], env_codec.PYPROJECT_KEYS),
        (ENV["index"], env_codec.INDEX_KEYS),
        (DEFS["param"], param_codec.KEYS),
        (DEFS["entry_point"], entry_codec.KEYS),
        (DEFS["output"], result_codec.OUTPUT_KEYS),
        (DEFS["verify"], result_codec.VERIFY_KEYS),
    ],
    ids=["top", "env", "pyproject", "index", "param", "entry", "output", "verify"],
)
def test_the_schema_and_the_reader_know_the_same_keys(
    place: dict[str, Any], keys: tuple[str, ...]
) -> None:
    assert set(place["properties"]) == set(keys)
    assert place["additionalProperties"] is False


def test_the_schema_and_the_reader_know_the_same_types() -> None:
    types = DEFS["param"]["properties"]["type"]["enum"]

    assert types == [str(kind) for kind in ParamType]


def test_every_key_is_described() -> None:
    for place in (SCHEMA, *DEFS.values(), ENV["pyproject"], ENV["index"]):
        for key, inner in place.get("properties", {}).items():
            whole = DEFS[inner["$ref"].rpartition("/")[2]] if "$ref" in inner else {}
            assert inner.get("description") or whole.get("description"), key


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_good_file_is_taken(text: str) -> None:
    assert is_taken(text)


@pytest.mark.parametrize("text", yaml_blocks())
def test_a_project_file_in_the_docs_is_taken(text: str) -> None:
    assert is_taken(text)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_the_project_file_of_an_example_is_taken(file: Path) -> None:
    assert is_taken(file.read_text("utf-8"))


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_broken_file_is_refused_unless_no_schema_can_see_it(bad: Bad) -> None:
    assert is_taken(bad.text) == bool(bad.unseen)


def test_the_command_prints_the_schema(cli: Cli) -> None:
    done = cli("config", "schema")

    assert done.code == 0, done.err
    assert json.loads(done.out) == SCHEMA
