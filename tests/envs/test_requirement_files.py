"""A requirements file is read with all that it names, and decides by what that holds."""

import os
from pathlib import Path

import pytest

from mltrack.envs.build import ensure
from mltrack.envs.home import Home
from mltrack.envs.plan import planned
from mltrack.envs.requirement_files import Reading
from mltrack.envs.spec import EnvSpec
from mltrack.errors import MltrackError, NotFoundError, UsageError
from tests.envs.conftest import version_in
from tests.support.wheels import digest_of, write_source, write_wheel


def read(folder: Path, text: str) -> Reading:
    (folder / "requirements.txt").write_text(text, encoding="utf-8")
    reading = Reading()
    reading.take_file(folder / "requirements.txt")
    return reading


def texts(reading: Reading) -> list[str]:
    return [found.line.text for found in reading.lines]


def test_lines_are_taken_in_one_form_without_comments(tmp_path: Path) -> None:
    text = (
        "# first\n\nPandas >= 2.2  # why\ntiny==1.0 \\\n  --hash=sha256:bb \\\n  --hash=sha256:aa\n"
    )

    reading = read(tmp_path, text)

    assert texts(reading) == ["pandas>=2.2", "tiny==1.0 --hash=sha256:aa --hash=sha256:bb"]
    assert [found.place.number for found in reading.lines] == [3, 4]


def test_files_that_are_named_are_read_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "base.txt").write_text("numpy\n-r deep.txt\n-cbounds.txt\n")
    (tmp_path / "more" / "deep.txt").write_text("scipy\n")
    (tmp_path / "more" / "bounds.txt").write_text("-r more-bounds.txt\nnumpy<3\n")
    (tmp_path / "more" / "more-bounds.txt").write_text("scipy<2\n")

    reading = read(tmp_path, "--requirement=more/base.txt\npandas\n")

    assert texts(reading) == ["numpy", "scipy", "pandas"]
    assert [found.line.text for found in reading.constraints] == ["scipy<2", "numpy<3"]


def test_files_that_name_each_other_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("-r requirements.txt\nnumpy\n")

    assert texts(read(tmp_path, "-r other.txt\npandas\n")) == ["numpy", "pandas"]


def test_options_of_the_installer_are_kept(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "-i https://example.org/simple --pre\n--extra-index-url=https://example.org/more\n"
        "-f my wheels\n--no-binary :all:\n",
    )

    assert reading.options == [
        "--index-url https://example.org/simple",
        "--pre",
        "--extra-index-url https://example.org/more",
        f"--find-links {(tmp_path / 'my wheels').as_uri()}",
        "--no-binary :all:",
    ]


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("pandas\n-r missing.txt\n", NotFoundError, "requirements.txt, line 2, names it"),
        ("\n./missing\n", NotFoundError, "requirements.txt, line 2: there is no"),
        ("pandas\nnumpy==\n", UsageError, "requirements.txt, line 2: 'numpy=='"),
        ("-r https://example.org/x.txt\n", UsageError, "requirements.txt, line 1 names a file on"),
        ("--install-option=x\n", UsageError, "line 1: --install-option is not understood"),
        ("./empty\n", UsageError, "has neither pyproject.toml nor setup.py"),
    ],
)
def test_what_cannot_be_meant_is_named_by_file_and_line(
    tmp_path: Path, text: str, kind: type[MltrackError], said: str
) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(kind) as refused:
        read(tmp_path, text)

    assert said in str(refused.value)
    assert refused.value.fix


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes(b"\xff\xfe\x00p")

    with pytest.raises(UsageError, match="no text"):
        Reading().take_file(tmp_path / "requirements.txt")


def test_what_a_file_holds_decides_however_deep_it_is(home: Home, tmp_path: Path) -> None:
    (tmp_path / "deep.txt").write_text("tiny==1.0\n")
    (tmp_path / "requirements.txt").write_text("-r base.txt\n")
    (tmp_path / "base.txt").write_text("-r deep.txt\n")
    spec = EnvSpec(requirements_file=tmp_path / "requirements.txt")
    first = planned(spec, home).key

    (tmp_path / "deep.txt").write_text("tiny==1.0  # another comment\n")
    same = planned(spec, home).key
    (tmp_path / "deep.txt").write_text("tiny==2.0\n")

    assert same == first
    assert planned(spec, home).key != first
    assert planned(EnvSpec(requirements=("tiny==1.0",)), home).key == first


