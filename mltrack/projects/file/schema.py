"""The JSON schema of `project.yaml`, for editors; the codec says more, and says it with lines."""

from pathlib import Path

FILE = Path(__file__).with_name("project.schema.json")


def text() -> str:
    """Return the schema as JSON, without a newline at its end."""
    return FILE.read_text(encoding="utf-8").removesuffix("\n")
