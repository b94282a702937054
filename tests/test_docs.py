"""Every setting, error code, event, command and transition has its entry in docs/."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from heli.api.problems import TITLES
from heli.bookings.states import TRANSITIONS
from heli.ground import due
from heli.ground.events import Event
from heli.ops import cli, doctor

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def every_event(kind: type[Event] = Event) -> list[type[Event]]:
    """Heli's own; other tests declare events of theirs."""
    ours = [child for child in kind.__subclasses__() if child.__module__.startswith("heli.")]
    named = [] if kind.__name__.startswith("_") or ours else [kind]
    return [*named, *(event for child in ours for event in every_event(child))]


def commands() -> list[str]:
    (choices,) = (
        action.choices
        for action in cli._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return sorted(choices)


def test_every_setting_is_described():
    source = "".join(
        (ROOT / "heli" / "ground" / name).read_text(encoding="utf-8")
        for name in ("configuration.py", "sealing_settings.py", "vendors.py")
    )
    read = set(re.findall(r'"(HELI_[A-Z_]+|DATABASE_URL)"', source))
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", page("settings.md"), re.MULTILINE))

    assert read == described == set(doctor.MEANINGS)


@pytest.mark.parametrize("code", sorted(TITLES))
def test_every_error_code_is_described(code):
    assert f"| `{code}` |" in page("api.md")


@pytest.mark.parametrize("event", sorted({event.__name__ for event in every_event()}))
def test_every_event_is_described(event):
    assert f"| `{event}` |" in page("events.md")


@pytest.mark.parametrize("command", commands())
def test_every_command_is_described(command):
    assert re.search(rf"^## `heli {command}\b", page("commands.md"), re.MULTILINE)


def test_the_table_of_states_is_that_of_the_code():
    rows = re.findall(
        r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \| (\w+) \|$", page("architecture.md"), re.MULTILINE
    )

    assert rows == [(row.source, row.target, row.verb, row.who) for row in TRANSITIONS]


@pytest.mark.parametrize("work", sorted(work.name for work in due.registered()))
def test_everything_that_falls_due_is_described(work):
    assert f"| {work} |" in page("architecture.md")


def test_every_decision_weighs_alternatives():
    pages = sorted((DOCS / "decisions").glob("*.md"))

    assert len(pages) >= 6
    for decision in pages:
        headings = re.findall(r"^## (.+)$", decision.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Alternatives"], decision


@pytest.mark.parametrize(
    "path",
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_every_link_leads_somewhere(path):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]

    assert missing == []


def test_the_two_commands_of_the_readme_are_targets_of_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"\bmake ([a-z-]+)", (ROOT / "README.md").read_text("utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_checklist_counts_what_it_says():
    text = page("asvs.md")
    answers = re.findall(r"^\| \d+\.\d+\.\d+ \|[^|]*\| ([a-z/]+) \|", text, re.MULTILINE)
    counts = dict(re.findall(r"^\| (yes|partly|no|operator|n/a) \| (\d+) \|$", text, re.MULTILINE))

    assert {answer: str(answers.count(answer)) for answer in sorted(set(answers))} == counts
