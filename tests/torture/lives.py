"""A worker process that tells of every operation before and after, and is killed when we like."""

import contextlib
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import NoReturn

from tests.torture.facts import Facts, Key, Said

Tell = Callable[[str, list[Said]], None]
_BLOCK_BYTES = 1 << 20


class Life:
    """A forked worker in a process group of its own; what it tells goes into `facts`.

    Attributes:
        told: how often it acknowledged an operation.
        errors: what it could not do although it should.
        refused: how often it was refused in words.
        touched: the runs and models that it told of.
        heard: every fact that it told of; whoever wants to know what comes next empties it.
    """

    def __init__(self, work: Callable[[Tell], None], facts: Facts) -> None:
        self.facts = facts
        self.told = 0
        self.refused = 0
        self.errors: list[str] = []
        self.touched: set[str] = set()
        self.heard: list[Key] = []
        self._rest = b""
        self._pipe, theirs = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._pipe)
            _live(work, theirs)
        os.close(theirs)
        self._join_group()

    def _join_group(self) -> None:
        with contextlib.suppress(OSError):  # it did so itself, or is gone
            os.setpgid(self.pid, self.pid)

    def listen(self, seconds: float) -> bool:
        """Take in what it tells for so long; return whether it still lives."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self._pipe], [], [], left)[0] and not self._take():
                return False
        return True

    def listen_to(self, acknowledged: int, seconds: float) -> None:
        """Take in what it tells until it acknowledged so many operations, or so long."""
        until = time.monotonic() + seconds
        while self.told < acknowledged and time.monotonic() < until and self.listen(0.002):
            pass

    def end(self) -> None:
        """Kill it and all its children, and take in all that it had told."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        while self._take():
            pass
        os.close(self._pipe)
        os.waitpid(self.pid, 0)

    def _take(self) -> bool:
        block = os.read(self._pipe, _BLOCK_BYTES)
        *lines, self._rest = (self._rest + block).split(b"\n")
        for line in lines:
            self._hear(*json.loads(line))
        return bool(block)

    def _hear(self, word: str, said: list[tuple[list[str], str | float | None]]) -> None:
        facts: list[Said] = [(tuple(key), value) for key, value in said]
        self.touched |= {key[1] for key, _ in facts}
        self.heard += [key for key, _ in facts]
        if word == "do":
            self.facts.begin(facts)
        elif word == "ok":
            self.told += 1
            self.facts.done(facts)
        elif word == "no":
            self.refused += 1
        else:
            self.errors.append(str(facts[0][1]))


def _live(work: Callable[[Tell], None], pipe: int) -> NoReturn:
    """Work in the child, which never returns to its parent's code."""
    code = 0
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

        def tell(word: str, facts: list[Said]) -> None:
            os.write(pipe, json.dumps([word, facts]).encode() + b"\n")

        try:
            work(tell)
        except BaseException:  # noqa: BLE001 - the parent reports it, whatever it is
            tell("error", [(("error", ""), traceback.format_exc()[-1500:])])
            code = 1
        sys.stdout.flush()
    finally:
        os._exit(code)
