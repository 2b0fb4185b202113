"""mltrack gc: make room."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.asking import confirm
from mltrack.cli.bar import bar
from mltrack.cli.cells import counted, size
from mltrack.cli.options import OutputOption, YesOption
from mltrack.cli.output import Format, say, show_listing, warn

if TYPE_CHECKING:
    from mltrack.gc.entities import Collected, Item, Plan


def gc(
    older_than: Annotated[
        str,
        typer.Option("--older-than", metavar="AGE", help="How old: 30d, 8w; at least 14 days."),
    ] = "30d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go.")] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Go on where not all that names an object can be seen."),
    ] = False,
    yes: YesOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Remove old deleted runs, and large files that nothing names.

    A run goes when it was removed with `mltrack rm` that long ago, on every branch, tag, stash and
    work tree that has it. An object goes when no manifest names it: in no commit that git can
    reach, no reflog, no stash, no index and no work tree. Fetch first: what other clones name is
    known from what was fetched.

    Examples:
      mltrack gc --dry-run
      mltrack gc --older-than 8w --yes
    """
    from mltrack.api.gc import collect_garbage, plan_gc

    with bar("reading") as progress:
        plan = plan_gc(older_than, force=force, progress=progress)
    for spared in plan.spared:
        say(f"run {spared.run} stays: {spared.why}")
    if dry_run or not plan.items:
        _show(plan.items, output, removed=False)
        say(f"{_summed_up(plan.items)} would go" if plan.items else "nothing is to be removed")
    if dry_run:
        return
    if not plan.items:
        _tell(plan, collect_garbage(plan))
        return
    question = f"remove {_summed_up(plan.items)}?"
    confirm(question, yes=yes, why=f"it would remove {_summed_up(plan.items)}", fix="add --yes")
    with bar("removing") as progress:
        done = collect_garbage(plan, progress=progress)
    _show(done.removed, output, removed=True)
    _tell(plan, done)


def _show(items: "tuple[Item, ...]", output: Format, *, removed: bool) -> None:
    columns = ["kind", "name", "size", "since"]
    show_listing(output, "items", [_row(item) for item in items], columns, removed=removed)


def _row(item: "Item") -> dict[str, Any]:
    from mltrack.api.gc import moment_of

    return {
        "kind": str(item.kind),
        "name": item.name,
        "size": item.size_bytes,
        "since": moment_of(item),
    }


def _summed_up(items: "tuple[Item, ...]") -> str:
    """Return what there is of each kind, and how much room it takes."""
    kinds = [str(item.kind) for item in items]
    nouns = {"run": "run", "object": "object", "temporary": "leftover"}
    parts = [counted(kinds.count(kind), noun) for kind, noun in nouns.items() if kind in kinds]
    return f"{', '.join(parts)} ({size(sum(item.size_bytes for item in items))})"


def _tell(plan: "Plan", done: "Collected") -> None:
    for failure in done.failures:
        warn(f"not removed: {failure}")
    if done.put_back:
        say(f"put back {counted(done.put_back, 'object')} from a clean-up that was killed")
    if done.removed:
        say(f"removed {_summed_up(done.removed)}")
    if any(str(item.kind) == "run" for item in done.removed) and plan.in_git:
        say("next: git add -A .mltrack && git commit -m 'Remove old deleted runs'")
    if done.failures:
        raise typer.Exit(1)
