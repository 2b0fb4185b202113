"""Tell which customers of a telephone company will leave, by boosted trees."""

import argparse
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score, roc_curve
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder
from threadpoolctl import threadpool_limits

import mltrack


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--learning_rate", type=float, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--leaves", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    return parser.parse_args()


def read(path: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Return the facts about each customer, and whether they left.

    New customers have a blank for TotalCharges: it becomes a missing value, which trees can take.
    """
    customers = pd.read_csv(path, index_col="customerID", na_values=" ")
    left = customers.pop("Churn") == "Yes"
    return customers, left


def pipeline(chosen: argparse.Namespace) -> Pipeline:
    """Return trees that see a column for each category of a text, and numbers as they are."""
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_pipeline(
        make_column_transformer(
            (categories, make_column_selector(dtype_include=str)), remainder="passthrough"
        ),
        HistGradientBoostingClassifier(
            learning_rate=chosen.learning_rate,
            max_iter=chosen.steps,
            max_leaf_nodes=chosen.leaves,
            random_state=chosen.seed,
        ),
    )


def log_losses(name: str, model: Pipeline, customers: pd.DataFrame, left: pd.Series) -> None:
    """Log the log loss after every boosting step."""
    encoder, trees = model
    for step, chances in enumerate(trees.staged_predict_proba(encoder.transform(customers))):
        mltrack.log_metric(name, log_loss(left, chances), step=step)


def roc_plot(left: pd.Series, chances: pd.Series) -> Figure:
    false_alarms, found, _ = roc_curve(left, chances)
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot(false_alarms, found, label="model")
    axes.plot([0, 1], [0, 1], linestyle="dotted", label="chance")
    axes.set(xlabel="share of those who stay that is called", ylabel="share of leavers found")
    axes.legend()
    return figure


def main() -> None:
    chosen = arguments()
    customers, left = read(chosen.data)
    x_train, x_test, y_train, y_test = train_test_split(
        customers, left, test_size=0.3, random_state=chosen.seed, stratify=left
    )
    with threadpool_limits(1):  # the same model on any number of cores
        model = pipeline(chosen).fit(x_train, y_train)

    log_losses("train/loss", model, x_train, y_train)
    log_losses("loss", model, x_test, y_test)
    chances = model.predict_proba(x_test)[:, 1]
    scores = {
        "acc": accuracy_score(y_test, model.predict(x_test)),
        "auc": roc_auc_score(y_test, chances),
    }
    mltrack.log_metrics(scores)
    mltrack.log_figure(roc_plot(y_test, chances), "roc.png")
    mltrack.log_model(model, inputs=customers)
    print(f"{len(x_test)} held-out customers: acc {scores['acc']:.4f}, auc {scores['auc']:.4f}")


if __name__ == "__main__":
    main()
