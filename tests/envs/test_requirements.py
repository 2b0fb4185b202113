"""Requirement lines are taken in one form, and nothing but requirements is taken."""

import pytest

from mltrack.envs.requirements import normalised
from mltrack.errors import UsageError


@pytest.mark.parametrize(
    ("line", "normal"),
    [
        ("pandas", "pandas"),
        (" Scikit_Learn == 1.8.* ", "scikit-learn==1.8.*"),
        ("pandas <3, >=2.2", "pandas<3,>=2.2"),
        ("pandas (>=2.2)", "pandas>=2.2"),
        ("Uvicorn[Standard, extra]~=0.3", "uvicorn[extra,standard]~=0.3"),
        ("pandas==2.2.*,!=2.2.1", "pandas!=2.2.1,==2.2.*"),
        ("torch==2.1.0+cu121", "torch==2.1.0+cu121"),
        ("legacy===any.thing", "legacy===any.thing"),
        ("a!=1!2.0rc1", "a!=1!2.0rc1"),
        ("win ; sys_platform == 'win32'", "win ; sys_platform == 'win32'"),
        ('tomli ; python_version < "3.11"', 'tomli ; python_version < "3.11"'),
        ("x @ https://example.org/x-1.0.whl", "x @ https://example.org/x-1.0.whl"),
    ],
)
def test_equal_requirements_look_the_same(line: str, normal: str) -> None:
    assert normalised(line) == normal


@pytest.mark.parametrize(
    "line",
    [
        "-r other.txt",
        "--extra-index-url=https://example.org",
        "pandas --no-deps",
        "pandas\n--pre",
        "./local",
        "/tmp/x.whl",
        "x @ file:///tmp/x.whl",
        "x @ ext::sh",
        "numpy==",
        "numpy >=1,<",
        "numpy==latest",
        "numpy ; bogus",
        "",
    ],
)
def test_options_and_paths_are_no_requirements(line: str) -> None:
    with pytest.raises(UsageError):
        normalised(line)
