"""The checks of pages find what they are there for: each planted fault is named."""

from __future__ import annotations

import pytest

from tests.journeys.looking import look_at

PAGE = """<!doctype html><html lang="{language}"><head><title>{title}</title>
<meta name="viewport" content="width=device-width"></head><body><main>{main}</main></body></html>"""
FINE = '<h1>预约</h1><p>一句话。</p><button style="min-height: 3rem; width: 100%">好</button>'


def page(main: str = FINE, *, title: str = "预约", language: str = "zh-CN") -> str:
    return PAGE.format(main=main, title=title, language=language)


def test_a_page_without_a_fault_is_fine(phone):
    reader = phone()

    reader.page.set_content(page())

    look_at(reader)


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        (page(title=""), "no title"),
        (page(title="离婚登记预约"), "its title tells too much"),
        (page(language="en"), "its language is 'en'"),
        (page(FINE + "<h1>又一个</h1>"), "2 main headings"),
        (page(FINE + '<p style="width: 900px">宽</p>'), "scrolls sideways"),
        (page(FINE + '<p style="width: 15rem">宽</p>'), "at 200 % type it scrolls sideways"),
        (page(FINE + "<p>This was forgotten</p>"), "untranslated: This was forgotten"),
        (page(FINE + '<p lang="en">This was meant</p>'), None),
        (page(FINE + "<button>小</button>"), "too small to tap"),
        (page(FINE + '<p style="color: #aaa">看不清</p>'), "color-contrast"),
        (page(FINE + '<img src="data:,">'), "image-alt"),
    ],
)
def test_a_planted_fault_is_named(phone, planted, named):
    reader = phone()
    reader.page.set_content(planted)

    if named is None:
        look_at(reader)
        return
    with pytest.raises(AssertionError) as found:
        look_at(reader)

    assert named in str(found.value)


def test_chinese_on_an_english_page_has_to_own_up_to_it(phone):
    reader = phone(language="en")
    forgotten = '<h1>Booking</h1><p>Office: 演示登记处</p><a href="#" title="返回">Back</a>'
    owned = '<h1>Booking</h1><p>Office: <span lang="zh">演示登记处</span></p>'

    reader.page.set_content(page(forgotten, title="Booking", language="en"))
    with pytest.raises(AssertionError) as found:
        look_at(reader)
    assert "untranslated: Office: 演示登记处" in str(found.value)
    assert "untranslated: 返回" in str(found.value)

    reader.page.set_content(page(owned, title="Booking", language="en"))
    look_at(reader)


def test_large_type_means_large_type_and_large_targets(phone):
    reader = phone(large=True)

    reader.page.set_content(page())
    with pytest.raises(AssertionError) as found:
        look_at(reader)

    assert "under 22 px" in str(found.value)
    assert "under 60 px" in str(found.value)


class TestTrouble:
    def test_an_error_of_a_script_fails_the_device(self, phone):
        reader = phone()

        reader.page.set_content(page(FINE + "<script>throw new Error('broken')</script>"))

        assert any("broken" in line for line in reader.trouble)
        reader.trouble.clear()

    def test_a_missing_page_fails_the_device_unless_it_is_expected(self, phone):
        reader = phone()

        reader.open("/nowhere")
        assert reader.trouble == ["404 GET /nowhere"]
        reader.trouble.clear()

        with reader.refused(404):
            reader.open("/nowhere")
        reader.is_fine()

    def test_a_request_to_somebody_else_fails_the_device(self, phone):
        reader = phone()
        reader.context.route("https://elsewhere.example/*", lambda route: route.abort("failed"))

        reader.page.set_content(page(FINE + '<img src="https://elsewhere.example/x.png" alt="">'))
        reader.page.wait_for_load_state("networkidle")

        assert any(line.startswith("elsewhere GET") for line in reader.trouble)
        reader.trouble.clear()
