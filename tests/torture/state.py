"""How far a figure has come, kept in a file, so that whoever stops it goes on later."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.torture.rounds import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A round in which something was wrong: its number, its seed, what, and where the store is."""

    number: int
    seed: int
    kept: str
    problems: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a figure has done so far."""

    rounds: int = 0
    done: int = 0
    failures: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    failed: list[Failed] = field(default_factory=list)

    def after(self, played: Round, seed: int, kept: str) -> "Progress":
        """Return the progress after one more round."""
        notes = dict(self.notes)
        for name, count in played.notes:
            notes[name] = notes.get(name, 0) + count
        more = [Failed(number=self.rounds, seed=seed, kept=kept, problems=list(played.problems))]
        return replace(
            self,
            rounds=self.rounds + 1,
            done=self.done + played.done,
            failures=self.failures + len(played.problems),
            notes=notes,
            failed=self.failed + more if played.problems else self.failed,
        )


def load(path: Path) -> Progress:
    """Return the progress in a file; a file that is not there, or is broken, means none."""
    try:
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        failed = [Failed(**said) for said in fields.pop("failed")]
        return Progress(**fields, failed=failed)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Progress()


def save(path: Path, progress: Progress) -> None:
    """Replace the file by this progress."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(asdict(progress), indent=1), encoding="utf-8")
    temporary.replace(path)
