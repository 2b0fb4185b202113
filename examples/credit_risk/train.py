"""Decide who gets a loan such that mistakes cost least."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.base import ClassifierMixin
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import credit
import mltrack


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cost", type=float, required=True)
    parser.add_argument("--method", choices=["logistic", "forest"], required=True)
    parser.add_argument("--seed", type=int, required=True)
    return parser.parse_args()


def classifier(method: str, seed: int) -> ClassifierMixin:
    if method == "forest":
        return RandomForestClassifier(n_estimators=200, min_samples_leaf=3, random_state=seed)
    return LogisticRegression(C=0.3, solver="liblinear", random_state=seed)


def decision(chosen: argparse.Namespace) -> FixedThresholdClassifier:
    """Return a model that refuses from that chance of failure on at which a loan no longer pays."""
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include=str)),
        (StandardScaler(), make_column_selector(dtype_include="number")),
    )
    model = make_pipeline(columns, classifier(chosen.method, chosen.seed))
    return FixedThresholdClassifier(model, threshold=1 / (1 + chosen.cost), pos_label="bad")


def costs(chances: np.ndarray, test: credit.Applicants, cost: float) -> pd.DataFrame:
    """Return what an applicant costs for every threshold that could have been chosen."""
    thresholds = np.linspace(0, 1, 101)
    guesses = [np.where(chances >= threshold, "bad", "good") for threshold in thresholds]
    by_threshold = [credit.cost_of(test.risk, guess, cost) for guess in guesses]
    return pd.DataFrame({"threshold": thresholds, "cost": by_threshold})


def cost_plot(table: pd.DataFrame, threshold: float) -> Figure:
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(table["threshold"], table["cost"])
    axes.axvline(threshold, linestyle="dotted", label="chosen")
    axes.set(xlabel="chance of failure from which a loan is refused", ylabel="cost an applicant")
    axes.legend()
    return figure


def main() -> None:
    chosen = arguments()
    train, test = credit.read(chosen.data)
    model = decision(chosen).fit(train.facts, train.risk)

    guess = model.predict(test.facts)
    chances = model.predict_proba(test.facts)[:, list(model.classes_).index("bad")]
    scores = {
        "cost": credit.cost_of(test.risk, guess, chosen.cost),
        "auc": roc_auc_score(test.risk == "bad", chances),
        "refused": (guess == "bad").mean(),
    }
    table = costs(chances, test, chosen.cost)
    mltrack.log_metrics(scores)
    mltrack.log_figure(cost_plot(table, model.threshold), "cost.png")
    mltrack.log_model(model, inputs=test.facts)
    credit.report(table)
    print(f"{len(guess)} held-out applicants: cost {scores['cost']:.4f}, auc {scores['auc']:.4f}")


if __name__ == "__main__":
    main()
