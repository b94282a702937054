"""The mini program speaks of the same things as the service, and asks for what it offers."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from heli.api.v1 import api
from heli.bookings.codes import ALPHABET, LENGTH
from heli.bookings.states import State
from heli.bookings.templatetags.saying import STATE_NAMES
from heli.law.services import Service
from heli.notices.senders_wechat import MINI_PAGE
from heli.places.naming import SERVICE_NAMES
from tests.miniprogram.package import ROOT, pages, words

LANGUAGES = {"zh": "zh-hans", "en": "en"}
_REQUEST = re.compile(r'request\(\s*"([A-Z]+)",\s*["`]([^"`]+)["`]')
_GAP = re.compile(r"\$\{[^}]*\}|\{[^}]*\}")


def asked_for() -> list[tuple[str, str]]:
    """What lib/service.js asks the service for: ("POST", "/bookings/*/consent")."""
    text = (ROOT / "lib" / "service.js").read_text("utf-8")
    return sorted((method, _GAP.sub("*", path)) for method, path in _REQUEST.findall(text))


def offered() -> set[tuple[str, str]]:
    """What the service offers, in the same form."""
    paths = api.get_openapi_schema()["paths"]
    return {
        (method.upper(), _GAP.sub("*", path.removeprefix("/api/v1")))
        for path, methods in paths.items()
        for method in methods
    }


@pytest.mark.parametrize("language", LANGUAGES)
class TestSameWords:
    def test_for_the_services(self, language):
        with translation.override(LANGUAGES[language]):
            named = {service.value: str(SERVICE_NAMES[service]) for service in Service}

        assert words(language, "services") == named

    def test_for_the_states(self, language):
        with translation.override(LANGUAGES[language]):
            named = {state.value: str(STATE_NAMES[state]) for state in State}

        assert words(language, "states").items() >= named.items()


def test_every_endpoint_that_is_asked_for_is_offered():
    asked = asked_for()

    assert len(asked) > 10
    assert set(asked) <= offered()


def test_a_message_opens_a_page_that_is_there():
    assert MINI_PAGE in pages()


def test_a_code_has_the_same_form():
    text = (ROOT / "lib" / "codes.js").read_text("utf-8")

    assert f"/^[{ALPHABET}]{{{LENGTH}}}$/" in text
