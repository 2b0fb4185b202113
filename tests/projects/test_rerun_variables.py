"""No record decides which code, store or host a program is led to."""

import pytest

from mltrack.projects.again.variables import may_be_set, variables_of

EVIL = [
    *("PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "PYTHONPATH", "PYTHONHOME"),
    *("PYTHONSTARTUP", "PYTHONINSPECT", "GIT_SSH_COMMAND", "GIT_DIR", "MLTRACK_STORE", "HOME"),
    *(
        "MLTRACK_SETTINGS",
        "BASH_ENV",
        "ENV",
        "PERL5LIB",
        "NODE_OPTIONS",
        "PIP_INDEX_URL",
        "UV_INDEX",
    ),
    *("HTTPS_PROXY", "http_proxy", "VIRTUAL_ENV", "CONDA_PREFIX", "SSH_AUTH_SOCK", "TMPDIR", ""),
    *("A=B", "A\0B", "JAVA_TOOL_OPTIONS", "RUBYOPT", "R_PROFILE_USER", "GCONV_PATH", "IFS"),
]


@pytest.mark.parametrize("name", EVIL)
def test_a_record_sets_nothing_that_leads_to_other_code(name: str) -> None:
    told = variables_of({"A": "mine"}, {name: "evil"}, ["*"])

    assert not may_be_set(name)
    assert "evil" not in told.values.values()


def test_what_the_project_passes_on_is_as_it_was() -> None:
    told = variables_of({"A": "mine", "MODE": "x", "OMP": "1"}, {"MODE": "y"}, ["MODE", "OMP*"])

    assert told.values == {"A": "mine", "MODE": "y"}
    assert told.refused == ()


def test_what_the_project_does_not_pass_on_is_not_taken() -> None:
    assert variables_of({"A": "1"}, {"B": "2", "A": "2"}, ["MODE"]).values == {"A": "1"}


def test_a_masked_one_stays_as_the_caller_has_it_and_that_is_said() -> None:
    told = variables_of({"API_TOKEN": "mine"}, {"API_TOKEN": "****"}, ["API_*"])

    assert told.values == {"API_TOKEN": "mine"}
    assert told.refused == ("API_TOKEN was masked, so that it is as it is here",)


@pytest.mark.parametrize(
    ("seed", "taken"),
    [("0", True), ("4294967295", True), ("x", False), (-1, False), ("1; a", False)],
)
def test_the_seed_of_hashes_is_a_number(seed: object, taken: bool) -> None:
    values = variables_of({}, {"PYTHONHASHSEED": seed}, []).values

    assert values == ({"PYTHONHASHSEED": seed} if taken else {})


def test_a_path_at_home_is_that_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    assert variables_of({}, {"D": "~/x:~/y"}, ["D"]).values == {"D": "/home/ada/x:/home/ada/y"}
