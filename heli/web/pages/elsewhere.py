"""From WeChat's browser to a common one: what was begun goes along, who one is does not."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from heli.web.draft import Draft, keep_draft, read_draft
from heli.web.stepping import Step
from heli.web.visitor import is_in_wechat, safe_next
from heli.wechat.errors import HandoverGone
from heli.wechat.handovers import can_be_taken_up, hand_over, take_up
from heli.wechat.kinds import HandoverKind


@require_POST
def elsewhere(request: HttpRequest) -> HttpResponse:
    """POST /wechat/elsewhere next: a link to the page that one has open."""
    return _to_link({"path": safe_next(request), "draft": None})


@require_POST
def draft_elsewhere(request: HttpRequest, draft_id: str) -> HttpResponse:
    """POST /book/<draft>/elsewhere next: a link to the booking that one is making."""
    draft = read_draft(request, draft_id)
    step, wanted = reverse(Step.CHECK.page, args=[draft_id]), safe_next(request)
    path = wanted if wanted.startswith(f"/book/{draft_id}/") else step
    return _to_link({"path": path, "draft": asdict(draft)})


@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest) -> HttpResponse:
    """GET /wechat/continue?ticket=: in WeChat how to get out of it; elsewhere a button.

    POST ticket: go on, once. Opening the page uses nothing: links are opened by machines, too.
    Raises HandoverGone.
    """
    if request.method == "POST":
        return _take_up(request.POST.get("ticket", ""))
    ticket = request.GET.get("ticket", "")
    if not can_be_taken_up(HandoverKind.BROWSER, ticket):
        raise HandoverGone()
    context = {"ticket": ticket, "link": f"{settings.HELI.base_url}{request.get_full_path()}"}
    template = "web/wechat_out.html" if is_in_wechat(request) else "web/wechat_continue.html"
    return render(request, template, context)


def _to_link(payload: dict[str, object]) -> HttpResponse:
    ticket = hand_over(HandoverKind.BROWSER, payload)
    return redirect(f"{reverse('wechat_continue')}?{urlencode({'ticket': ticket})}")


def _take_up(ticket: str) -> HttpResponse:
    taken = take_up(HandoverKind.BROWSER, ticket)
    response = redirect(taken["path"])
    if taken["draft"] is not None:
        keep_draft(response, Draft(**taken["draft"]))
    return response
