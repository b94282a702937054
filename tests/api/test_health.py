"""Alive and ready."""

from __future__ import annotations

import dataclasses
import os

import pytest
from django.conf import settings
from django.test import Client, override_settings

from heli.api import health
from heli.ground.configuration import Environment


@pytest.mark.usefixtures("database")
class TestHealth:
    def test_is_live_and_ready(self):
        assert Client().get("/health/live").status_code == 200
        assert Client().get("/health/ready").status_code == 200

    def test_a_demo_is_ready_once_its_story_is_told(self, tmp_path):
        demo = dataclasses.replace(settings.HELI, environment=Environment.DEMO, data=tmp_path)
        with override_settings(HELI=demo):
            health.story_begins(tmp_path)
            before = Client().get("/health/ready")
            health.story_told(tmp_path)
            health.story_told(tmp_path)
            after = Client().get("/health/ready")

        assert before.status_code == 503
        assert before.json()["code"] == "unavailable"
        assert before.json()["reasons"] == [before.json()["detail"]]
        assert int(before["Retry-After"]) > 0
        assert after.status_code == 200

    def test_a_demo_that_was_killed_in_its_story_keeps_nobody_waiting(self, tmp_path):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        (tmp_path / "telling-the-story").write_text(str(child))
        demo = dataclasses.replace(settings.HELI, environment=Environment.DEMO, data=tmp_path)

        with override_settings(HELI=demo):
            assert health.not_ready_reasons() == []
