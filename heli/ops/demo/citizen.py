"""Somebody who uses the public API from outside, and knows nothing but what it answers."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx

from heli.ops.demo.people import FictionalPerson
from heli.ops.errors import CommandRefused

API = "/api/v1"
CHINESE, ENGLISH = "zh-CN", "en"


class StoryFailed(CommandRefused):
    """A step of the story did not go as it should; the sentence says which, without people."""


def expect(holds: bool, sentence: str) -> None:
    """Raises StoryFailed with the sentence where it does not hold."""
    if not holds:
        raise StoryFailed(f"The story stopped: {sentence}.")


@dataclass(frozen=True)
class Answer:
    """What the API answered: its status and its JSON."""

    status: int
    content: Any


@dataclass
class Citizen:
    """A person before a browser. token: after they have proven who they are."""

    client: httpx.Client
    person: FictionalPerson
    token: str = ""

    @property
    def name(self) -> str:
        """The fictional name."""
        return self.person.name

    def get(self, path: str, *, language: str = CHINESE, wanted: int = 200, **query: str) -> Answer:
        """GET below /api/v1. Raises StoryFailed when the status is not the wanted one."""
        return self._ask("GET", path, wanted, language, params=query)

    def post(
        self,
        path: str,
        body: dict[str, Any],
        *,
        language: str = CHINESE,
        key: str | None = None,
        wanted: int = 200,
    ) -> Answer:
        """POST JSON below /api/v1. key: the Idempotency-Key. Raises StoryFailed as `get`."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._ask("POST", path, wanted, language, json=body, headers=headers)

    def prove_identity(self) -> Answer:
        """Agree to the texts on data, pass the simulated real-name check, keep its token."""
        texts = self.get("/my-data/consent-texts").content
        claim = {
            "name": self.person.name,
            "id_number": self.person.id_number,
            "phone": self.person.phone,
            "method": "simulated",
            "data_consent": texts[0]["version"],
        }
        answer = self.post("/identity/verifications", claim, wanted=201)
        self.token = answer.content["token"]
        return answer

    def hold_place(self, slot_id: int, partner: Citizen) -> Answer:
        """Take a place for oneself and the partner; the partner's telephone is not needed."""
        body = {
            "service": "divorce_application",
            "slot_id": slot_id,
            "applicant": {"phone": self.person.phone, "household_address": "演示市演示路1号"},
            "partner": {"name": partner.person.name, "id_number": partner.person.id_number},
            "eligibility_shown": True,
        }
        return self.post("/bookings", body, key=str(uuid.uuid4()), wanted=201)

    def open_link(self, url: str, *, language: str = CHINESE) -> list[str]:
        """Open a link that was passed on; answers the page's lines as a person reads them."""
        answer = self._send(
            "GET",
            urlsplit(url).path,
            headers={"Accept-Language": language},
            follow_redirects=True,
        )
        self.client.cookies.clear()  # every time a browser that was never here
        expect(answer.status_code == 200, f"the link answered {answer.status_code}")
        (main,) = re.findall(r"<main\b.*?</main>", answer.text, re.DOTALL) or [""]
        lines = re.findall(r"<(?:h1|p)\b[^>]*>(.*?)</(?:h1|p)>", main, re.DOTALL)
        return [unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in lines]

    def _ask(
        self,
        method: str,
        path: str,
        wanted: int,
        language: str,
        *,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> Answer:
        sent = {"Accept-Language": language, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        answer = self._send(method, API + path, headers=sent, **more)
        came = _came(answer)
        expect(
            answer.status_code == wanted,
            f"{method} {API}{path} answered {came} instead of {wanted}",
        )
        return Answer(answer.status_code, answer.json())

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self.client.request(method, path, **more)
        except httpx.HTTPError as lost:
            raise StoryFailed(
                f"The story stopped: {method} {path} got no answer ({type(lost).__name__})."
            ) from None


def _came(answer: httpx.Response) -> str:
    try:
        return f"{answer.status_code} {answer.json()['code']}"
    except (ValueError, KeyError, TypeError):
        return str(answer.status_code)
