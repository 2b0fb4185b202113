"""Tell malignant from benign breast tumours by boosted trees, on held-out patients."""

import argparse
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split

import mltrack


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--learning_rate", type=float, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--max_depth", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    return parser.parse_args()


def learning_curve(train: list[float], test: list[float]) -> Figure:
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(train, label="training patients")
    axes.plot(test, label="held-out patients")
    axes.set(xlabel="boosting step", ylabel="log loss", yscale="log")
    axes.legend()
    return figure


def main() -> None:
    chosen = arguments()
    patients = pd.read_csv(chosen.data)
    benign = patients.pop("benign")
    x_train, x_test, y_train, y_test = train_test_split(
        patients, benign, test_size=0.3, random_state=chosen.seed, stratify=benign
    )
    model = GradientBoostingClassifier(
        learning_rate=chosen.learning_rate,
        n_estimators=chosen.steps,
        max_depth=chosen.max_depth,
        random_state=chosen.seed,
    ).fit(x_train, y_train)

    losses: dict[str, list[float]] = {"train": [], "test": []}
    steps = zip(
        model.staged_predict_proba(x_train), model.staged_predict_proba(x_test), strict=True
    )
    for step, (on_train, on_test) in enumerate(steps):
        losses["train"].append(log_loss(y_train, on_train))
        losses["test"].append(log_loss(y_test, on_test))
        accuracy = accuracy_score(y_test, on_test.argmax(axis=1))
        mltrack.log_metrics(
            {"train/loss": losses["train"][-1], "loss": losses["test"][-1], "step_acc": accuracy},
            step=step,
        )

    scores = {
        "acc": accuracy_score(y_test, model.predict(x_test)),
        "auc": roc_auc_score(y_test, model.predict_proba(x_test)[:, 1]),
    }
    mltrack.log_metrics(scores)
    mltrack.log_figure(learning_curve(losses["train"], losses["test"]), "learning_curve.png")
    mltrack.log_model(model, inputs=x_test)
    print(f"{len(x_test)} held-out patients: acc {scores['acc']:.4f}, auc {scores['auc']:.4f}")


if __name__ == "__main__":
    main()
