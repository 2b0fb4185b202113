"""The tables of the catalog. Whoever changes one gives the catalog a new name."""

from mltrack.store.database import Schema

NUMBER, TRUTH, TEXT, NOT_A_NUMBER, OTHER = range(5)
"""The kinds of value: what can be compared with what; OTHER with nothing."""

_DAY = """\
CREATE TABLE day(day INTEGER PRIMARY KEY, runs TEXT, further TEXT, said BLOB, stamps BLOB,
 journals TEXT)"""
"""What was seen of a day: the folders of its runs and of their further writers, what was said of
them, and by which stamps the files were known when they were read."""

_RUN = """\
CREATE TABLE run(n INTEGER PRIMARY KEY, id TEXT, place TEXT, name TEXT, experiment_id TEXT,
 experiment TEXT, status TEXT, started TEXT, ended TEXT, user TEXT, host TEXT, parent TEXT,
 job TEXT, deleted INTEGER, folders INTEGER)"""

_METRIC = """\
CREATE TABLE metric(k INTEGER, kind INTEGER, value, n INTEGER, low, high,
 PRIMARY KEY(k, kind, value, n)) WITHOUT ROWID"""

_VALUE = """\
CREATE TABLE value(k INTEGER, kind INTEGER, value, n INTEGER,
 PRIMARY KEY(k, kind, value, n)) WITHOUT ROWID"""

SCHEMA = Schema(
    "runs-2",
    (
        _DAY,
        # Which runs have a folder, by handle; and for each day, when that was last looked at.
        "CREATE TABLE listing(day INTEGER PRIMARY KEY, stamp BLOB, runs TEXT)",
        "CREATE TABLE folder(handle TEXT, id TEXT, PRIMARY KEY(handle, id)) WITHOUT ROWID",
        _RUN,
        "CREATE UNIQUE INDEX run_id ON run(id)",
        "CREATE UNIQUE INDEX run_place ON run(place)",
        "CREATE INDEX run_experiment ON run(experiment_id, place)",
        "CREATE INDEX run_deleted ON run(deleted) WHERE deleted",
        "CREATE TABLE document(n INTEGER PRIMARY KEY, digest INTEGER, text TEXT)",
        "CREATE TABLE key(k INTEGER PRIMARY KEY, section TEXT, name TEXT)",
        "CREATE UNIQUE INDEX key_name ON key(section, name)",
        _METRIC,
        _VALUE,
    ),
)
