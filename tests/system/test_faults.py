"""A fault at any call that changes the disk loses nothing, and is said in our own words."""

import json
from pathlib import Path

import pytest

from tests.system.shim import python

EVERY = {
    "train": 31,
    "train-strict": 61,
    "resume": 25,
    "shell": 71,
    "shell-start": 41,
    "annotate": 13,
    "register": 41,
}
"""Of so many calls one fails; `make torture ONLY=faults` lets each fail."""
FEWEST = 10


@pytest.mark.parametrize("scenario", EVERY)
@pytest.mark.usefixtures("plain")
def test_a_fault_at_any_call_loses_nothing_and_breaks_no_reader(
    scenario: str, library: Path, tmp_path: Path
) -> None:
    arguments = [str(tmp_path), str(EVERY[scenario]), "0", scenario]
    lines = python("-m", "tests.system.sweep", *arguments, library=library).splitlines()
    outcomes = [json.loads(line) for line in lines]
    assert [outcome for outcome in outcomes if outcome[2]] == []
    assert sum(bool(fired) for _, fired, _ in outcomes) >= FEWEST
