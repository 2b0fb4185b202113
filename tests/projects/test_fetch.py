"""Data at an address is fetched once, checked, and found again."""

import base64
import hashlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mltrack.envs.home import user_home
from mltrack.errors import IntegrityError, MltrackError, NotFoundError, UsageError
from mltrack.projects.spec import Order, ParamType
from mltrack.store.blobs import sha256_of
from tests.projects.conftest import Project
from tests.support.orders import given, launched, naming
from tests.support.web import Web, web

CSV = b"a,b\n1,2\n"
DIGEST = hashlib.sha256(CSV).hexdigest()
COPY = "import pathlib, sys; sys.stdout.buffer.write(pathlib.Path(sys.argv[1]).read_bytes())"


@pytest.fixture(name="web")
def served() -> Iterator[Web]:
    with web() as served:
        yield served


def fetching(folder: Path, address: str, **facts: object) -> Order:
    return naming(folder, address, ParamType.URI, **facts)


def told(wanted: Order, *, offline: bool = False) -> Path:
    return Path(str(given(wanted, offline=offline).values["data"]))


def test_an_address_is_fetched_and_the_command_gets_a_path(project: Project, web: Web) -> None:
    address = web.serve("/some/d.csv", CSV)

    ended = launched(fetching(project(COPY), address))

    assert ended.output == CSV
    assert ended.record.params == {"data": address}
    assert ended.record.inputs["data"] == {
        "digest": DIGEST, "size": 8, "source": address, "context": "parameter",
    }  # fmt: skip


def test_what_has_a_digest_is_fetched_once_and_found_without_a_network(
    tmp_path: Path, web: Web
) -> None:
    address = web.serve("/d.csv", CSV)
    wanted = fetching(tmp_path, address, sha256=DIGEST)

    first = told(wanted)

    assert told(wanted, offline=True) == first
    assert first.read_bytes() == CSV
    assert first.name == "d.csv"
    assert len(web.asked) == 1


def test_data_that_is_used_again_counts_as_used(tmp_path: Path, web: Web) -> None:
    address = web.serve("/d.csv", CSV)
    told(fetching(tmp_path, address))
    folders = list((user_home().root / "data").iterdir())
    for folder in folders:
        os.utime(folder, (1, 1))

    told(fetching(tmp_path, address), offline=True)

    assert len(folders) == 2
    assert all(folder.stat().st_mtime > 1 for folder in folders)


def test_what_has_a_digest_is_found_under_any_name(tmp_path: Path, web: Web) -> None:
    told(fetching(tmp_path, web.serve("/d.csv", CSV)))

    other = told(fetching(tmp_path, f"http://{web.address}/e.txt", sha256=DIGEST), offline=True)

    assert (other.name, other.read_bytes()) == ("e.txt", CSV)


def test_a_fetched_file_that_was_changed_is_fetched_again(tmp_path: Path, web: Web) -> None:
    wanted = fetching(tmp_path, web.serve("/d.csv", CSV), sha256=DIGEST)
    path = told(wanted)
    path.chmod(0o644)
    path.write_bytes(b"spoiled")

    assert told(wanted).read_bytes() == CSV
    path.chmod(0o644)
    path.write_bytes(b"spoiled")
    with pytest.raises(NotFoundError, match="offline"):
        told(wanted, offline=True)


def test_what_has_no_digest_is_asked_after_and_fetched_when_it_has_changed(
    tmp_path: Path, web: Web
) -> None:
    wanted = fetching(tmp_path, web.serve("/d.csv", CSV, ETag='"1"'))

    first, again = told(wanted), told(wanted)
    web.serve("/d.csv", b"new", ETag='"2"')
    new = told(wanted)

    assert again == first
    assert [asked.get("If-None-Match") for asked in web.asked] == [None, '"1"', '"1"']
    assert new.read_bytes() == b"new"
    assert first.read_bytes() == CSV, "who reads it still is not disturbed"
    assert told(wanted, offline=True) == new


def test_a_server_that_says_nothing_of_changes_is_asked_each_time(tmp_path: Path, web: Web) -> None:
    wanted = fetching(tmp_path, web.serve("/d.csv", CSV))
    told(wanted)
    web.serve("/d.csv", b"new")

    assert told(wanted).read_bytes() == b"new"


def test_offline_what_was_never_fetched_is_refused(tmp_path: Path, web: Web) -> None:
    with pytest.raises(NotFoundError, match="nothing may be fetched offline"):
        told(fetching(tmp_path, web.serve("/d.csv", CSV)), offline=True)
    assert web.asked == []


def test_other_bytes_than_the_digest_says_are_refused_and_not_kept(
    tmp_path: Path, web: Web
) -> None:
    with pytest.raises(IntegrityError) as refused:
        told(fetching(tmp_path, web.serve("/d.csv", b"other"), sha256=DIGEST))

    assert DIGEST in str(refused.value)
    assert hashlib.sha256(b"other").hexdigest() in str(refused.value)
    assert not [path for path in user_home().root.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "fault", [(503, {}, b""), (200, {"Content-Length": "999", "Connection": "close"}, CSV)]
)
def test_a_server_that_stumbles_is_asked_again(
    tmp_path: Path, web: Web, fault: tuple[int, dict[str, str], bytes]
) -> None:
    address = web.answer("/d.csv", fault, (200, {}, CSV))

    assert told(fetching(tmp_path, address)).read_bytes() == CSV
    assert len(web.asked) == 2


