"""What every answer tells a browser, whoever gives it; and under which names cookies are kept."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from heli.door.answers import JSON, KEPT_BY_NOBODY, SECURITY
from heli.ground.configuration import Environment
from heli.ground.cookies import cookie_name
from heli.ground.headers import on_every_answer

ROOT = Path(__file__).parents[2]
EVERYWHERE = ("/", "/api/v1/voucher-key", "/api/v1/nothing", "/nothing", "/static/web/heli.css",
              "/health/live", "/desk/login", "/api/v1/docs", "/api/v1/bookings")  # fmt: skip
PRODUCTION = {
    "HELI_ENV": "production",
    "HELI_BASE_URL": "https://heli.example.cn",
    "HELI_KEYS": "/nowhere/keys.json",
    "HELI_IDENTITY": "wechat_face",
}
ASKED_OF_PRODUCTION = """
import django; django.setup()
from django.conf import settings
from django.test import Client
from heli.desk import staff_session
from heli.web import draft, visitor
print(settings.CSRF_COOKIE_NAME, visitor.IDENTITY_COOKIE, visitor.SESSION_COOKIE, draft.COOKIE)
print(staff_session.SESSION_COOKIE, settings.CSRF_COOKIE_SECURE)
page = Client(headers={"Host": "heli.example.cn"}).get("/about")
print(page.status_code, page["Strict-Transport-Security"])
print(Client(headers={"Host": "elsewhere.example"}).get("/about").status_code)
from heli.door.app import is_ours
print(is_ours(b"heli.example.cn"), is_ours(b"HELI.example.cn:443"), is_ours(b"elsewhere.example"),
      is_ours(b""), is_ours(b"x" * 5000))
"""


@pytest.mark.usefixtures("database")
class TestEveryAnswer:
    @pytest.mark.parametrize("path", EVERYWHERE)
    def test_has_the_headers_of_every_answer(self, path):
        answer = Client().get(path)

        for name, value in on_every_answer(settings.HELI).items():
            assert answer[name] == value, name
        assert answer["X-Content-Type-Options"] == "nosniff"
        if not path.startswith(("/api/", "/health/")):
            assert "geolocation=(self)" in answer["Permissions-Policy"]
            assert "camera=()" in answer["Permissions-Policy"]

    @pytest.mark.parametrize("path", [path for path in EVERYWHERE if "static" not in path])
    def test_lets_nothing_inline_run_and_nobody_frame_it_or_keep_it(self, path):
        answer = Client().get(path)

        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
        assert "no-store" in answer["Cache-Control"]

    def test_that_the_door_gives_itself_has_them_too(self):
        told = {name.decode(): value.decode() for name, value in (*JSON, KEPT_BY_NOBODY)}
        by_web = Client().get("/api/v1/voucher-key")

        assert SECURITY
        assert {name: by_web[name] for name in told} == told


class TestHsts:
    def test_is_for_production_by_https_alone(self):
        def told(environment: Environment, address: str) -> bool:
            changed = {"environment": environment, "base_url": address}
            return "Strict-Transport-Security" in on_every_answer(
                dataclasses.replace(settings.HELI, **changed)
            )

        assert told(Environment.PRODUCTION, "https://heli.example.cn")
        assert not told(Environment.PRODUCTION, "http://heli.example.cn")
        assert not told(Environment.DEMO, "https://heli.example.cn")


class TestInProduction:
    def test_cookies_have_names_that_bind_them_and_other_hosts_are_refused(self):
        environment = os.environ | PRODUCTION | {"DJANGO_SETTINGS_MODULE": "heli.settings"}
        environment.pop("HELI_DATA", None)
        asked = subprocess.run(
            [sys.executable, "-c", ASKED_OF_PRODUCTION],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert asked.stdout.splitlines() == [
            "__Host-heli_csrf __Host-heli_identity __Host-heli_wechat __Secure-heli_draft",
            "__Secure-heli_desk True",
            "200 max-age=31536000; includeSubDomains",
            "400",
            "True True False False False",
        ], asked.stderr

    def test_the_demo_keeps_plain_names_since_it_has_no_https(self):
        assert cookie_name("heli_identity", environment=Environment.DEMO) == "heli_identity"
