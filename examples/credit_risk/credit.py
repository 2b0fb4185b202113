"""What training and evaluating share: the applicants, what mistakes cost, the report."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

REPORT = Path("report.csv")
LEFT_OUT = ["personal_status_and_sex", "foreign_worker"]
"""Columns that no loan should depend on; data/SOURCE.md tells what else is wrong with them."""


class Applicants(NamedTuple):
    """The facts about some applicants, and whether each was a "good" or a "bad" risk."""

    facts: pd.DataFrame
    risk: pd.Series


def read(path: Path) -> tuple[Applicants, Applicants]:
    """Return those to train with and those held out, who are always the same."""
    facts = pd.read_csv(path).drop(columns=LEFT_OUT)
    risk = facts.pop("creditability")
    x_train, x_test, y_train, y_test = train_test_split(
        facts, risk, test_size=0.3, random_state=0, stratify=risk
    )
    return Applicants(x_train, y_train), Applicants(x_test, y_test)


def cost_of(risk: pd.Series, guess: np.ndarray, cost_of_failure: float) -> float:
    """Return what an applicant costs on average: a failed loan that much, a good one refused 1."""
    failed = (risk == "bad") & (guess == "good")
    refused = (risk == "good") & (guess == "bad")
    return float((cost_of_failure * failed + refused).mean())


def report(table: pd.DataFrame) -> None:
    """Write a table where project.yaml expects the output that is kept with the run."""
    table.to_csv(REPORT, index=False, float_format="%.4g", lineterminator="\n")