def test_a_requirements_file_is_installed(home: Home, wheels: Path, tmp_path: Path) -> None:
    write_wheel(tmp_path / "my wheels", "other")
    write_wheel(wheels, "tiny", "2.0")
    (tmp_path / "bounds.txt").write_text("tiny<2\n")
    (tmp_path / "requirements.txt").write_text("-f my wheels\n-c bounds.txt\nother\ntiny\n")

    environment = ensure(EnvSpec(requirements_file=tmp_path / "requirements.txt"), home)

    assert version_in(environment, "other") == "1.0"
    assert version_in(environment) == "1.0"


def test_digests_in_a_requirements_file_are_compared(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    digest = digest_of(wheels / "tiny-1.0-py3-none-any.whl")
    file = tmp_path / "requirements.txt"
    file.write_text(f"tiny==1.0 {digest}\n")

    assert version_in(ensure(EnvSpec(requirements_file=file), home)) == "1.0"

    file.write_text(f"tiny==1.0 {digest[:-1]}{'0' if digest[-1] != '0' else '1'}\n")
    with pytest.raises(MltrackError, match=r"tiny 1\.0"):
        ensure(EnvSpec(requirements_file=file), home)


@pytest.mark.parametrize("line", ["./my läb", "-e ./my läb", "my läb/"])
def test_a_folder_beside_the_file_is_installed_and_recorded_without_a_path_of_this_machine(
    home: Home, wheels: Path, tmp_path: Path, line: str
) -> None:
    write_source(tmp_path / "my läb", "own")
    (tmp_path / "requirements.txt").write_text(f"{line}\ntiny\n", encoding="utf-8")

    environment = ensure(EnvSpec(requirements_file=tmp_path / "requirements.txt"), home)

    assert environment.packages is not None
    first, second = environment.packages.decode().splitlines()
    assert version_in(environment, "own") == "1.0"
    assert first == ("-e ./my läb" if line.startswith("-e") else "./my läb")
    assert second.startswith("tiny==1.0 --hash=")


def test_sources_that_change_give_another_environment_unless_they_are_used_in_place(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    source = write_source(tmp_path / "own", "own")
    specs = []
    for name, line in (("copied", "./own"), ("used", "-e ./own")):
        (tmp_path / f"{name}.txt").write_text(f"{line}\n")
        specs.append(EnvSpec(requirements_file=tmp_path / f"{name}.txt"))
    before = [ensure(spec, home) for spec in specs]

    (source / "own.py").write_text("VERSION = '1.1'\n")
    after = [ensure(spec, home) for spec in specs]

    assert [version_in(one, "own") for one in after] == ["1.1", "1.1"]
    assert version_in(before[0], "own") == "1.0"
    assert after[1] == before[1]


def test_a_wheel_beside_the_file_is_recorded_by_its_digest(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    wheel = write_wheel(tmp_path, "own")
    (tmp_path / "requirements.txt").write_text(f"./{wheel.name}\n")

    environment = ensure(EnvSpec(requirements_file=tmp_path / "requirements.txt"), home)

    assert environment.packages == f"./{wheel.name} {digest_of(wheel)}\n".encode()


def test_a_folder_outside_of_the_repository_is_recorded_by_its_version(
    home: Home, wheels: Path, tmp_path: Path
) -> None:
    write_source(tmp_path / "elsewhere", "own", "1.5")
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.txt").write_text("../elsewhere\n")

    environment = ensure(EnvSpec(requirements_file=project / "requirements.txt"), home)

    assert environment.packages == b"own==1.5\n"


@pytest.mark.parametrize("line", ["-r odd", "-c odd", "-r /dev/zero"])
def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path, line: str) -> None:
    os.mkfifo(tmp_path / "odd")

    with pytest.raises(NotFoundError, match="cannot be read: it is no file"):
        read(tmp_path, line)


def test_a_pipe_in_a_folder_of_code_is_not_waited_for(tmp_path: Path) -> None:
    write_source(tmp_path / "lib", "lib")
    os.mkfifo(tmp_path / "lib/pipe")

    assert texts(read(tmp_path, "./lib")) == ["./lib"]
