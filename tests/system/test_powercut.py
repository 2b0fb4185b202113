"""A power cut takes nothing that was promised to be safe, and leaves a store that opens."""

import json
from pathlib import Path

import pytest

from tests.system.shim import python

EVERY = 90
"""One of so many moments is tried; `make torture ONLY=powercut` tries them all."""
CASES = (
    *("train/normal", "train/full", "train/none", "resume/normal", "shell/full"),
    *("shell-start/normal", "annotate/normal", "register/normal", "many/normal"),
)


@pytest.mark.usefixtures("plain")
def test_a_power_cut_takes_nothing_that_was_safe(library: Path, tmp_path: Path) -> None:
    arguments = [str(tmp_path), str(EVERY), "1", *CASES]
    lines = python("-m", "tests.system.powercut", *arguments, library=library).splitlines()
    outcomes = [json.loads(line) for line in lines]
    assert [outcome for outcome in outcomes if outcome[-1]] == []
    assert {f"{scenario}/{durability}" for scenario, durability, *_ in outcomes} == {*CASES}
