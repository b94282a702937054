"""The first load is light, and a page can be used at the speed of 2G."""

from __future__ import annotations

import time

import pytest

from tests.journeys.slow_line import weighed
from tests.journeys.spouses import code_of

FIRST_LOAD_BYTES_MAX = 100_000  # compressed, with everything that the page needs
USABLE_SECONDS_MAX = 6.0  # until the text is there at 2G


@pytest.mark.parametrize("large", [False, True])
def test_the_first_load_of_the_heaviest_pages_stays_under_100_kb(confirmed_couple, large):
    one, _other, code = confirmed_couple(large=large)
    paths = ["/", "/places", "/two-visits", "/glossary", f"/my/{code}", f"/my/{code}/voucher"]

    for path in paths:
        fresh = one.device.tab()
        with weighed(fresh) as weight:
            fresh.open(path)
        assert 0 < weight.bytes < FIRST_LOAD_BYTES_MAX, f"{path} weighs {weight.bytes} bytes"


def test_the_first_page_is_usable_at_2g(phone):
    reader = phone()

    with weighed(reader, slow=True):
        began = time.monotonic()
        reader.page.goto("/", wait_until="domcontentloaded")
        reader.link("预约离婚登记").first.wait_for()
        seconds = time.monotonic() - began

    assert seconds < USABLE_SECONDS_MAX


def test_a_couple_books_at_2g(couple):
    one, other = couple()
    with weighed(one.device, slow=True):
        link = one.books(other.person)

    other.opens(link)
    other.agrees()

    assert code_of(link) in other.device.page.url
