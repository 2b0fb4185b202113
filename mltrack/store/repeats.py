"""How a pattern repeats a group so that nothing is given back of what it took."""

import sys

ONCE = "+" if sys.version_info >= (3, 11, 5) else ""
"""Stands behind the repeat of a group, as in `(?:ab)*+`.

Python before 3.11.5 matches such groups wrongly (github.com/python/cpython/issues/106052), so that
there it is left out: a group of ours never begins as what follows it does, so that giving back
finds nothing more. Behind the repeat of a single character a plain `+` does no harm.
"""
