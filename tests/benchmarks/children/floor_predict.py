"""Predict a file as a plain script does: python floor_predict.py ROWS OUTPUT.

It reads pieces of 50,000 rows with pandas (Parquet with pyarrow), predicts, and writes them. It
checks nothing: neither the model nor a type, and of a float the last bit may be lost.
"""

import pickle
import sys

import pandas as pd

ROWS = 50_000
source, target = sys.argv[1:]
with open("model.pkl", "rb") as file:
    model = pickle.load(file)
if source.endswith(".csv"):
    pieces = pd.read_csv(source, chunksize=ROWS)
else:
    from pyarrow.parquet import ParquetFile

    pieces = (batch.to_pandas() for batch in ParquetFile(source).iter_batches(ROWS))
if target.endswith(".csv"):
    with open(target, "w") as output:
        for place, piece in enumerate(pieces):
            found = pd.DataFrame({"prediction": model.predict(piece)})
            found.to_csv(output, header=place == 0, index=False)
else:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    writer = None
    for piece in pieces:
        table = pa.table({"prediction": model.predict(piece)})
        writer = writer or ParquetWriter(target, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
