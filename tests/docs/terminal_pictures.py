"""Take the pictures of the terminal for docs: python -m tests.docs.terminal_pictures."""

import io
import math
import os
import random
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

import mltrack
from tests.support.repository import Repository
from tests.support.terminal import on_a_terminal
from tests.support.world import isolated_variables

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDTH = 88
SHOWN = {
    "plot": "plot loss acc 1..3 --height 9",
    "ls": "ls --spark loss --max acc",
    "show": "show @max:acc",
}
FORM = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: DejaVu Sans Mono, Menlo, Consolas, monospace; \
font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(isolated_variables(Path(folder) / "home"))
        os.environ["MLTRACK_USER"] = "Ada Lovelace <ada@example.org>"
        repo = Repository.create(Path(folder) / "project")
        os.chdir(repo.path)
        repo.commit("Begin")
        _train()
        for name, words in SHOWN.items():
            seen = on_a_terminal("-q", *words.split(), cwd=repo.path, columns=WIDTH)
            picture = PICTURES / f"terminal-{name}.svg"
            picture.write_text(_drawn(f"mltrack {words}", seen.text, name), encoding="utf-8")
            print(picture.relative_to(PICTURES.parents[1]))


def _train() -> None:
    chance = random.Random(1)
    for rate in (0.03, 0.1, 0.3):
        with mltrack.start_run(name=f"lr {rate}", params={"lr": rate, "layers": 4}) as run:
            run.set_tag("data", "v2")
            for step in range(120):
                loss = math.exp(-step * rate / 4) + chance.random() * rate / 2
                run.log_metrics({"loss": loss, "acc": 1 - loss / 2})
            run.log_text("weights", "model/weights.txt")
            run.log_text("a plot", "plots/loss.txt")


def _drawn(title: str, text: str, name: str) -> str:
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text), soft_wrap=False)
    return console.export_svg(title=title, code_format=FORM, unique_id=f"terminal-{name}")


if __name__ == "__main__":
    main()
