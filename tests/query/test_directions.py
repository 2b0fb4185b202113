"""The name of a metric tells which values are better, or nothing is said."""

import pytest

from mltrack.models.evaluating import directions
from mltrack.query.directions import better_of


def test_a_name_tells_the_same_as_the_figures_of_an_evaluation() -> None:
    for better, names in (("higher", directions.HIGHER), ("lower", directions.LOWER)):
        aliases = {alias for alias, name in directions.ALIASES.items() if name in names}
        assert {name: better_of(name) for name in names | aliases} == dict.fromkeys(
            names | aliases, better
        )


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
        ("lr", None),
        ("epoch", None),
        ("glossary", None),
        ("", None),
    ],
)
def test_a_name_is_read_word_by_word(name: str, better: str | None) -> None:
    assert better_of(name) == better
