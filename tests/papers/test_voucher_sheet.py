"""The voucher on paper and as a picture."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from django.utils import translation
from PIL import Image
from pypdf import PdfReader

from heli.papers.voucher_sheet import voucher_pdf, voucher_png
from tests.papers.vouchers import CHANGED_AT, QR_TEXT, a_voucher, an_office

RARE = "䶮㛃𬭎龑"


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    (page,) = read(pdf).pages
    return page.extract_text()


@pytest.mark.usefixtures("database")  # for the clock: the year is only said when it is another
class TestVoucherPdf:
    def test_says_code_time_place_people_and_what_to_bring(self):
        text = text_of(voucher_pdf(a_voucher()))

        for words in ("ACDE 2346 7999", "12月24日（周四）上午9:00", "演示区民政局婚姻登记处"):
            assert words in text
        for words in ("演示路1号", "020-00000000", "张*", "李**", "居民身份证", "结婚证"):
            assert words in text
        assert "这是到场办理的排期凭证。" in text

    def test_rare_characters_of_names_come_out_as_they_went_in(self):
        pdf = voucher_pdf(a_voucher(office=an_office(name=f"{RARE}婚姻登记处"), names=("龑*",)))

        assert f"{RARE}婚姻登记处" in text_of(pdf)
        assert "龑*" in text_of(pdf)

    def test_a_traditional_form_is_shown_in_bold_and_in_regular(self):
        pdf = voucher_pdf(a_voucher(office=an_office(name="劉龢鈺登记处"), names=("劉*",)))

        assert "劉龢鈺登记处" in text_of(pdf)

    def test_a_character_that_no_font_has_is_a_mark_and_no_fault(self):
        pdf = voucher_pdf(a_voucher(names=("\U000311c5*", "\U0001f48d*")))

        assert text_of(pdf).count("〓*") == 2

    def test_what_an_office_is_called_is_never_read_as_typst(self):
        name = '#import "x" $x$ *a* `b` \\ "]} #sys.inputs <a> @b = //'

        pdf = voucher_pdf(a_voucher(office=an_office(name=name), notes=(name,)))

        assert text_of(pdf).replace("\n", " ").count("#sys.inputs <a> @b = //") == 2

    def test_all_fonts_are_inside(self):
        (page,) = read(voucher_pdf(a_voucher())).pages

        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        descriptors = [
            font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts
        ]
        assert {d["/FontName"].split("+")[1] for d in descriptors} == {
            "NotoSansCJKsc-Regular",
            "NotoSansCJKsc-Bold",
        }
        assert all("/FontFile3" in descriptor for descriptor in descriptors)

    def test_is_tagged_in_its_language_with_words_for_the_qr_code(self):
        root = read(voucher_pdf(a_voucher())).trailer["/Root"]
        with translation.override("en"):
            english = read(voucher_pdf(a_voucher())).trailer["/Root"]

        assert bool(root["/MarkInfo"]["/Marked"])
        assert (root["/Lang"], english["/Lang"]) == ("zh-CN", "en")
        assert "签到二维码" in alternatives(root["/StructTreeRoot"])

    def test_its_title_is_neutral_and_nothing_else_is_said_outside_the_page(self):
        reader = read(voucher_pdf(a_voucher()))

        assert reader.metadata is not None
        assert reader.metadata.title == "预约凭证"
        assert reader.metadata.creation_date == CHANGED_AT
        outside = f"{reader.metadata} {reader.xmp_metadata.stream.get_data().decode()}"
        for word in ("离婚", "张", "李", "ACDE"):
            assert word not in outside

    def test_the_same_voucher_gives_the_same_bytes(self):
        assert voucher_pdf(a_voucher()) == voucher_pdf(a_voucher())

    def test_speaks_english_when_asked(self):
        with translation.override("en"):
            text = " ".join(text_of(voucher_pdf(a_voucher())).split())

        assert "Thursday 24 December, 9:00" in text
        assert "marriage certificate" in text.lower()

    def test_long_names_and_addresses_stay_on_one_page(self):
        office = an_office(
            name="演示" * 30 + "婚姻登记处",
            address="演示路" * 60,
            phone="020-00000000（工作日）" * 4,
        )

        assert len(read(voucher_pdf(a_voucher(office=office))).pages) == 1


@pytest.mark.usefixtures("database")
class TestVoucherPng:
    def test_is_as_wide_as_a_telephone_and_upright(self):
        picture = Image.open(io.BytesIO(voucher_png(a_voucher())))

        assert picture.width == 1080
        assert picture.height > picture.width

    def test_its_qr_code_reads_back(self):
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(voucher_png(a_voucher()))))

        assert found.text == QR_TEXT

    def test_its_qr_code_reads_back_from_a_small_screen(self):
        picture = Image.open(io.BytesIO(voucher_png(a_voucher())))

        small = picture.resize((picture.width // 3, picture.height // 3))

        assert [found.text for found in zxingcpp.read_barcodes(small)] == [QR_TEXT]


def alternatives(node) -> list[str]:
    """The alternative texts of a document's structure."""
    node = node.get_object()
    if isinstance(node, list):
        return [text for part in node for text in alternatives(part)]
    if not isinstance(node, dict):
        return []
    own = [node["/Alt"]] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])
