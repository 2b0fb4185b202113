"""mltrack init: make a store."""

from mltrack.cli.output import say, show


def init() -> None:
    """Make a store.

    It belongs to the git repository you are in, or to the folder where there is no git.

    Runs make it by themselves; init is for making it before the first run. Commit the new folder:
    `git add .mltrack`.

    Examples:
      mltrack init
      mltrack -C ../other-project init
    """
    from mltrack.api.store import init_store

    show(str(init_store()))
    say("next: git add .mltrack, then log a run: mltrack run PATH, or import mltrack in a script")
