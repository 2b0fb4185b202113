"""Look at how a model treats groups of applicants that it has not seen."""

import argparse
from pathlib import Path

import pandas as pd

import credit
import mltrack


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cost", type=float, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--by", choices=["age", "housing", "job"], required=True)
    return parser.parse_args()


def groups(facts: pd.DataFrame, by: str) -> pd.Series:
    """Return the name of the group that each applicant belongs to."""
    if by == "age":
        names = ["up to 25", "26 to 45", "over 45"]
        return pd.cut(facts["age_in_years"], [0, 25, 45, 120], labels=names)
    return facts[by]


def judged(part: pd.DataFrame, cost: float) -> dict[str, float]:
    """Return how a model treats some applicants."""
    good = part[part["risk"] == "good"]
    return {
        "applicants": len(part),
        "bad": (part["risk"] == "bad").mean(),
        "refused": (part["guess"] == "bad").mean(),
        "good_refused": (good["guess"] == "bad").mean(),
        "cost": credit.cost_of(part["risk"], part["guess"], cost),
    }


def main() -> None:
    chosen = arguments()
    _, test = credit.read(chosen.data)
    guess = mltrack.load_model(chosen.model).predict(test.facts)
    applicants = pd.DataFrame({"risk": test.risk, "guess": guess})
    parts = applicants.groupby(groups(test.facts, chosen.by), observed=True)
    table = pd.DataFrame([{chosen.by: name, **judged(part, chosen.cost)} for name, part in parts])

    mltrack.log_metrics(
        {
            "mean_cost": credit.cost_of(test.risk, guess, chosen.cost),
            "worst_cost": table["cost"].max(),
            "good_refused_gap": table["good_refused"].max() - table["good_refused"].min(),
        }
    )
    credit.report(table)
    print(table.to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
