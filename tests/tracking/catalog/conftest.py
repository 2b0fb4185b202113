"""A project with a store, and runs made in it."""

from tests.support.tracked import programs, project, store

__all__ = ["programs", "project", "store"]