def test_what_is_not_there_is_not_asked_for_again(tmp_path: Path, web: Web) -> None:
    with pytest.raises(NotFoundError, match="the server answers 404"):
        told(fetching(tmp_path, f"http://{web.address}/none"))
    assert len(web.asked) == 1


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MltrackError, match=r"http://127\.0\.0\.1:1/x could not be fetched"):
        told(fetching(tmp_path, "http://127.0.0.1:1/x"))


def test_a_password_is_sent_and_never_recorded(project: Project, web: Web) -> None:
    address = web.serve("/d.csv", CSV).replace("http://", "http://ada:swordfish-99@")

    ended = launched(fetching(project(), f"{address}?sig=abcdefgh"))

    login = base64.b64encode(b"ada:swordfish-99").decode()
    assert web.asked[0]["Authorization"] == f"Basic {login}"
    assert "swordfish" not in ended.text
    assert "abcdefgh" not in ended.text
    assert f"{web.address}/d.csv" in ended.text


def test_a_password_does_not_follow_to_another_address(tmp_path: Path, web: Web) -> None:
    target = web.serve("/there.csv", CSV)
    address = web.answer("/d.csv", (302, {"Location": target}, b""))

    told(fetching(tmp_path, address.replace("http://", "http://ada:swordfish-99@")))

    assert "Authorization" in web.asked[0]
    assert "Authorization" not in web.asked[1]


@pytest.mark.parametrize("address", ["s3://bucket/key", "ftp://host/file", "hdfs:///x"])
def test_what_cannot_be_fetched_is_refused_with_what_can(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError) as refused:
        told(fetching(tmp_path, address))

    assert address.partition(":")[0] in refused.value.message
    assert "https, http or file" in refused.value.why


@pytest.mark.parametrize("address", ["http://", "https:///x", "http://host:99999999/x"])
def test_an_address_without_a_host_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="names no host"):
        told(fetching(tmp_path, address))


def test_a_file_of_this_machine_is_read_where_it_lies(project: Project) -> None:
    folder = project(COPY)
    (folder / "ä d.csv").write_bytes(CSV)

    ended = launched(fetching(folder, (folder / "ä d.csv").as_uri()))

    assert ended.output == CSV
    assert ended.record.inputs["data"]["digest"] == DIGEST
    assert str(folder) not in ended.text


def test_a_name_of_an_address_with_spaces_and_other_letters_is_the_files(
    tmp_path: Path, web: Web
) -> None:
    web.serve("/%C3%BC%20d.csv", CSV)

    path = told(fetching(tmp_path, f"http://{web.address}/ü d.csv"))

    assert (path.name, path.read_bytes()) == ("ü d.csv", CSV)


@pytest.mark.parametrize("path", ["/", "/..%2f..%2fetc", "/.."])
def test_no_name_of_an_address_leads_anywhere(tmp_path: Path, web: Web, path: str) -> None:
    web.serve(path, CSV)

    assert told(fetching(tmp_path, f"http://{web.address}{path}")).name == "data"


FETCH = """\
import sys
from pathlib import Path
from mltrack.envs.home import Home
from mltrack.projects.data.address import address_of
from mltrack.projects.data.fetch import Source, fetched
from mltrack.errors import StoreWriteError
try:
    fetched(Source(address_of(sys.argv[1]), sys.argv[1]), Home(Path(sys.argv[2])), print)
except StoreWriteError as error:
    print(error)
    sys.exit(3)
"""


def test_a_disk_that_fills_is_named_and_nothing_half_done_is_left(tmp_path: Path, web: Web) -> None:
    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**16, 2**16))

    address = web.serve("/big.bin", bytes(2**20))

    done = subprocess.run(
        [sys.executable, "-c", FETCH, address, str(tmp_path / "home")],
        preexec_fn=small_files,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 3, done.stderr
    assert "could not write" in done.stdout
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert len(web.asked) == 1


def test_a_large_file_of_a_fetched_address_is_whole(tmp_path: Path, web: Web) -> None:
    body = os.urandom(3 * 2**20 + 7)

    path = told(fetching(tmp_path, web.serve("/big.bin", body)))

    assert sha256_of(path) == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    ("code", "headers", "said"),
    [
        (206, {}, "the server answers 206"),
        (204, {}, "the server answers 204"),
        (304, {}, "the server answers 304"),
        (302, {"Location": f"http://{'a' * 100}.com/x"}, "idna"),
        (302, {"Location": "file:///etc/passwd"}, "not allowed"),
        (302, {"Location": "/d.csv"}, "infinite loop"),
    ],
)
def test_an_answer_that_gives_no_whole_file_is_refused(
    web: Web, tmp_path: Path, code: int, headers: dict[str, str], said: str
) -> None:
    address = web.answer("/d.csv", (code, headers, b""))

    with pytest.raises(NotFoundError) as refused:
        told(fetching(tmp_path, address))

    assert said in refused.value.message
    assert "\n" not in refused.value.message


def test_a_length_that_is_no_number_of_bytes_is_not_believed(web: Web, tmp_path: Path) -> None:
    address = web.answer("/d.csv", (200, {"Content-Length": "9" * 5000}, CSV))

    assert Path(told(fetching(tmp_path, address))).read_bytes() == CSV


@pytest.mark.parametrize("host", ["a" * 100 + ".com", "a..b"])
def test_a_host_that_can_be_none_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match="the address names no host"):
        told(fetching(tmp_path, f"http://{host}/x"))


def test_a_password_with_spaces_is_cut_from_the_record_too(web: Web, project: Project) -> None:
    address = web.serve("/d.csv", CSV).replace("http://", "http://me:pass word@")

    ended = launched(fetching(project(COPY), address))

    assert "word" not in ended.text.replace("password", "")
