"""mltrack registry: what happened to models, and the index of them."""

from mltrack.cli.commands import new_app
from mltrack.cli.output import say
from mltrack.cli.registry_at import at
from mltrack.cli.registry_check import check
from mltrack.cli.registry_diff import diff
from mltrack.cli.registry_history import history
from mltrack.cli.registry_review import approve, reject, requests
from mltrack.cli.registry_who import who

app = new_app("Who did what to which model, when and why.")
for command in (history, at, who, diff, requests, approve, reject, check):
    app.command()(command)


@app.command()
def index() -> None:
    """Write registry.yaml anew from the events.

    That is for CI after a merge, and it mends a damaged one. It is done on any branch.

    Examples:
      mltrack registry index
    """
    from mltrack.api.registry import write_index

    changed = write_index()
    say("wrote registry.yaml anew" if changed else "registry.yaml is as it should be")
