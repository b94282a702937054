"""What a camera reads: the code on the hall's screen, and the code that the mini program draws.

Usage: python -m tests.miniprogram.camera hall ADDRESS      the text of the hall's code
       python -m tests.miniprogram.camera picture           of the data: address on standard input
"""

from __future__ import annotations

import base64
import io
import re
import sys
from html import unescape

import httpx
import typst
import zxingcpp
from PIL import Image

GUIDE, PASSWORD = "guide", "heli-demo"  # of the demo world alone
DRAWN = "#set page(width: auto, height: auto)\n#image(bytes(sys.inputs.svg), width: 400pt)"
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
QR = re.compile(r"(?s)<svg.*?</svg>")


def read(picture: Image.Image) -> str:
    """The text of the one QR code in a picture."""
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return str(found.text)


def read_hall(address: str) -> str:
    """What the screen in the hall of the demo's office with staff shows at this moment."""
    with httpx.Client(base_url=address, follow_redirects=True, trust_env=False) as desk:
        form = desk.get("/desk/login", params={"next": "/desk/hall-code"}).text
        secret = re.search(CSRF, form)
        assert secret is not None, "the desk has no login"
        page = desk.post(
            "/desk/login",
            data={
                "csrfmiddlewaretoken": unescape(secret[1]),
                "next": "/desk/hall-code",
                "username": GUIDE,
                "password": PASSWORD,
            },
            headers={"Referer": f"{address}/desk/login"},
        )
    drawn = re.search(QR, page.text)
    assert drawn is not None, "the hall's screen shows no code"
    png = typst.compile(DRAWN.encode(), format="png", sys_inputs={"svg": drawn[0]})
    return read(Image.open(io.BytesIO(png)))


def read_data_address(text: str) -> str:
    """What a data: address with a picture shows."""
    return read(Image.open(io.BytesIO(base64.b64decode(text.partition(",")[2]))))


if __name__ == "__main__":
    if sys.argv[1] == "hall":
        sys.stdout.write(read_hall(sys.argv[2]))
    else:
        sys.stdout.write(read_data_address(sys.stdin.read()))
