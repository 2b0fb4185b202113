"""How people name a model."""

import pytest

from mltrack.errors import UsageError
from mltrack.registry.references import (
    AtPath,
    InRegistry,
    InRun,
    Reference,
    is_readable,
    parse,
    parse_registered,
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("churn/3", InRegistry(name="churn", word="3")),
        ("churn/v3", InRegistry(name="churn", word="v3")),
        ("churn/latest", InRegistry(name="churn", word="latest")),
        ("churn@staging", InRegistry(name="churn", word="staging", at=True)),
        ("models:/churn@staging", InRegistry(name="churn", word="staging", at=True)),
        ("models:/churn/Production", InRegistry(name="churn", word="Production")),
        ("My model/3", InRegistry(name="My model", word="3")),
        ("runs:/kfxhqz/model", InRun(run="kfxhqz", path="model")),
        ("runs:/kfxhqz/models/small", InRun(run="kfxhqz", path="models/small")),
        ("runs:/@max:acc/model", InRun(run="@max:acc", path="model")),
        ("runs:/kfxhqz", InRun(run="kfxhqz")),
        ("kfxhqz", InRun(run="kfxhqz")),
        ("1", InRun(run="1")),
        ("@max:val/acc", InRun(run="@max:val/acc")),
        ("./model", AtPath(path="./model")),
        ("../model", AtPath(path="../model")),
        ("/srv/model", AtPath(path="/srv/model")),
        ("~/model", AtPath(path="~/model")),
        ("C:\\model", AtPath(path="C:\\model")),
    ],
)
def test_each_form_means_one_thing(text: str, meant: Reference) -> None:
    assert parse(text) == meant


@pytest.mark.parametrize(
    "text",
    ["", "models:/", "models:/churn", "runs:/", "churn/", "churn@", "a/b/c", "a@b@c"],
)
def test_what_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no model"):
        parse(text)


def test_a_model_alone_is_understood_where_a_model_is_wanted() -> None:
    assert parse_registered("churn") == InRegistry(name="churn")
    assert parse_registered("models:/churn") == InRegistry(name="churn")


@pytest.mark.parametrize("name", ["~x", "runs:", "models:", "C:", "."])
def test_a_name_that_would_be_read_as_something_else_is_not_readable(name: str) -> None:
    assert not is_readable(name)


@pytest.mark.parametrize("name", ["churn", "My model", "größe", "3", "latest", "a:b"])
def test_other_names_are_readable(name: str) -> None:
    assert is_readable(name)
