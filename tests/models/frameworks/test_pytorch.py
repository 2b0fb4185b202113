"""PyTorch modules: what is asked for, what travels, what would run, and what is refused."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from mltrack.errors import MltrackError, TrustError, UsageError
from mltrack.models import flavors, manifest, opening, saving
from mltrack.models.entities import Wishes
from tests.models.frameworks.python import use_project

ROWS = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
UNCHECKED = Wishes(check=False)
FLAVOR = flavors.named("pytorch")


class Scaled(nn.Module):
    """Keeps a number that neither its arguments nor its state tell."""

    def __init__(self, size: int = 2) -> None:
        super().__init__()
        self.layer = nn.Linear(size, 1)
        self.factor = 1.0

    def forward(self, rows: Any) -> Any:
        return self.layer(rows) * self.factor


class Odd(nn.Module):
    """Gives what it is told to, or raises it."""

    def __init__(self, answer: Any = "text") -> None:
        super().__init__()
        self.answer = answer

    def forward(self, _rows: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def net(hidden: int = 4) -> Any:
    use_project()
    from networks import Net

    return Net(hidden)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a package of an exported program: that takes a second."""
    folder = tmp_path_factory.mktemp("exported") / "m"
    wishes = Wishes(inputs=ROWS, format="export", check=False)
    return saving.save(net(), folder, wishes).path


def test_a_class_whose_arguments_are_not_given_is_refused_by_their_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="without its arguments") as refused:
        saving.save(net(), tmp_path / "m", UNCHECKED)
    assert "needs hidden" in refused.value.why
    assert "arguments={'hidden': ...}" in refused.value.fix


def test_an_argument_that_cannot_be_written_down_is_named(tmp_path: Path) -> None:
    wishes = Wishes(arguments={"answer": ROWS}, check=False)
    with pytest.raises(UsageError, match="the argument answer cannot be written down"):
        saving.save(Odd(), tmp_path / "m", wishes)


def test_arguments_that_do_not_belong_to_the_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the Net cannot be made again: RuntimeError"):
        saving.save(net(4), tmp_path / "m", Wishes(arguments={"hidden": 5}, check=False))


def test_state_that_would_be_lost_is_noticed(tmp_path: Path) -> None:
    model = Scaled()
    model.factor = 3.0
    with pytest.raises(UsageError, match="does not predict the same"):
        saving.save(model, tmp_path / "m", Wishes(inputs=ROWS, check=False))


def test_layers_of_torch_without_rows_are_refused_with_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can be exported only with rows") as refused:
        saving.save(nn.Linear(2, 1), tmp_path / "m", UNCHECKED)
    assert "inputs=rows" in refused.value.fix


def test_an_unknown_format_is_refused_by_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not written as 'onnx'") as refused:
        saving.save(net(), tmp_path / "m", Wishes(format="onnx"))
    assert "'safetensors'" in refused.value.fix


def test_what_export_cannot_follow_is_refused(tmp_path: Path) -> None:
    class Branches(nn.Module):
        def forward(self, rows: Any) -> Any:
            return rows if float(rows.sum()) > 0 else -rows

    with pytest.raises(UsageError, match="the Branches cannot be exported"):
        saving.save(Branches(), tmp_path / "m", Wishes(inputs=ROWS, check=False))


def test_a_module_that_trains_goes_on_training_after_it_predicted() -> None:
    model = net().train()
    model.normal.eval()
    FLAVOR.predict(model, ROWS, "predict")
    assert model.training
    assert model.drop.training
    assert not model.normal.training


def test_loading_takes_no_random_number(tmp_path: Path) -> None:
    saved = saving.save(net(), tmp_path / "m", Wishes(arguments={"hidden": 4}, check=False))
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    opening.load_package(saved.path)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("kind", [torch.float64, torch.bfloat16], ids=str)
def test_a_module_of_another_precision_keeps_it(kind: Any, tmp_path: Path) -> None:
    model = net().to(kind)
    saved = saving.save(model, tmp_path / "m", Wishes(arguments={"hidden": 4}, check=False))
    loaded = opening.load_package(saved.path)
    assert loaded.native.last.weight.dtype is kind
    assert np.array_equal(loaded.predict(ROWS), FLAVOR.predict(model, ROWS, "predict"))


def test_several_inputs_and_outputs_have_names() -> None:
    use_project()
    from networks import TwoInputs

    rows = {"image": np.ones((3, 4, 4)), "age": np.ones((3, 2))}
    answer = FLAVOR.predict(TwoInputs(), rows, "predict")
    assert {name: part.shape for name, part in answer.items()} == {"logits": (3, 2)}


