"""Icons: elements of the page that say nothing by themselves."""

import pytest

from handrail.desk.web.icons import NoSuchIcon, drawn


def test_icon_is_drawn_in_its_size_and_hidden_from_screen_readers() -> None:
    assert drawn("check", 14) == (
        '<svg width="14" height="14" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        '<path d="M20 6 9 17l-5-5" /></svg>'
    )


def test_icon_that_there_is_not_is_told() -> None:
    with pytest.raises(NoSuchIcon, match=r"Lucide has no icon “\.\./secret”\."):
        drawn("../secret", 16)
