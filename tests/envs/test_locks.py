"""A lock is installed as it is, or not at all, and is the same environment wherever it is named."""

from pathlib import Path

import pytest

from mltrack.envs import locks
from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.spec import EnvSpec, Supply
from mltrack.errors import EnvironmentBuildError, MltrackError, NotFoundError, UsageError
from tests.envs.conftest import version_in
from tests.support.repository import Repository
from tests.support.wheels import digest_of, write_source, write_wheel

OTHER_PLATFORM = "cp311-cp311-win_amd64"
ZEROS = f"--hash=sha256:{'0' * 64}"


def written(folder: Path, *lines: str, name: str = "requirements.lock") -> Path:
    file = folder / name
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


def test_a_lock_is_installed_without_resolving_anything(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    other = write_wheel(wheels, "other", requires=["tiny", "nothing-that-exists"])
    lock = written(tmp_path, f"other==1.0 {digest_of(other)}")

    environment = ensure(EnvSpec(lock=lock), home)

    assert version_in(environment, "other") == "1.0"
    assert environment.packages == f"other==1.0 {digest_of(other)}\n".encode()


def test_what_a_run_has_recorded_finds_the_environment_that_it_used(
    home: Home, wheels: Path
) -> None:
    first = ensure(EnvSpec(requirements=("tiny",)), home)
    write_wheel(wheels, "tiny", "2.0")

    again = ensure(EnvSpec(locked=first.packages), home)

    assert (again.id, again.key, again.packages) == (first.id, first.key, first.packages)


def test_what_a_run_has_recorded_is_built_anew_on_another_machine(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    first = ensure(EnvSpec(requirements=("tiny",)), home)
    write_wheel(wheels, "tiny", "2.0")

    there = ensure(EnvSpec(locked=first.packages), Home(tmp_path / "another"))

    assert version_in(there) == "1.0"
    assert (there.key, there.packages) == (first.key, first.packages)


def test_two_projects_that_come_to_the_same_lock_share_one_environment(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("tiny<9\n")

    one = ensure(EnvSpec(requirements=("tiny",)), home)
    other = ensure(EnvSpec(requirements_file=tmp_path / "requirements.txt"), home)
    third = ensure(EnvSpec(lock=written(tmp_path, (one.packages or b"").decode())), home)

    assert one.id == other.id == third.id
    assert [path.name for path in home.envs.iterdir()] == [one.id]


def test_other_variables_of_the_build_are_another_environment(home: Home, wheels: Path) -> None:
    plain = ensure(EnvSpec(requirements=("tiny",)), home)

    other = ensure(EnvSpec(requirements=("tiny",), variables={"CFLAGS": "-O3"}), home)

    assert other.id != plain.id


def test_a_folder_of_the_project_is_found_from_the_projects_folder(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for project in (one, other):
        write_source(project / "lib", "own")
    (one / "requirements.txt").write_text("./lib\ntiny\n")
    first = ensure(EnvSpec(requirements_file=one / "requirements.txt", folder=one), home)

    again = ensure(EnvSpec(locked=first.packages, folder=other), home)

    assert again.id == first.id
    assert again.packages == first.packages


def test_what_is_from_a_repository_is_recorded_by_its_commit(
    home: Home, wheels: Path, repo: Repository, tmp_path: Path
) -> None:
    write_source(repo.path, "own")
    commit = repo.commit("Begin")
    address = f"git+{repo.path.as_uri()}"

    first = ensure(EnvSpec(requirements_file=written(tmp_path, f"{address}#egg=own")), home)
    pinned = written(tmp_path, f"{address}@{commit}#egg=own", name="pinned.txt")
    again = ensure(EnvSpec(requirements_file=pinned), home)

    assert version_in(first, "own") == "1.0"
    assert first.packages == b"own==1.0\n", "where it lies on this machine is nobody's business"
    assert again.id == first.id


def test_what_an_environment_sees_of_its_interpreter_is_recorded_and_found_again(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    spec = EnvSpec(requirements=("tiny",), system_site_packages=True)
    first = ensure(spec, home)
    locked = EnvSpec(locked=first.packages, system_site_packages=True)

    there = ensure(locked, Home(tmp_path / "another"))

    assert b"tiny==1.0 --hash" in (first.packages or b"")
    assert ensure(locked, home).id == first.id
    assert (there.key, there.packages) == (first.key, first.packages)


def test_a_recorded_set_without_digests_is_taken_by_its_versions(home: Home, wheels: Path) -> None:
    write_wheel(wheels, "tiny", "2.0")

    environment = ensure(EnvSpec(locked=b"tiny==1.0\n"), home)

    assert version_in(environment) == "1.0"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["# lock", "tiny==1.0"], "requirements.lock, line 2: tiny==1.0 bears no digest"),
        ([f"tiny>=1.0 {ZEROS}"], "requirements.lock, line 1: tiny>=1.0"),
        (["tiny"], "leaves a choice"),
        ([f"tiny==1.* {ZEROS}"], "leaves a choice"),
    ],
)
def test_a_line_that_leaves_a_choice_is_named(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        locks.read(written(tmp_path, *lines))

    assert said in str(refused.value)
    assert refused.value.fix


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "Pipfile.lock"])
def test_a_lock_of_another_tool_is_refused_with_the_command_that_helps(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError) as refused:
        locks.read(written(tmp_path, name=name))

    assert "requirements.lock" in refused.value.fix


def test_a_lock_for_another_platform_is_refused_by_the_name_of_its_package(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    wheel = write_wheel(wheels, "other", tag=OTHER_PLATFORM)
    lock = written(tmp_path, f"other==1.0 {digest_of(wheel)}")

    with pytest.raises(EnvironmentBuildError) as refused:
        ensure(EnvSpec(lock=lock), home)

    assert "requirements.lock has no file of other 1.0 for this machine" in refused.value.message
    assert "--universal" in refused.value.fix
    assert list(home.envs.iterdir()) == []


def test_a_file_that_is_not_the_one_of_the_lock_is_refused(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    with pytest.raises(EnvironmentBuildError, match=r"tiny 1\.0") as refused:
        ensure(EnvSpec(lock=written(tmp_path, f"tiny==1.0 {ZEROS}")), home)

    assert "MATCH THE HASHES" in refused.value.why or ZEROS[-64:] in refused.value.why


def test_what_a_run_recorded_elsewhere_is_resolved_anew_with_its_versions_and_said(
    home: Home, wheels: Path
) -> None:
    write_wheel(wheels, "tiny", "2.0")
    lines = f"tiny==1.0 {ZEROS}\n".encode()
    spec = EnvSpec(requirements=("tiny",), locked=lines, locked_elsewhere=True)

    with pytest.raises(EnvironmentBuildError):
        ensure(spec, home)
    environment = ensure(spec, home, Supply(near=True))

    assert version_in(environment) == "1.0"
    assert len(environment.notes) == 1
    assert "tiny 1.0" in environment.notes[0]
    assert ensure(spec, home, Supply(near=True)) == environment


@pytest.mark.parametrize("requirements", [(), ("tiny",)])
def test_a_file_that_is_not_the_one_of_a_run_of_such_a_machine_is_refused(
    home: Home, wheels: Path, requirements: tuple[str, ...]
) -> None:
    spec = EnvSpec(requirements=requirements, locked=f"tiny==1.0 {ZEROS}\n".encode())

    with pytest.raises(EnvironmentBuildError) as refused:
        ensure(spec, home, Supply(near=True))

    assert "no file of tiny 1.0 here has the digest that the run recorded" in refused.value.message
    assert "--current env" in refused.value.fix
    assert list(home.envs.iterdir()) == []


def test_what_is_not_needed_here_is_left_out_when_it_is_resolved_anew(
    home: Home, wheels: Path
) -> None:
    windows = write_wheel(wheels, "only_there", tag=OTHER_PLATFORM)
    lines = f"only-there==1.0 {digest_of(windows)}\ntiny==1.0 {ZEROS}\n"

    spec = EnvSpec(requirements=("tiny",), locked=lines.encode(), locked_elsewhere=True)
    environment = ensure(spec, home, Supply(near=True))

    assert environment.packages is not None
    assert environment.packages.startswith(b"tiny==1.0 ")


def test_another_patch_version_of_python_will_do_when_something_near_does(home: Home) -> None:
    from mltrack.envs import interpreters, specifier

    mine = interpreters.running().version
    absent = specifier.parse(f"=={mine.rpartition('.')[0]}.999")

    with pytest.raises(NotFoundError):
        ensure(EnvSpec(python=absent), home)
    environment = ensure(EnvSpec(python=absent), home, Supply(near=True))

    assert environment.version.rpartition(".")[0] == mine.rpartition(".")[0]
    assert environment.version in environment.notes[0]


PYLOCK = """\
lock-version = "1.0"
created-by = "tests"
[[packages]]
name = "tiny"
version = "1.0"
wheels = [{{name = "{name}", url = "https://example.org/{name}", hashes = {{sha256 = "{digest}"}}}}]
[[packages]]
name = "only-there"
version = "1.0"
marker = "sys_platform == 'win32'"
wheels = [{{name = "x.whl", hashes = {{sha256 = "{digest}"}}}}]
[[packages]]
name = "own"
directory = {{path = "own"}}
"""


def test_a_pylock_is_installed_where_its_markers_say_so(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    wheel = wheels / "tiny-1.0-py3-none-any.whl"
    digest = digest_of(wheel).rpartition(":")[2]
    write_source(tmp_path / "own", "own")
    (tmp_path / "pylock.toml").write_text(PYLOCK.format(name=wheel.name, digest=digest))

    environment = ensure(EnvSpec(lock=tmp_path / "pylock.toml"), home)

    assert version_in(environment) == version_in(environment, "own") == "1.0"
    assert environment.packages == f"./own\ntiny==1.0 {digest_of(wheel)}\n".encode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no lock-version"),
        ('lock-version = "2.0"\n', "no lock-version"),
        ('lock-version = "1.0"\n[[packages]]\nversion = "1"\n', "package 1"),
        ('lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1"\n', "bears no sha256"),
        (
            'lock-version = "1.0"\n[[packages]]\nname = "a"\nmarker = "\'gpu\' in extras"\n',
            "some extras or groups",
        ),
    ],
)
def test_a_pylock_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "pylock.toml").write_text(text)

    with pytest.raises(MltrackError) as refused:
        locks.read(tmp_path / "pylock.toml")

    assert said in str(refused.value)
    assert refused.value.fix