@pytest.mark.parametrize(
    ("model", "rows", "what"),
    [
        (nn.Linear(2, 1), np.ones((3, 5), np.float32), r"torch\.float32 of shape \(3, 5\)"),
        (nn.Linear(2, 1), np.ones((3, 2), int), r"torch\.int64 of shape \(3, 2\)"),
        (nn.Linear(2, 1), np.array([["a", "b"]]), "takes numbers, not <U1"),
        (Odd(), ROWS, "the module gave a str"),
        (Odd((torch.ones(3), (torch.ones(3),))), ROWS, "the module gave a tuple"),
        (Odd(KeyError("age")), ROWS, "KeyError: 'age'"),
    ],
    ids=["wrong width", "integers", "text", "no tensor", "nested", "raises"],
)
def test_rows_or_answers_that_do_not_fit_are_said(model: Any, rows: Any, what: str) -> None:
    with pytest.raises((TypeError, ValueError), match=what):
        FLAVOR.predict(model, rows, "predict")


def test_a_class_that_is_gone_is_said(tmp_path: Path) -> None:
    saved = saving.save(net(), tmp_path / "m", Wishes(arguments={"hidden": 4}, check=False))
    text = (saved.path / "model.yaml").read_text(encoding="utf-8")
    renamed = text.replace('name: "Net"', 'name: "OtherNet"')
    assert renamed != text
    (saved.path / "model.yaml").write_text(renamed, encoding="utf-8")
    manifest.write(saved.path)
    with pytest.raises(MltrackError, match="has no attribute 'OtherNet'"):
        opening.load_package(saved.path, trust=True)


@pytest.mark.parametrize("count", [1, 2, 300])
def test_a_program_takes_any_number_of_rows(count: int, program: Path) -> None:
    rows = np.repeat(ROWS[:1], count, axis=0)
    assert opening.load_package(program, trust=True).predict(rows).shape == (count, 3)


def test_no_value_of_the_rows_and_no_path_is_in_a_program(program: Path) -> None:
    with zipfile.ZipFile(program / "data" / "model.pt2") as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    assert not any(ROWS[:1].tobytes() in part for part in parts)
    assert not any(b"/" in part and b".py" in part for part in parts)


def test_a_program_of_unknown_origin_does_not_run_since_it_could(
    program: Path, tmp_path: Path
) -> None:
    ran = tmp_path / "it-ran"
    forged = tmp_path / "m"
    (forged / "data").mkdir(parents=True)
    for file in ("model.yaml", "data/model.pt2"):
        (forged / file).write_bytes((program / file).read_bytes())
    _plant(forged / "data" / "model.pt2", f"__import__('pathlib').Path({str(ran)!r}).touch()")
    manifest.write(forged)
    with pytest.raises(TrustError) as refused:
        opening.load_package(forged)
    assert "torch.export may find code" in refused.value.why
    assert not ran.exists()
    with pytest.raises(MltrackError):
        opening.load_package(forged, trust=True)
    assert ran.exists()  # torch evaluates the texts of sizes: that is why it was refused


def _plant(file: Path, code: str) -> None:
    """Put code where a program says which sizes may differ."""
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    [name] = [name for name in parts if name.endswith("models/model.json")]
    plain = json.loads(parts[name])
    assert _replaced(plain, code)
    parts[name] = json.dumps(plain).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for path, data in parts.items():
            archive.writestr(path, data)


def _replaced(plain: Any, code: str) -> int:
    count = 0
    for part in plain.values() if isinstance(plain, dict) else plain:
        if isinstance(part, dict) and "expr_str" in part:
            part["expr_str"] = code
            count += 1
        if isinstance(part, dict | list):
            count += _replaced(part, code)
    return count


@pytest.mark.parametrize(
    "wishes", [Wishes(format="export"), Wishes(pickle=True)], ids=["program", "pickle"]
)
def test_mlflows_own_flavour_loads_the_same_file(wishes: Wishes, tmp_path: Path) -> None:
    import mlflow.pytorch

    model = net()
    wishes = replace(wishes, inputs=ROWS, check=False)
    saved = saving.save(model, tmp_path / "m", wishes)
    loaded = mlflow.pytorch.load_model(str(saved.path))
    with torch.inference_mode():
        given = loaded(torch.tensor(ROWS)).numpy()
    assert np.array_equal(given, FLAVOR.predict(model, ROWS, "predict"))
