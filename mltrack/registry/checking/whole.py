"""Check all that a branch does to the registry."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from mltrack.errors import MltrackError
from mltrack.registry import contest_errors, index
from mltrack.registry.attestation import Signers, level_of
from mltrack.registry.checking.branch import Branch
from mltrack.registry.checking.entities import CheckedEvent, Finding, Report
from mltrack.registry.checking.events import ModelCheck, Rules, check_events
from mltrack.registry.checking.files import fault_of_files
from mltrack.registry.checking.gating import judge_for
from mltrack.registry.entities import HistoryEntry, name_of
from mltrack.registry.facts import Moved
from mltrack.registry.revisions import settings_at
from mltrack.registry.stages import from_settings
from mltrack.store.events import Events
from mltrack.store.settings import Settings
from mltrack.store.store import Store

_POLICY = {
    "gates": "other gates",
    "stages": "other stages",
    "moves": "other moves",
    "index_branch": "another index_branch",
}
"""What nobody may change and profit from at once, and how that is told."""
_SHORT = 10


def check_branch(
    store: Store, top: Path, branch: Branch, signers: Signers, *, allow_forced: bool
) -> Report:
    """Return what a branch adds to the registry, and what is wrong with it.

    Args:
        store: the store, in whose work tree runs, evaluations and files are looked up.
        top: the top of that work tree.
        branch: what the branch did.
        signers: who signed which event; nobody where no list was given.
        allow_forced: let moves pass that were forced through gates.

    Raises:
        UsageError: the settings of the branch that it goes to cannot be meant.
        GitError: git is missing.
    """
    settings = settings_at(store, top, branch.base)
    stages = from_settings(settings)
    judge = judge_for(store, settings, stages, signers)
    rules = Rules(stages=stages, judge=judge, allow_forced=allow_forced)
    checks = {
        folder: check_events(folder, branch.events.get(folder, Events()), added, rules)
        for folder, added in sorted(branch.added.items())
    }
    findings = list(branch.findings)
    for folder, check in checks.items():
        findings += (_with_fix(one, branch) for one in check.in_files(branch.files))
        findings += _contests(branch, folder, check)
        findings += _unsafe_files(store, top, branch, check)
    findings += _index(store, top, branch, settings)
    config_findings, notes = _config(store, top, branch, settings)
    return Report(
        base=branch.base,
        head=branch.head,
        events=tuple(_events(branch, checks, signers)),
        findings=(*findings, *config_findings),
        notes=(*notes, *_unpushed(branch, checks), *_double_numbers(checks)),
    )


def _with_fix(finding: Finding, branch: Branch) -> Finding:
    """Return what is wrong with an event with what can be done: it stays as it is for ever."""
    redo = (
        f"take its commit out of the branch, then do it anew: git rebase -i {branch.fork[:_SHORT]}"
    )
    return finding if finding.fix else finding._replace(fix=redo)


def _contests(branch: Branch, folder: str, check: ModelCheck) -> Iterator[Finding]:
    """Yield the stages on which branches would disagree after the merge."""
    movers = [name for name, fact in check.facts.items() if isinstance(fact, Moved)]
    last = branch.added[folder][-1].name
    for stage in check.merged.contested:
        error = contest_errors.stage(check.merged, stage)
        file = branch.files[movers[-1] if movers else last]
        fix = f"git merge {branch.base[:_SHORT]}, then {error.fix}"
        yield Finding(file, f"would leave a stage contested: {error.message}", fix)


def _unpushed(branch: Branch, checks: Mapping[str, ModelCheck]) -> Iterator[str]:
    """Yield the moves that say themselves that git lacks files, which are then not looked at."""
    for check in checks.values():
        for name, fact in check.facts.items():
            if isinstance(fact, Moved) and fact.unpushed:
                yield (
                    f"{branch.files[name]} moves a version to {fact.stage} with --allow-unpushed:"
                    " its files were not looked at"
                )


def _unsafe_files(store: Store, top: Path, branch: Branch, check: ModelCheck) -> Iterator[Finding]:
    """Yield the versions that come to an exclusive stage though git does not carry their files."""
    for version_id in check.merged.holders.values():
        version = check.merged.version(version_id)
        fact = check.facts.get(version.placed)
        if isinstance(fact, Moved) and not fact.unpushed:
            fault = fault_of_files(store, top, branch.head, version)
            if fault:
                what = f"moves {version.uri} to {fact.stage}, but {fault}"
                yield Finding(branch.files[version.placed], what, "commit them: git add .mltrack")


def _index(store: Store, top: Path, branch: Branch, base: Settings) -> Iterator[Finding]:
    if branch.has_index and not index.belongs_here(store, configured=base["index_branch"]):
        path = store.layout.registry_index.relative_to(top).as_posix()
        yield Finding(
            path,
            "was changed, and is written on the index branch only",
            f"git checkout {branch.fork[:_SHORT]} -- {shlex.quote(path)}",
        )


def _config(
    store: Store, top: Path, branch: Branch, base: Settings
) -> tuple[list[Finding], list[str]]:
    """Return what is wrong with a config.yaml that the branch changed, and what it changed."""
    if not branch.has_config:
        return [], []
    path = store.layout.config.relative_to(top).as_posix()
    try:
        ours = settings_at(store, top, branch.head)
        from_settings(ours)
    except MltrackError as error:
        return [Finding(path, error.message, error.fix)], []
    short = branch.base[:_SHORT]
    return [], [
        f"{path} says {_POLICY[key]} than {short} ({_changed(base[key], ours[key])}):"
        " what the latter says counts here"
        for key in _POLICY
        if ours[key] != base[key]
    ]


def _changed(old: object, new: object) -> str:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return f"{new or 'none'}"
    return ", ".join(key for key in {**old, **new} if old.get(key) != new.get(key)) or "their order"


def _double_numbers(checks: Mapping[str, ModelCheck]) -> Iterator[str]:
    for check in checks.values():
        for number in check.merged.contested_numbers:
            error = contest_errors.number(check.merged, number)
            yield f"after the merge {error.message}; settle it then: {error.fix}"


def _events(
    branch: Branch, checks: Mapping[str, ModelCheck], signers: Signers
) -> Iterator[CheckedEvent]:
    for check in checks.values():
        for entry in check.merged.history:
            if entry.event in branch.files:
                yield CheckedEvent(
                    file=branch.files[entry.event],
                    model=entry.model,
                    kind=entry.kind,
                    words=_words(entry),
                    by=name_of(entry.actor),
                    level=level_of(entry.event, entry.actor, entry.attested, signers),
                    forced=entry.forced,
                )


def _words(entry: HistoryEntry) -> str:
    """Return what an event does in a few words: `churn v3: promoted, staging -> production`."""
    what = f"{entry.model} {entry.label}".rstrip()
    if entry.from_stage:
        return f"{what}: {entry.kind}, {entry.from_stage} -> {entry.to_stage}"
    return f"{what}: {entry.kind}{f', {entry.to_stage}' if entry.to_stage else ''}"
