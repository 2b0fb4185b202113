"""The same model, code and environment give the same package, byte for byte."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from mltrack.models import opening, saving
from mltrack.models.entities import Wishes

REPOSITORY = Path(__file__).parents[2]
SCRIPT = """
import math, sys
from pathlib import Path
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from mltrack.models import opening, saving
from mltrack.models.entities import Wishes

class Own(TransformerMixin, BaseEstimator):
    words = {"one", "two", "three", "four"}
    def fit(self, X, y=None):
        self.seen_ = frozenset("abcdefgh")
        self.n_features_in_ = 2
        return self
    def transform(self, X):
        return X if "one" in {"one", "two", "three"} else X * math.pi

def doubled(X):
    return np.asarray(X) * 2

X, y = np.arange(40.0).reshape(20, 2), [0, 1] * 10
texts = ["a cat sat", "dogs run"] * 10
models = [
    make_pipeline(Own(), LogisticRegression()).fit(X, y),
    make_pipeline(FunctionTransformer(doubled), LogisticRegression()).fit(X, y),
    make_pipeline(FunctionTransformer(lambda X: doubled(X)), LogisticRegression()).fit(X, y),
    make_pipeline(TfidfVectorizer(stop_words="english"), LogisticRegression()).fit(texts, y),
    make_pipeline(TfidfVectorizer(vocabulary={"cat", "sat"}), LogisticRegression()).fit(texts, y),
]
for number, model in enumerate(models):
    print(saving.save(model, Path(sys.argv[1]) / str(number), Wishes(check=False)).digest)
"""


def test_a_script_gives_the_same_digests_in_any_process_and_folder(tmp_path: Path) -> None:
    def digests(seed: str) -> str:
        home = tmp_path / seed
        home.mkdir()
        script = home / "train.py"
        script.write_text(SCRIPT, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(script), str(home)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert digests("1") == digests("2")


def test_no_path_of_the_script_is_in_its_package(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT, encoding="utf-8")
    subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, check=True, capture_output=True,
    )  # fmt: skip
    models = list(tmp_path.rglob("data/*"))
    assert sorted(model.name for model in models) == ["model.pkl"] * 3 + ["model.skops"] * 2
    assert not any(bytes(tmp_path) in model.read_bytes() for model in models)


MODELS = [
    HistGradientBoostingClassifier(max_iter=3, random_state=0),
    RandomForestClassifier(3, random_state=0),
    KNeighborsClassifier(),
    SVC(),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
def test_saving_twice_and_saving_what_was_loaded_give_the_same_digest(
    model: Any, frame: pd.DataFrame, target: Any, tmp_path: Path
) -> None:
    model.fit(frame, target)
    first = saving.save(model, tmp_path / "1", Wishes(inputs=frame))
    assert saving.save(model, tmp_path / "2", Wishes(inputs=frame)).digest == first.digest
    loaded = opening.load_package(first.path).native
    assert saving.save(loaded, tmp_path / "3", Wishes(inputs=frame)).digest == first.digest
