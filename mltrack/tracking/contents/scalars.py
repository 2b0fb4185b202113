"""A text or number without what a subclass, such as an enum or a numpy type, adds to it."""


def plain_scalar(value: str | float) -> str | float:
    """Return a text, integer, float, true or false as Python's own type."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return bool(value) if isinstance(value, bool) else int(value)
    return float(value)
