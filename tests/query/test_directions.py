"""The name of a metric tells which values are better, or nothing is said."""

import pytest

from mltrack.query.directions import ALIASES, HIGHER, LOWER, better_by_name, better_of_figure


def test_the_name_of_a_standard_figure_tells_the_same_as_its_definition() -> None:
    assert {n: better_by_name(n) for n in HIGHER | LOWER} == {
        n: better_of_figure(n) for n in HIGHER | LOWER
    }
    assert {n: better_by_name(n) for n in ALIASES} == {
        n: better_of_figure(figure) for n, figure in ALIASES.items()
    }


def test_only_a_standard_figure_is_one_by_definition() -> None:
    assert better_of_figure("my_accuracy") == "neither"


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("val_loss", "lower"),
        ("train/loss", "lower"),
        ("valLoss", "lower"),
        ("error_rate", "lower"),
        ("top5_acc", "higher"),
        ("acc@1", "higher"),
        ("neg_mean_squared_error", "higher"),
        ("mAP", "higher"),
        ("brier_score", "lower"),
        ("lr", "neither"),
        ("epoch", "neither"),
        ("glossary", "neither"),
        ("", "neither"),
    ],
)
def test_a_name_is_read_word_by_word(name: str, better: str) -> None:
    assert better_by_name(name) == better
