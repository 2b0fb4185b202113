"""mltrack show: one run as a page."""

from mltrack.cli.options import PageOption, RunArgument
from mltrack.cli.output import PageFormat, show_json, warn


def show(run: RunArgument, output: PageOption = PageFormat.PAGE) -> None:
    """Show everything about one run.

    Examples:
      mltrack show 1
      mltrack show @max:acc
      mltrack show kfxhqz --output json
    """
    from mltrack.api.runs import get_run

    found = get_run(run)
    for warning in found.record.warnings:
        warn(warning)
    document = {**found.to_json(), "children": [child.summary() for child in found.children]}
    if output is PageFormat.PAGE:
        from mltrack.cli.page import show_run

        show_run(document, found.handle)
    else:
        show_json({"run": document})
