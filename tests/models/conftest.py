"""Small fitted models, and packages of them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mltrack.models import manifest, saving, trust
from mltrack.models.entities import Wishes


@pytest.fixture
def frame() -> pd.DataFrame:
    """Return forty rows of two numbers."""
    numbers = np.random.default_rng(0)
    return pd.DataFrame({"age": numbers.integers(20, 60, 40), "dose": numbers.normal(size=40)})


@pytest.fixture
def target(frame: pd.DataFrame) -> Any:
    """Return whether a row is above the middle in both numbers together."""
    return (frame["dose"] + frame["age"] / 40 > 1).astype(int)


@pytest.fixture
def classifier(frame: pd.DataFrame, target: Any) -> Any:
    """Return a fitted pipeline."""
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, target)


@pytest.fixture
def regression(frame: pd.DataFrame) -> Any:
    """Return a model fitted on an array, so that it knows no names."""
    return LinearRegression().fit(frame.to_numpy(), frame["dose"].to_numpy())


@pytest.fixture
def folder(classifier: Any, frame: pd.DataFrame, session_cache: Path, tmp_path: Path) -> Path:
    """Return the package of the classifier, saved once for all tests: that takes a second."""
    saved = session_cache / "classifier"
    if not saved.exists():
        saving.save(classifier, saved, Wishes(inputs=frame, format="pickle"))
    copied = shutil.copytree(saved, tmp_path / "model")
    trust.remember(manifest.verify(copied).digest, trust.MADE, "a test's model")
    return copied


@pytest.fixture
def rewrite(folder: Path) -> Callable[[str, str, str], None]:
    """Return a way to change a file of the package and list it anew, as a forger would."""

    def change(file: str, old: str, new: str) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        manifest.write(folder)

    return change
