"""What the cache holds besides environments goes too when nobody has used it for long."""

import os
import subprocess
import sys

from mltrack.envs import collecting, loans
from mltrack.envs.collecting import Limits
from mltrack.envs.home import Home
from mltrack.envs.items import Kind
from mltrack.store.checkouts import checked_out
from tests.envs.test_collecting import DAY, NEVER, built, names
from tests.support.repository import Repository

DIES = """\
import os, sys
from pathlib import Path
from mltrack.store.checkouts import checked_out
with checked_out(Path(sys.argv[1]), sys.argv[2]):
    os._exit(0)
"""


def test_data_and_loans_go_when_nobody_has_used_them_for_long(home: Home) -> None:
    bridge, libraries = loans.bridge(home), loans.libraries(home)
    fetched, young = home.data("abc"), home.data("def")
    for folder in (fetched, young):
        folder.mkdir(parents=True)
        (folder / "rows.csv").write_text("a,b\n")
    home.digests.write_text("{}")
    for path in (bridge, libraries, fetched, home.digests):
        os.utime(path, (1, 1))

    gone = collecting.collect(home, collecting.planned(home, Limits(seconds=30 * DAY)))

    assert [item.kind for item in gone] == [Kind.DATASET, Kind.DATASET, Kind.LOAN, Kind.LOAN]
    assert young.exists()
    assert not any(path.exists() for path in (bridge, libraries, fetched, home.digests))
    assert list(home.tmp.iterdir()) == []


def test_lending_makes_a_loan_young_again(home: Home) -> None:
    for lent in (loans.bridge, loans.libraries):
        os.utime(lent(home), (1, 1))
        lent(home)

    assert collecting.planned(home, Limits(seconds=30 * DAY)) == []


def test_a_loan_of_an_mltrack_that_is_gone_goes(home: Home) -> None:
    loans.bridge(home)
    gone = home.bridge("abc")
    gone.mkdir()
    (gone / "mltrack").symlink_to(home.root / "nowhere")

    assert names(collecting.planned(home, NEVER)) == ["bridge/abc"]


def test_data_counts_to_the_size_that_may_be(home: Home) -> None:
    kept, large = built(home, 1), home.data("abc")
    large.mkdir(parents=True)
    (large / "rows.csv").write_bytes(b"x" * 1_000_000)
    os.utime(large, (1, 1))

    assert names(collecting.planned(home, Limits(NEVER.seconds * 99, 900_000))) == ["data/abc"]
    assert kept.python.exists()


def test_a_checkout_of_a_process_that_is_gone_goes(home: Home, repo: Repository) -> None:
    head = repo.git("rev-parse", "HEAD")
    with checked_out(repo.path, head) as ours:
        subprocess.run([sys.executable, "-c", DIES, str(repo.path), head], check=True)
        gone = collecting.collect(home, collecting.planned(home, Limits(seconds=0.0)))
        left = [path for path in ours.parent.iterdir() if path.is_dir()]

    assert [item.kind for item in gone] == [Kind.CHECKOUT]
    assert left == [ours]
    assert repo.git("worktree", "list").count("\n") == 0
