"""The figure of growth: what a listing costs with 100 runs, and with 100,000; a plot of it."""

from pathlib import Path
from statistics import median

from tests.benchmarks.costs import PYTHON
from tests.benchmarks.listings import BEST, NEWEST
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Figure, Measured

COUNTS = (100, 1_000, 10_000, 100_000)
PLOT = Path(__file__).parents[2] / "docs" / "growth.svg"
_START = [PYTHON, "-c", "import typer, rich.table"]
_TITLES = {
    "newest": "mltrack ls",
    "best": "mltrack ls --where … --max …",
    "uncached": "the same, no cache at all",
}
Curves = dict[str, list[float]]


def _grown(place: Place) -> Measured:
    """Each is processor time of fresh processes, in units of importing typer and rich beside it."""
    counts = COUNTS[2:] if place.small else COUNTS
    curves: Curves = {name: [] for name in _TITLES}
    for count in counts:
        for name, value in _at(place, count).items():
            curves[name].append(value)
    draw(counts, curves, place.scratch / "growth.svg" if place.small else PLOT)
    words = ", ".join(f"{v:.3g}" for v in curves["newest"])
    return Measured(curves["newest"][-1] / curves["newest"][0], ours=words)


def _at(place: Place, count: int) -> dict[str, float]:
    project = place.store(count)

    def newest() -> float:
        return place.spent(NEWEST, project).cpu

    def best() -> float:
        return place.spent(BEST, project).cpu

    def start() -> float:
        return place.spent(_START, project).cpu

    found = {
        "newest": place.pairs(newest, start, tries=9),
        "best": place.pairs(best, start, tries=9),
        "uncached": place.pairs(
            best, start, tries=3, warm=False, before=lambda: place.forget_caches(project)
        ),
    }
    return {name: median(ours) / median(floor) for name, (ours, floor) in found.items()}


def draw(counts: tuple[int, ...], curves: Curves, file: Path) -> None:
    """Draw the curves; the same numbers give the same bytes."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    with mpl.rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 10}):
        figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
        for name, title in _TITLES.items():
            axes.plot(counts, curves[name], marker="o", label=title)
        axes.set(xscale="log", yscale="log", xlabel="runs in the store")
        axes.set_ylabel("processor time ÷ that of two imports")
        axes.grid(visible=True, alpha=0.3)
        axes.legend()
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        pyplot.close(figure)


FIGURES = (
    Figure(
        name="growth",
        what="`mltrack ls` of 100,000 runs",
        floor="of 100 runs; `docs/growth.svg` is drawn anew",
        measure=_grown,
    ),
)
