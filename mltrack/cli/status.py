"""mltrack status: how the store stands."""

from mltrack.cli.options import PageOption
from mltrack.cli.output import Format, show_json


def status(output: PageOption = Format.TABLE) -> None:
    """Show where the store is, its runs by status, what is not committed, and what to do next.

    Examples:
      mltrack status
    """
    from mltrack.api.runs import store_status

    found = store_status()
    if output is not Format.TABLE:
        show_json({"status": found.to_json()})
        return
