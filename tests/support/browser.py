"""Debian's Chromium without a screen, and what its pages asked for and said."""

from dataclasses import dataclass, field
from typing import ClassVar
from weakref import WeakKeyDictionary

from playwright.sync_api import Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(slots=True)
class Seen:
    """What a page asked for beyond itself, and what went wrong in it."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    known: ClassVar["WeakKeyDictionary[Page, Seen]"] = WeakKeyDictionary()

    @classmethod
    def watch(cls, page: Page) -> None:
        """Note from now on what a page asks for and what goes wrong in it."""
        seen = cls.known[page] = cls()
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("console", lambda message: seen.errors.append(message.text))

    @classmethod
    def of(cls, page: Page) -> "Seen":
        """Return what was seen of a page."""
        return cls.known[page]
