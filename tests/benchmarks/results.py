"""What a bench gave, as JSON and as tables for people."""

import json
import os
import platform
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import ALL
from tests.benchmarks.reading import Figure, Measured

JSON, MARKDOWN = "results.json", "results.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
_HEAD = "| figure | what mltrack does | against | bar | measured | |\n|---|---|---|---|---|---|\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one figure gave, when, and of which commit."""

    measured: Measured
    commit: str
    time: str
    machine: str


def result(measured: Measured, commit: str) -> Result:
    """Return what was measured just now."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return Result(measured=measured, commit=commit.strip(), time=now, machine=machine())


def machine() -> str:
    """Return in one line what a ratio may depend on."""
    python = platform.python_version()
    cores = os.cpu_count()
    return f"{platform.system()} {platform.machine()}, {cores} cores, Python {python}"


def load(folder: Path) -> dict[str, Result]:
    """Return the results that are there, by figure; a file that cannot be read holds none."""
    try:
        found: Mapping[str, dict[str, Any]] = json.loads((folder / JSON).read_text())["figures"]
        return {
            name: Result(**{**fields, "measured": Measured(**fields["measured"])})
            for name, fields in found.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def save(folder: Path, results: Mapping[str, Result]) -> None:
    """Write both files; of a figure that was not measured this time, what was there stays."""
    figures = {
        figure.name: _fields(figure, results[figure.name])
        for figure in ALL
        if figure.name in results
    }
    _replace(folder / JSON, json.dumps({"format": 1, "figures": figures}, indent=1) + "\n")
    _replace(folder / MARKDOWN, f"# Speed\n\n{table(ALL, results)}")


def _fields(figure: Figure, found: Result) -> dict[str, Any]:
    return {**asdict(found), "measured": found.measured._asdict()}


def _replace(file: Path, text: str) -> None:
    temporary = file.with_suffix(".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)


def table(figures: Iterable[Figure], results: Mapping[str, Result]) -> str:
    """Return a Markdown table of figures; those that were not measured have no number."""
    return _HEAD + "".join(_row(figure, results.get(figure.name)) for figure in figures)


def _row(figure: Figure, found: Result | None) -> str:
    bar = f"{figure.bar} {figure.unit}".strip() if figure.bar else ""
    number = f"{found.measured.value:.3g} {figure.unit}".strip() if found else ""
    verdict = _verdict(figure, found.measured.value) if found else "not measured"
    cells = (f"`{figure.name}`", figure.what, figure.floor, bar, number, verdict)
    return f"| {' | '.join(cells)} |\n"


def _verdict(figure: Figure, value: float) -> str:
    if figure.bar is None:
        return ""
    return "met" if figure.bar.holds(value) else "**not met**"


def line(figure: Figure, measured: Measured) -> str:
    """Return what a figure gave in one line for a terminal."""
    bar = f", bar {figure.bar}" if figure.bar else ""
    made = f" = {measured.ours} / {measured.floor}" if measured.floor else ""
    spread = f" [{measured.low:.3g} .. {measured.high:.3g}]" if measured.low is not None else ""
    verdict = _verdict(figure, measured.value).strip("*")
    number = f"{measured.value:.4g} {figure.unit}".strip()
    return f"{figure.name}: {number}{made}{spread} ({measured.tries} tries{bar}) {verdict}".rstrip()


def rewrite(page: Path, results: Mapping[str, Result]) -> None:
    """Put the table into a page, between its two marks.

    Raises:
        ValueError: the page has no marks.
    """
    text = page.read_text(encoding="utf-8")
    head, begun, rest = text.partition(BEGIN)
    _, ended, tail = rest.partition(END)
    if not begun or not ended:
        raise ValueError(f"{page} has no line {BEGIN} and {END}")
    shown = table([f for f in ALL if f.name in results or not f.peer], results)
    page.write_text(f"{head}{BEGIN}\n{shown}\n{_measured_on(results)}{END}{tail}", encoding="utf-8")


def _measured_on(results: Mapping[str, Result]) -> str:
    machines = sorted({found.machine for found in results.values()})
    return f"Measured on {'; '.join(machines)}.\n" if machines else ""
