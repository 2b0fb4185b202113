"""Every kind of finding: its stable code, how bad it is, what it means, what a repair does."""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a finding is; only damage makes the answer a no."""

    DAMAGE = "damage"
    WARNING = "warning"
    NOTE = "note"


class Kind(StrEnum):
    """The stable code of a finding."""

    ALIAS_CONTESTED = "alias-contested"
    ANNOTATION_ORPHAN = "annotation-orphan"
    ARTIFACT_CHANGED = "artifact-changed"
    ARTIFACT_MISSING = "artifact-missing"
    ARTIFACT_UNLISTED = "artifact-unlisted"
    CASE_CLASH = "case-clash"
    CHANGED_AFTER_COMMIT = "changed-after-commit"
    CONFIG_BROKEN = "config-broken"
    CONFLICT_MARKERS = "conflict-markers"
    DELETED_AFTER_COMMIT = "deleted-after-commit"
    EVENT_CHANGED = "event-changed"
    EVENT_MALFORMED = "event-malformed"
    EVENT_MISSING = "event-missing"
    EVENT_PARENT_MISSING = "event-parent-missing"
    EVENT_RENAMED = "event-renamed"
    EVENT_REVERTED = "event-reverted"
    EVENT_UNMERGED = "event-unmerged"
    FILE_TOO_LARGE = "file-too-large"
    GITIGNORE_COMMITTED = "gitignore-committed"
    GITIGNORE_STALE = "gitignore-stale"
    GIT_SILENT = "git-silent"
    HIDDEN_FOLDER_OPEN = "hidden-folder-open"
    HIDDEN_STAGED = "hidden-staged"
    INDEX_STALE = "index-stale"
    JOURNAL_SHORT = "journal-short"
    JOURNAL_TORN = "journal-torn"
    MANIFEST_BROKEN = "manifest-broken"
    NEWER_FORMAT = "newer-format"
    NUMBER_DOUBLE = "number-double"
    OBJECT_DAMAGED = "object-damaged"
    OBJECT_MISSING = "object-missing"
    OPEN_STALE = "open-stale"
    PACKAGES_BROKEN = "packages-broken"
    PARENT_MISSING = "parent-missing"
    PATCH_CHANGED = "patch-changed"
    POLICY_BROKEN = "policy-broken"
    RUN_BROKEN = "run-broken"
    RUN_CHANGED = "run-changed"
    RUN_FILE_CHANGED = "run-file-changed"
    RUN_FRAGMENT = "run-fragment"
    RUN_INCOMPLETE = "run-incomplete"
    RUN_LOST = "run-lost"
    RUN_RUNNING = "run-running"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    STAGE_CONTESTED = "stage-contested"
    STORE_IGNORED = "store-ignored"
    STRANGE_FILE = "strange-file"
    SUMMARY_DIFFERS = "summary-differs"
    SYMLINK = "symlink"
    TMP_STALE = "tmp-stale"
    TOP_FILE_CHANGED = "top-file-changed"
    TOP_FILE_MISSING = "top-file-missing"
    UNKNOWN_FILE = "unknown-file"
    UNREADABLE = "unreadable"
    VERSION_CHANGED = "version-changed"
    VERSION_MISSING = "version-missing"


class Rule(NamedTuple):
    """What a kind means, and what `--repair` does about it; empty where it can do nothing."""

    severity: Severity
    means: str
    repair: str


_D, _W, _N = Severity.DAMAGE, Severity.WARNING, Severity.NOTE
_FROM_GIT = "brings it back from git"
_SET_ASIDE = "moves it to quarantine"

RULES: dict[Kind, Rule] = {
    Kind.ALIAS_CONTESTED: Rule(_W, "branches moved an alias to different versions", ""),
    Kind.ANNOTATION_ORPHAN: Rule(_W, "something is said of a run that is not here", ""),
    Kind.ARTIFACT_CHANGED: Rule(
        _D,
        "a logged file is not what it was when it was logged",
        "brings it back from git or the objects, or undoes what a fixer did; else moves it to"
        " quarantine",
    ),
    Kind.ARTIFACT_MISSING: Rule(
        _D, "a logged file is gone from its place", "brings it back from git or the objects"
    ),
    Kind.ARTIFACT_UNLISTED: Rule(_N, "a file lies among the logged ones and was never logged", ""),
    Kind.CASE_CLASH: Rule(
        _W, "two names differ by case only, so some machines hold one of them", ""
    ),
    Kind.CHANGED_AFTER_COMMIT: Rule(
        _D, "a file that never changes is not what was committed", _FROM_GIT
    ),
    Kind.CONFIG_BROKEN: Rule(_D, "config.yaml cannot be understood", _FROM_GIT),
    Kind.CONFLICT_MARKERS: Rule(
        _D, "a file holds the markers of a merge conflict", "does what it does for that file broken"
    ),
    Kind.DELETED_AFTER_COMMIT: Rule(_D, "a file that never goes away is gone", _FROM_GIT),
    Kind.EVENT_CHANGED: Rule(
        _D, "an event was changed after it was written", f"{_FROM_GIT}, else {_SET_ASIDE}"
    ),
    Kind.EVENT_MALFORMED: Rule(
        _D, "a file bears the name of an event and says nothing that can be meant", _SET_ASIDE
    ),
    Kind.EVENT_MISSING: Rule(
        _D, "an event of a model or experiment follows one that no file and no commit here has", ""
    ),
    Kind.EVENT_PARENT_MISSING: Rule(
        _N, "an event follows one that is not here: it was reverted, or is not merged yet", ""
    ),
    Kind.EVENT_RENAMED: Rule(_D, "an event does not bear its own name", "gives it its name back"),
    Kind.EVENT_REVERTED: Rule(
        _W, "a commit took away an event of a model or experiment, as a revert does", ""
    ),
    Kind.EVENT_UNMERGED: Rule(
        _N, "commits that are not merged here have events of a model or experiment", ""
    ),
    Kind.FILE_TOO_LARGE: Rule(_D, "a staged file is larger than the limit for git", ""),
    Kind.GITIGNORE_COMMITTED: Rule(
        _D, "git has the .gitignore that hides a run while it is written", "removes it"
    ),
    Kind.GITIGNORE_STALE: Rule(
        _W, "a run that nobody writes any more is still hidden from git", "lets git see the run"
    ),
    Kind.GIT_SILENT: Rule(_N, "git gave no answer, so nothing was compared with it", ""),
    Kind.HIDDEN_FOLDER_OPEN: Rule(
        _W, "git sees a folder that belongs to this machine", "hides it again"
    ),
    Kind.HIDDEN_STAGED: Rule(_D, "a file that belongs to one machine is staged", ""),
    Kind.INDEX_STALE: Rule(
        _W, "registry.yaml is not what the events say", "writes it anew, on the index branch"
    ),
    Kind.JOURNAL_SHORT: Rule(_D, "a journal has fewer rows than its run once had", _FROM_GIT),
    Kind.JOURNAL_TORN: Rule(_W, "a journal has a row that cannot be read", ""),
    Kind.MANIFEST_BROKEN: Rule(
        _D,
        "the list of a run's files cannot be understood",
        f"{_FROM_GIT}, else makes it anew from the files and what can be read of it",
    ),
    Kind.NEWER_FORMAT: Rule(_W, "a newer mltrack wrote this, so not all of it is understood", ""),
    Kind.NUMBER_DOUBLE: Rule(_W, "two versions of a model have one number", ""),
    Kind.OBJECT_DAMAGED: Rule(_D, "a large file does not hold what its name says", _SET_ASIDE),
    Kind.OBJECT_MISSING: Rule(_W, "a large file is not on this machine", ""),
    Kind.OPEN_STALE: Rule(
        _N, "this machine lists a run as open that nobody writes", "lists it no more"
    ),
    Kind.PACKAGES_BROKEN: Rule(_D, "environment.txt is no list of packages", _FROM_GIT),
    Kind.PARENT_MISSING: Rule(_W, "a run names a parent that is not here", ""),
    Kind.PATCH_CHANGED: Rule(_D, "code.patch.gz is not what the run recorded", _FROM_GIT),
    Kind.POLICY_BROKEN: Rule(
        _D, "stages or gates of config.yaml cannot be meant, so that versions cannot move", ""
    ),
    Kind.RUN_BROKEN: Rule(
        _D,
        "run.yaml cannot be understood",
        f"{_FROM_GIT}, else makes it anew from the journals and what can be read of it",
    ),
    Kind.RUN_CHANGED: Rule(_D, "run.yaml was changed after it was written", _FROM_GIT),
    Kind.RUN_FILE_CHANGED: Rule(
        _D,
        "a text of a run is gone, or not what it was when the run ended",
        f"{_FROM_GIT}, undoes what a fixer did to it, or makes artifacts.yaml as it was",
    ),
    Kind.RUN_FRAGMENT: Rule(_W, "a folder of a run has no run.yaml", ""),
    Kind.RUN_INCOMPLETE: Rule(_D, "a run is staged without all of its files", ""),
    Kind.RUN_LOST: Rule(
        _W, "the process of a run is gone and nobody has said how it ended", "marks it lost"
    ),
    Kind.RUN_RUNNING: Rule(_D, "git sees a run, or is about to, that nobody has ended", ""),
    Kind.SECRET: Rule(_D, "a staged file holds what looks like a secret", ""),
    Kind.STAGE_CONTESTED: Rule(_W, "branches moved different versions to one stage", ""),
    Kind.STORE_IGNORED: Rule(_W, "the project's own .gitignore keeps the store out of git", ""),
    Kind.STRANGE_FILE: Rule(
        _D,
        "a pipe, a socket or a device stands in the store, or a folder in the place of a file",
        _SET_ASIDE,
    ),
    Kind.SUMMARY_DIFFERS: Rule(
        _D,
        "run.yaml and the journals that it sums up disagree",
        f"sums up anew journals that have more, else {_FROM_GIT}",
    ),
    Kind.SYMLINK: Rule(_D, "a symbolic link stands in the store", _SET_ASIDE),
    Kind.TMP_STALE: Rule(_N, "a file that was never finished is left over", "removes it"),
    Kind.TOP_FILE_CHANGED: Rule(
        _W,
        "the store's own .gitignore or .gitattributes is not what init writes",
        "moves it to quarantine and writes it anew",
    ),
    Kind.TOP_FILE_MISSING: Rule(
        _N, "a file that init writes is not here", "nothing; mltrack init writes it"
    ),
    Kind.UNKNOWN_FILE: Rule(_W, "a file lies where no file of a store lies", ""),
    Kind.UNREADABLE: Rule(_D, "the system does not let a file or folder be read", ""),
    Kind.VERSION_CHANGED: Rule(_D, "a model is not the one that was registered", ""),
    Kind.VERSION_MISSING: Rule(
        _D, "a registered version names a run or files that are not here", ""
    ),
}
