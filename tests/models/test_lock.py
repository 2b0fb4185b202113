"""The lock of a model: each package with the digests of its files, as an index has them."""

import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest

from mltrack.envs import shelf
from mltrack.envs.home import user_home
from mltrack.envs.shelf import Marker
from mltrack.models.needs.locking import locked, made_here
from tests.support.web import Web, web
from tests.support.wheels import write_wheel


class Index:
    """A package index on this machine, the only one that installers ask."""

    def __init__(self, served: Web, folder: Path) -> None:
        self.served = served
        self.folder = folder

    def add(self, name: str, version: str) -> str:
        """Add a package, and return the digest of its file."""
        wheel = write_wheel(self.folder, name, version).read_bytes()
        digest = sha256(wheel).hexdigest()
        file = f"{name}-{version}-py3-none-any.whl"
        self.served.serve(f"/{quote(file)}", wheel)
        page = f'<a href="/{quote(file)}#sha256={digest}">{file}</a>'
        self.served.serve(f"/simple/{name}/", page.encode(), Content_Type="text/html")
        return digest


@pytest.fixture(params=["pip", "uv"])
def index(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Index]:
    """Return the only index that the installer of this test asks."""
    for name in ("PIP_CONFIG_FILE", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_NO_CACHE", "1")
    monkeypatch.setenv("MLTRACK_INSTALLER", request.param)
    monkeypatch.setenv("MLTRACK_CAPTURE_DIGESTS", "true")
    with web() as served:
        for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
            monkeypatch.setenv(name, f"http://ada:lovelace1815@{served.address}/simple")
        yield Index(served, tmp_path / "wheels")


def test_each_line_bears_the_digest_that_the_index_has_of_that_version(
    index: Index,
) -> None:
    tiny, torchy = index.add("tiny", "1.0"), index.add("torchy", "2.13.0+cpu")
    lock = locked({"torchy": "2.13.0+cpu", "tiny": "1.0"})
    assert lock.text.splitlines()[1:] == [
        "tiny==1.0 \\", f"    --hash=sha256:{tiny}",
        "torchy==2.13.0+cpu \\", f"    --hash=sha256:{torchy}",
    ]  # fmt: skip
    assert lock.notes == ()
    assert made_here(lock.text)
    assert "lovelace" not in lock.text + user_home().pins.read_text(encoding="utf-8")


def test_what_an_index_said_once_is_known_without_it(index: Index) -> None:
    index.add("tiny", "1.0")
    first = locked({"tiny": "1.0"})
    index.served.answers.clear()
    assert locked({"tiny": "1.0"}) == first


def test_what_no_index_has_stays_without_a_digest_and_is_named(index: Index) -> None:
    tiny = index.add("tiny", "1.0")
    index.add("other", "1.0")
    lock = locked({"tiny": "1.0", "homemade": "0.1", "other": "7.0"})
    assert lock.text.splitlines()[1:] == [
        "homemade==0.1", "other==7.0", "tiny==1.0 \\", f"    --hash=sha256:{tiny}",
    ]  # fmt: skip
    assert "no digest of homemade, other:" in lock.notes[0]


def test_no_index_is_asked_where_the_settings_forbid_it(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add("tiny", "1.0")
    monkeypatch.setenv("MLTRACK_CAPTURE_DIGESTS", "false")
    lock = locked({"tiny": "1.0"})
    assert lock.text.splitlines()[1:] == ["tiny==1.0"]
    assert lock.notes == ()
    assert index.served.asked == []


def test_in_an_environment_that_mltrack_built_its_own_lock_is_taken(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = f"./local.whl\nother==1.0 --hash=sha256:{'b' * 64}\ntiny==1.0 --hash=sha256:{'a' * 64}\n"
    (tmp_path / shelf.PACKAGES).write_text(told, encoding="utf-8")
    marker = Marker("k", "3.11.7", "/usr/bin/python3", "pip", (), 3, 0.0, str(tmp_path))
    shelf.mark(tmp_path, marker, user_home())
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    lines = locked({"tiny": "1.0", "other": "2.0"}).text.splitlines()[1:]
    assert lines == ["other==2.0", "tiny==1.0 \\", f"    --hash=sha256:{'a' * 64}"]


def test_an_index_that_cannot_be_reached_is_said_and_not_asked_again_at_once(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    first = locked({"tiny": "1.0"})
    assert "no digest of tiny:" in first.notes[0]
    index.add("tiny", "1.0")
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, f"http://{index.served.address}/simple")
    assert locked({"tiny": "1.0"}) == first
    assert index.served.asked == []
