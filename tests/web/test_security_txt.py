"""Whom to tell of a weakness in this installation."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.test import Client

PATH = "/.well-known/security.txt"


def told(monkeypatch, **settled: object) -> str:
    """What the file says with these settings."""
    monkeypatch.setattr(settings, "HELI", dataclasses.replace(settings.HELI, **settled))
    answer = Client().get(PATH)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return answer.content.decode()


class TestSecurityTxt:
    def test_is_not_there_where_nobody_is_named(self):
        assert Client().get(PATH).status_code == 404

    def test_names_whom_to_tell_the_preferred_one_first(self, monkeypatch):
        contacts = ("mailto:security@heli.example.cn", "tel:+86-10-00000000")
        text = told(monkeypatch, security_contact=contacts, base_url="https://heli.example.cn")

        lines = text.splitlines()
        assert lines[:2] == [f"Contact: {contact}" for contact in contacts]
        assert lines[3:] == [
            "Preferred-Languages: zh, en",
            "Canonical: https://heli.example.cn/.well-known/security.txt",
        ]

    def test_holds_for_some_months_and_less_than_a_year(self, monkeypatch):
        text = told(monkeypatch, security_contact=("https://heli.example.cn/report",))

        (expires,) = [line for line in text.splitlines() if line.startswith("Expires: ")]
        until = datetime.strptime(expires, "Expires: %Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert timedelta(days=60) < until - datetime.now(UTC) < timedelta(days=365)
