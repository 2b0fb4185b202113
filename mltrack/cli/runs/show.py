"""mltrack show: one run as a page."""

from mltrack.cli.options import PageOption, RunArgument
from mltrack.cli.output import PageFormat, show_json, warn
from mltrack.cli.search_options import RevOption


def show(run: RunArgument, rev: RevOption = None, output: PageOption = PageFormat.PAGE) -> None:
    """Show everything about one run.

    Examples:
      mltrack show 1
      mltrack show @max:acc
      mltrack show kfxhqz --output json
      mltrack show @max:acc --rev v1.2
    """
    from mltrack.api.runs.runs import get_run

    found = get_run(run, rev=rev)
    for warning in found.record.warnings:
        warn(warning)
    document = {**found.to_json(), "children": [child.summary() for child in found.children]}
    if output is PageFormat.PAGE:
        from mltrack.api.runs.page import run_page
        from mltrack.cli.runs.page import show_run

        show_run(document, found.handle, run_page(found))
    else:
        show_json({"run": document})
