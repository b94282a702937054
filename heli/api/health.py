"""Is this process alive, and is it ready to answer people?

Readiness is a register of checks. The demo adds its own reason while its story is being told: a
note in the data directory that names the process telling it, so that a killed demo leaves
nothing behind that would keep a later server from being ready.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heli.api.problems import answer_refusal
from heli.ground.configuration import Environment
from heli.ground.refusals import Unavailable

Check = Callable[[], str | None]
"""None when all is well, else one sentence with the reason."""

_checks: list[Check] = []


def register_check(check: Check) -> Check:
    """Decorator: ask this too before saying ready."""
    _checks.append(check)
    return check


def not_ready_reasons() -> list[str]:
    """What stands in the way of serving people, first things first; empty when ready."""
    for check in _checks:  # a later check may need what an earlier one has found missing
        if reason := check():
            return [reason]
    return []


def story_begins(data: Path) -> None:
    """The demo of this data directory is telling its story; not ready until `story_told`."""
    _note(data).write_text(str(os.getpid()))


def story_told(data: Path) -> None:
    """The story is told. Repeating it changes nothing."""
    _note(data).unlink(missing_ok=True)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """GET /health/live: 200 while the process answers at all."""
    return JsonResponse({"state": "live"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """GET /health/ready: 200, or 503 with the reason."""
    reasons = not_ready_reasons()
    if reasons:
        return answer_refusal(request, Unavailable(reasons[0], reasons=reasons))
    return JsonResponse({"state": "ready"})


@register_check
def database_answers() -> str | None:
    """The database can be reached."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return _("数据库暂时连不上。")
    return None


@register_check
def migrations_are_applied() -> str | None:
    """The tables are those that this version needs."""
    try:
        _all_applied()
    except _Pending:
        return _("数据库的表还没有更新到这个版本，请先运行 heli migrate。")
    return None


@register_check
def demo_story_is_told() -> str | None:
    """Of the demo only: its story is told."""
    data = settings.HELI.data
    if settings.HELI.environment is not Environment.DEMO or data is None:
        return None
    return _("演示的故事还没有讲完，请稍等。") if _teller_is_alive(_note(data)) else None


class _Pending(Exception):
    """Migrations wait to be applied."""


@cache
def _all_applied() -> None:
    # Only success is remembered: once applied, migrations stay applied while this process lives.
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Pending


def _note(data: Path) -> Path:
    return data / "telling-the-story"


def _teller_is_alive(note: Path) -> bool:
    try:
        os.kill(int(note.read_text()), 0)
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True  # alive, and another user's
    return True
