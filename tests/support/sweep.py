"""A project with a sweep to look at: curves, a gap, pictures, notes, a model with a history."""

import itertools
import math
import random
from pathlib import Path

import mltrack
from mltrack.api.store import init_store
from tests.registry.project import package

RATES = (0.3, 0.1, 0.03, 0.01)
DEPTHS = (2, 4, 8)
RUNS, STEPS = 12, 400
_ROC = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 180" font-family="sans-serif"
 font-size="11" fill="none"><rect width="240" height="180" fill="#fff"/>
<path d="M30 150H220M30 150V20" stroke="#555"/>
<path d="M30 150L220 20" stroke="#bbb" stroke-dasharray="4 4"/>
<path d="M30 150C35 {bend} 70 28 220 20" stroke="#1c66c0" stroke-width="2"/>
<g fill="#333"><text x="80" y="170">false positive rate</text><text x="30" y="14">ROC</text></g>
</svg>
"""

_GATES = """\
gates:
  production:
    - intact: true
    - metric: accuracy
      min: 0.7
"""
"""The second is not met, for nobody evaluated the version: whoever promotes it forces it."""


def make_sweep(outside: Path, *, runs: int = RUNS, steps: int = STEPS, versions: int = 4) -> None:
    """Make the runs of a sweep in the current folder, and versions of a model from the best.

    Args:
        outside: a folder for the packages of the model.
        runs: how many runs there are.
        steps: how many points each curve has.
        versions: how many versions of the model are registered.
    """
    init_store()
    with Path(".mltrack", "config.yaml").open("a", encoding="utf-8") as config:
        config.write(_GATES)
    mltrack.set_experiment("churn")
    chance = random.Random(7)
    ids = [
        _run(number, rate, depth, steps, chance, outside)
        for number, (rate, depth) in enumerate(
            itertools.islice(itertools.product(RATES, DEPTHS), runs)
        )
    ]
    mltrack.note_run(ids[-1], "the best so far; **train it on all of the data** next")
    stages = ("archived", "staging", "production")
    for number, run_id in enumerate(ids[:versions]):
        mltrack.register_model(run_id, "churn", reason=f"candidate {number + 1}")
    for number, stage in enumerate(stages[: max(0, versions - 1)], 1):
        is_forced = stage == "production"
        why = "the old one is failing" if is_forced else "better than the last one"
        mltrack.promote_model(f"churn/{number}", to=stage, reason=why, force=is_forced)


def _run(
    number: int, rate: float, depth: int, steps: int, chance: random.Random, outside: Path
) -> str:
    solver = ("adam", "saga", "sgd")[number % 3]
    params = {"lr": rate, "depth": depth, "solver": solver, "dropout": number / 40, "seed": 7}
    quality = 0.95 - abs(math.log10(rate) + 1.2) / 6 - abs(depth - 4) / 50
    with mltrack.start_run(name=f"sweep-{number + 1}", params=params) as run:
        for step in range(steps):
            learnt = 1 - math.exp(-step * rate * 8 / steps * 10)
            loss = 1.2 - quality * learnt + chance.gauss(0, 0.02)
            is_lost = number == 2 and steps * 0.4 < step < steps * 0.5
            run.log_metrics(
                {
                    "loss": math.nan if is_lost else loss,
                    "accuracy": quality * learnt + chance.gauss(0, 0.01),
                }
            )
        run.log_metric("val/auc", quality)
        run.set_tag("kind", ("probe", "final")[number % 2])
        if number in {0, 4}:
            run.log_text(_ROC.format(bend=90 - 12 * number), "plots/roc.svg")
        run.log_artifact(package(outside / f"model-{number}", f"weights {number}"), to="model")
    return run.id
