"""What the lines of installers mean to a person who waits."""

import re

_UV = re.compile(
    r"(?P<what>Resolved|Downloading|Downloaded|Building|Built|Prepared|Installed)\s+(?P<rest>.+)"
)
_COUNT = re.compile(r"(?P<count>[0-9]+) packages?")
_PIP = re.compile(
    r"(?P<what>Collecting|Downloading|Building wheel for|Installing collected packages:)"
    r"\s*(?P<rest>.+)"
)
_SIZE = re.compile(r"\s*\(([0-9.]+ ?[kKMG]i?B)\)")


class OfPip:
    """pip names each package when it comes to it, and cannot tell how many will come."""

    def __init__(self) -> None:
        self._collected = 0

    def __call__(self, line: str) -> str:
        """Return what a line of pip means, or an empty text."""
        match = _PIP.match(line)
        if match is None:
            return ""
        rest = match["rest"].strip()
        if match["what"] == "Collecting":
            self._collected += 1
            return f"looking for package {self._collected}: {rest.split()[0]}"
        if match["what"] == "Downloading":
            return f"downloading {_file(rest)}"
        if match["what"].startswith("Building"):
            return f"building {rest.split()[0]}"
        return f"installing {_packages(rest.count(',') + 1)}"


class OfUv:
    """uv tells how many packages there are, and names those that it downloads or builds."""

    def __init__(self) -> None:
        self._total = 0
        self._ready = 0

    def __call__(self, line: str) -> str:
        """Return what a line of uv means, or an empty text."""
        match = _UV.match(line)
        if match is None:
            return ""
        what, rest = match["what"], match["rest"]
        count = int(found["count"]) if (found := _COUNT.match(rest)) else 0
        if what == "Resolved":
            self._total = count
            return f"resolved {_packages(count)}"
        if what in {"Downloaded", "Built"}:
            self._ready += 1
            return f"{what.lower()} {rest.split()[0]}{self._of_total()}"
        if what in {"Downloading", "Building"}:
            return f"{what.lower()} {rest}"
        return f"{what.lower()} {_packages(count)}"

    def _of_total(self) -> str:
        return f": {self._ready} of {_packages(self._total)}" if self._total else ""


def _file(rest: str) -> str:
    """Return the file that an address ends with, and its size."""
    size = _SIZE.search(rest)
    name = rest.split(" (", maxsplit=1)[0].rsplit("/", maxsplit=1)[-1].removesuffix(".metadata")
    return f"{name} ({size[1]})" if size else name


def _packages(count: int) -> str:
    return f"{count} package{'' if count == 1 else 's'}"
