"""mltrack registry: what happened to models, and the index of them."""

from typing import ClassVar

from mltrack.cli.commands import Commands, new_app
from mltrack.cli.output import say

ABOUT = "Who did what to which model, when and why."
TABLE = {
    "history": "registry.history:history",
    "at": "registry.at:at",
    "who": "registry.who:who",
    "diff": "registry.diff:diff",
    "evidence": "registry.evidence:evidence",
    "requests": "registry.review:requests",
    "approve": "registry.review:approve",
    "reject": "registry.review:reject",
    "demote": "registry.moves:demote",
    "archive": "registry.moves:archive",
    "resolve": "registry.moves:resolve",
    "check": "registry.check:check",
    "index": "registry.registry:index",
}


class RegistryCommands(Commands):
    """The commands of mltrack registry."""

    table: ClassVar[dict[str, str]] = {
        name: f"mltrack.cli.{place}" for name, place in TABLE.items()
    }


app = new_app(ABOUT, cls=RegistryCommands)


@app.callback()
def frame() -> None:
    """Take nothing before the command's name; without this, typer finds no command here."""


def index() -> None:
    """Write registry.yaml anew from the events.

    That is for CI after a merge, and it mends a damaged one. It is done on any branch.

    Examples:
      mltrack registry index
    """
    from mltrack.api.registry.models import write_index

    changed = write_index()
    say("wrote registry.yaml anew" if changed else "registry.yaml is as it should be")
