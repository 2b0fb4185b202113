"""Verify a run: run it again, hold the results against each other, and say why they differ."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.api.projects.again import Done, checked_changes, run_again, runnable
from mltrack.api.projects.running import checked_env, run_name, run_tags
from mltrack.api.runs.run import Run
from mltrack.api.selectors import select_run
from mltrack.api.store import opened_store
from mltrack.envs.spec import Supply
from mltrack.errors import MltrackError
from mltrack.progress import Progress, silent
from mltrack.projects.again.causes import Cause, Sides, causes, code_lines
from mltrack.projects.again.code import source_of
from mltrack.projects.again.content import contents
from mltrack.projects.again.orders import Again
from mltrack.projects.again.results import results_of
from mltrack.projects.again.verdict import Difference, Verdict, Word, judged
from mltrack.projects.running import screen
from mltrack.store.git import GitError
from mltrack.store.journal import jsonable
from mltrack.store.store import Store
from mltrack.tracking import notices
from mltrack.tracking.annotations import annotate
from mltrack.tracking.entities import RunRecord, RunStatus

FAILED = "failed"


class Verified(NamedTuple):
    """What is said of a run that was run again.

    Attributes:
        run: the run.
        rerun: the one that was made of it.
        verdict: what its results say; None where it failed, so that there are none.
        causes: in what the two differ besides their results.
        notes: a line for each thing that could not be as it was.
    """

    run: Run
    rerun: Run
    verdict: Verdict | None
    causes: tuple[Cause, ...]
    notes: tuple[str, ...]

    @property
    def word(self) -> str:
        """Return identical, within tolerance, drifted, or failed."""
        return str(self.verdict.word) if self.verdict else FAILED

    @property
    def holds(self) -> bool:
        """Tell whether the results are those of the run, as far as its project asks."""
        return self.verdict is not None and self.verdict.word is not Word.DRIFTED

    def to_json(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        verdict = self.verdict
        counts = ("metrics", "points", "artifacts")
        return {
            "verdict": self.word,
            "run": self.run.id,
            "rerun": self.rerun.id,
            "status": self.rerun.status,
            "compared": verdict and {name: getattr(verdict, name) for name in counts},
            "ignored": list(verdict.ignored) if verdict else [],
            "differences": [jsonable(d._asdict()) for d in verdict.differences] if verdict else [],
            "causes": {cause.kind: list(cause.details) for cause in self.causes},
            "notes": list(self.notes),
        }


def verify_run(  # noqa: PLR0913 - each is an option of the command, named by the caller
    run: str,
    *,
    current: Collection[str] = (),
    params: Mapping[str, object] | None = None,
    env: str = "auto",
    experiment: str | None = None,
    name: str | None = None,
    tags: Mapping[str, Any] | None = None,
    offline: bool = False,
    find_links: Sequence[str | Path] = (),
    trust: bool = False,
    on_errors: bool = False,
    progress: Progress = silent,
) -> Verified:
    """Run a run again and say whether its results are the same, and if not, why.

    The verdict is kept as tags `verify` and `verify.run`: of the run, or, where something was
    changed on purpose, of the new one.

    Args:
        run: a selector.
        current: those of `code`, `env` and `data` that are taken as they are now.
        params: values that take the place of what the run had.
        env: as `rerun_run` takes it.
        experiment: where the new run belongs; that of the other when left out.
        name: what it is called; as the other when left out.
        tags: its tags.
        offline: whether nothing may be asked of a network, for packages and data alike.
        find_links: folders, or pages, that hold packages.
        trust: whether you vouch for what the record brings that you have not made.
        on_errors: whether all that its command prints is shown as errors are.
        progress: is told in a line whenever the work has moved on.

    Raises:
        TrustError: nobody vouches for the patch, the packages or the command of the record.
        MltrackError: something is refused or fails before the command starts; no run is left then.
    """
    again = Again(
        current=checked_changes(current),
        params=params or {},
        env=checked_env(env),
        supply=Supply(offline=offline, find_links=tuple(map(str, find_links))),
        experiment=experiment,
        name=name and run_name(name),
        tags=run_tags(tags or {}),
        trust=trust,
        any_data=True,
        terminal=(screen.streams()[1], screen.streams()[1]) if on_errors else None,
    )
    store = opened_store()
    record = runnable(store, run)
    for line in _unfinished(record):
        notices.say(line)
    done = run_again(store, record, again, progress)
    verified = _verified(store, record, done)
    if verified.rerun.record.status is not RunStatus.KILLED:  # by a person, who may try again
        _keep(store, verified, changed=bool(again.current or again.params))
    return verified


def _verified(store: Store, record: RunRecord, done: Done) -> Verified:
    before, after = Run(store, record), Run(store, select_run(store, done.run.run_id))
    sides = Sides(record, after.record, before.packages, after.packages)
    code = _code(store, sides, done)
    (had, late), (has, _) = results_of(store, record), results_of(store, after.record)
    verdict = judged(had, has, done.spec.verification) if done.run.exit_code == 0 else None
    return Verified(
        run=before,
        rerun=after,
        verdict=verdict,
        causes=causes(sides, code),
        notes=(*_doubts(before, after, late, verdict), *done.notes),
    )


def _unfinished(record: RunRecord) -> list[str]:
    if record.status is RunStatus.FINISHED:
        return []
    return [f"run {record.handle} has {record.status}, so its results are those of a part"]


def _doubts(before: Run, after: Run, late: Sequence[str], verdict: Verdict | None) -> Iterator[str]:
    """Yield what makes a verdict say less than it seems to."""
    yield from _unfinished(before.record)
    if late:
        yield f"not compared, as it was logged after the run had ended: {', '.join(late)}"
    for run in (before, after):
        if run.record.dropped:
            yield f"run {run.handle} lost {run.record.dropped} of what it logged"
        yield from (f"run {run.handle}: {warning}" for warning in run.record.warnings)
    if before.children:
        yield f"runs that belong to {before.handle} are not compared: {len(before.children)}"
    if verdict and not verdict.metrics and not verdict.artifacts:
        yield "nothing was compared: there is neither a metric nor an artifact that counts"


def _code(store: Store, sides: Sides, done: Done) -> list[str]:
    """Return in what the code of two runs differs, a line each."""
    facts = [(side.code.get("base"), side.code.get("patch")) for side in sides[:2]]
    masked = sides.before.code.get("masked_lines")
    notes = [f"secrets were masked in {masked} lines of it"] if masked else []
    if facts[0] == facts[1] and sides.before.code:
        return notes
    if done.top is None:
        return ["neither run lies in a git repository, so their code is not known"]
    try:
        return [*notes, *_changes(store, sides, done.top)]
    except (MltrackError, GitError) as error:
        return [*notes, str(error).partition("\n")[0]]


def _changes(store: Store, sides: Sides, top: Path) -> list[str]:
    data = {_data_path(store, top, facts) for facts in sides.before.inputs.values()}
    with contents(top) as known:
        sources = [source_of(store, side, top) for side in (sides.before, sides.after)]
        before, after = (known.tree(source.commit, source.patch) for source in sources)
        changes = [] if before == after else known.changes(before, after)
    return code_lines([change for change in changes if change.path not in data])


def _data_path(store: Store, top: Path, facts: Mapping[str, Any]) -> str:
    """Return where data lies in the repository, which is told of as data."""
    path = store.project.absolute() / str(facts.get("source"))
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else ""


def _keep(store: Store, verified: Verified, *, changed: bool) -> None:
    """Keep the verdict with the run, or with the new one where something was changed on purpose."""
    about, other = verified.run, verified.rerun
    if changed:
        about, other = other, about
    annotate(store, about.id, "tagged", {"tags": {"verify": verified.word, "verify.run": other.id}})


__all__ = ["FAILED", "Cause", "Difference", "Verdict", "Verified", "verify_run"]
