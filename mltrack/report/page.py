"""The page: everything that it shows, put into the templates; nothing in it asks for more."""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mltrack.charts.labels import safe
from mltrack.errors import MissingExtraError
from mltrack.report.board import board_of
from mltrack.report.curves import metric_pages
from mltrack.report.details import details_of
from mltrack.report.differing import changed_groups, varied
from mltrack.report.embedding import embedded, packed_curve, sortable
from mltrack.report.entities import ReportFacts
from mltrack.report.overview import legend_of, overview_of
from mltrack.report.sources import code_of, environments_of
from mltrack.report.sweep import axes_of, sweep_of
from mltrack.report.table import RunTable, run_table
from mltrack.report.words import moment

if TYPE_CHECKING:
    from jinja2 import Environment

FIRST_ROWS = 50
"""The rows that are shown at first; those after them are text until a script wants them."""
_SCRIPTS = ("data", "theme", "table", "chart", "curves", "axes", "sweep", "start")
_BEGINNING = 'document.documentElement.classList.add("js");'
"""What runs before the page is drawn, so that what only scriptless readers need never shows."""


def rendered(facts: ReportFacts) -> bytes:
    """Return the page of a report, in ASCII, which a browser reads fastest.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    template = _environment().get_template("report.html")
    return template.render(**_shown(facts)).encode("ascii", "xmlcharrefreplace")


def require() -> None:
    """Make sure that a page can be made.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    _environment()


def _shown(facts: ReportFacts) -> dict[str, Any]:
    """Return what the templates know."""
    table = run_table(facts.runs, best=facts.best, highest=facts.highest)
    legend = legend_of(facts.runs)
    labels = [f"{handle} {name}" for handle, name in legend]
    styles = (_static("uplot/uPlot.min.css"), _static("report.css"))
    metrics = _metrics(facts)
    uplot, script = _static("uplot/uPlot.iife.min.js"), _script()
    return {
        "facts": facts,
        "title": safe(facts.title),
        "selection": safe(facts.selection),
        "made": moment(facts.made),
        "policy": _policy(styles, (_BEGINNING, uplot, script)),
        "beginning": _BEGINNING,
        "styles": styles,
        "uplot": uplot,
        "script": script,
        "notice": _static("uplot/LICENSE"),
        "overview": overview_of(facts),
        "table": table,
        "first_rows": FIRST_ROWS,
        "legend": legend,
        "metrics": metric_pages(facts.runs, metrics),
        "sweep": sweep_of(table.columns, labels, facts.best),
        "changed": changed_groups(facts.differences),
        "varied": varied(table.columns),
        "code": code_of(facts.runs),
        "environments": environments_of(facts.runs),
        "details": details_of(facts.runs),
        "board": board_of(facts.models, facts.stages),
        "stages": [safe(stage) for stage in facts.stages],
        "warnings": [safe(line) for line in facts.warnings],
        "data": embedded({**_data(facts, table, legend), "metrics": metrics}),
        "packed": [embedded(_packed(facts, metric)) for metric in metrics],
    }


def _data(facts: ReportFacts, table: RunTable, legend: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return what the page's script works with."""
    axes = {c.key for group in ("params", "metrics") for c in axes_of(table.columns, group)}
    return {
        "runs": legend,
        "columns": [
            {
                "key": column.key,
                "title": column.title,
                "numeric": column.numeric,
                "axis": column.key in axes,
                "shown": column.shown,
                "values": sortable(column.values),
            }
            for column in table.columns
        ],
        "drawable": [at for at, run in enumerate(facts.runs) if run.curves],
        "best": facts.best,
        "highest": facts.highest,
    }


def _metrics(facts: ReportFacts) -> list[str]:
    """Return the metrics that have curves: first the one that runs are ranked by, last systems'."""
    names = {name for run in facts.runs for name in run.curves}
    return sorted(names, key=lambda n: (f"metrics.{n}" != facts.best, n.startswith("system/"), n))


def _packed(facts: ReportFacts, metric: str) -> dict[int, dict[str, Any]]:
    """Return the curves of one metric by the place of their run."""
    return {
        at: packed_curve(run.curves[metric])
        for at, run in enumerate(facts.runs)
        if metric in run.curves
    }


def _policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return a policy that allows these very texts and pictures inside the page, nothing else."""
    inside = "; ".join(
        f"{kind} {' '.join(map(_source, texts))}"
        for kind, texts in (("style-src", styles), ("script-src", scripts))
    )
    return f"default-src 'none'; {inside}; img-src data:; base-uri 'none'; form-action 'none'"


def _source(text: str) -> str:
    """Return what allows one text: its digest."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@cache
def _static(name: str) -> str:
    """Return a text that is shipped with mltrack."""
    return files("mltrack.report").joinpath("static", *name.split("/")).read_text("utf-8")


@cache
def _script() -> str:
    parts = "\n".join(_static(f"js/{name}.js") for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


@cache
def _environment() -> "Environment":
    """Return the one environment that makes HTML; whatever is put into it is escaped."""
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise MissingExtraError("jinja2", extra="report", feature="a report") from None
    return Environment(
        loader=PackageLoader("mltrack.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
