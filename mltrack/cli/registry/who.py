"""mltrack registry who: who put a version where it is."""

from collections.abc import Mapping
from typing import Any

from mltrack.cli.cells import cell, moment, safe
from mltrack.cli.options import PageOption, VersionArgument
from mltrack.cli.output import PageFormat, show, show_json

_SHORT_COMMIT = 12


def who(
    version: VersionArgument,
    output: PageOption = PageFormat.PAGE,
) -> None:
    """Tell who put a version where it is, when and why.

    That is who registered it, who asked for its last move, who approved that and who made it, and
    the run and the code that it comes from.

    Examples:
      mltrack registry who churn@production
      mltrack registry who churn/3 --output json
    """
    from mltrack.api.registry.who import registry_who
    from mltrack.cli.tables import laid_out

    row = registry_who(version).to_json()
    if output is PageFormat.JSON:
        show_json({"who": row})
        return
    stage = row["stage"] or "(contested)"
    show(safe(f"{row['model']} {row['label']} in {stage}{', deleted' * row['deleted']}"))
    rows = [*(_step(step) for step in row["steps"]), *_origin(row)]
    for line in laid_out(rows):
        show(f"  {line}")


def _step(step: Mapping[str, Any]) -> list[str]:
    more = [word for word in ("forced", "unpushed") if step[word]]
    moved = f" to {step['to']}" if step["to"] and step["kind"] != "registered" else ""
    return [
        safe(f"{step['kind']}{moved}"),
        safe(step["by"]),
        moment(step["time"]),
        safe("; ".join([step["reason"] or "-", *more])),
        step["event"],
    ]


def _origin(row: Mapping[str, Any]) -> list[list[str]]:
    """Return what made it: the run, and its code."""
    run, code = row["ran"], row["code"]
    if run is None:
        told = "run not here" if row["run"] else "registered from a folder"
        return [["made", "-", "-", told, cell(row["run"])]]
    commit = str(code.get("commit") or "no commit")[:_SHORT_COMMIT]
    changed = " with changes" if code.get("dirty") else ""
    branch = f" on {code['branch']}" if code.get("branch") else ""
    return [
        ["ran", safe(run["user"] or "-"), moment(run["started"]), safe(run["name"]), run["id"]],
        ["code", "-", "-", safe(f"{commit}{changed}{branch}"), cell(code.get("remote"))],
    ]
