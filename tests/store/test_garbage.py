"""Python's search for garbage, which rests while very much is made."""

import gc

from mltrack.store.garbage import unsearched


class Made:
    """Something that Python looks at when it searches."""


def test_what_was_made_meanwhile_counts_as_old() -> None:
    with unsearched():
        made = Made()
    assert any(one is made for one in gc.get_objects(generation=2))


def test_the_search_goes_on_afterwards() -> None:
    with unsearched():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_the_program_froze_stays_frozen() -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    try:
        with unsearched():
            Made()
        assert gc.get_freeze_count() >= frozen > 0
    finally:
        gc.unfreeze()
