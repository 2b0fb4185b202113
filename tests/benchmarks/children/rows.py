"""Write what is predicted: python rows.py ROWS makes rows.csv, rows.parquet, model/, model.pkl.

The model is a pipeline of scikit-learn; it takes nine columns of numbers and one of text.
"""

import pickle
import sys

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import mltrack

count = int(sys.argv[1])
numbers = np.random.default_rng(0)
frame = pd.DataFrame(
    {
        **{f"measure{place}": numbers.normal(size=count).round(6) for place in range(6)},
        "age": numbers.integers(18, 90, count),
        "visits": numbers.integers(0, 1000, count),
        "ratio": numbers.random(count),
        "plan": numbers.choice(["basic", "plus", "premium", "family"], count),
    }
)
frame.to_csv("rows.csv", index=False)
frame.to_parquet("rows.parquet", index=False)
known = frame.head(5000)
model = make_pipeline(
    make_column_transformer((OneHotEncoder(), ["plan"]), remainder=StandardScaler()),
    LogisticRegression(),
).fit(known, known["measure0"] + known["ratio"] > 0.5)
mltrack.save_model(model, "model", inputs=known, format="pickle")
with open("model.pkl", "wb") as file:
    pickle.dump(model, file)
