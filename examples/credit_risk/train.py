"""Decide who gets a loan such that mistakes cost least."""

import argparse
from pathlib import Path

import numpy as np
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


def cost_plot(chances: np.ndarray, test: credit.Applicants, chosen: argparse.Namespace) -> Figure:
    """Plot what an applicant costs for every threshold that could have been chosen."""
    thresholds = np.linspace(0, 1, 101)
    guesses = [np.where(chances >= threshold, "bad", "good") for threshold in thresholds]
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(thresholds, [credit.cost_of(test.risk, guess, chosen.cost) for guess in guesses])
    axes.axvline(1 / (1 + chosen.cost), linestyle="dotted", label="chosen")
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
        "refused": float((guess == "bad").mean()),
    }
    mltrack.log_metrics(scores)
    mltrack.log_figure(cost_plot(chances, test, chosen), "cost.png")
    mltrack.log_model(model, inputs=test.facts)
    print(f"{len(guess)} held-out applicants: cost {scores['cost']:.4f}, auc {scores['auc']:.4f}")


if __name__ == "__main__":
    main()
