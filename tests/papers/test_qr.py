"""QR codes inside pages."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import typst
import zxingcpp
from PIL import Image

from heli.papers import qr
from tests.papers.vouchers import QR_TEXT


def picture_of(svg: str) -> Image.Image:
    page = "#set page(width: auto, height: auto)\n#image(bytes(sys.inputs.svg), width: 200pt)"
    png = typst.compile(page.encode(), format="png", sys_inputs={"svg": svg})
    return Image.open(io.BytesIO(png))


class TestSvg:
    def test_reads_back(self):
        (found,) = zxingcpp.read_barcodes(picture_of(qr.svg(QR_TEXT, label="二维码")))

        assert found.text == QR_TEXT

    def test_a_screen_reader_has_words_for_it(self):
        drawn = ElementTree.fromstring(qr.svg(QR_TEXT, label='给"对方" <的> & 链接'))

        assert drawn.get("role") == "img"
        assert drawn.get("aria-label") == '给"对方" <的> & 链接'

    def test_is_safe_to_put_into_a_page_and_as_wide_as_its_place(self):
        drawn = qr.svg("<script>", label="<script>")

        assert "<script" not in drawn
        assert " width=" not in drawn
        assert hasattr(drawn, "__html__")
