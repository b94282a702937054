"""The citizen's paths."""

from django.urls import path

from heli.web.pages import (
    arriving,
    calculator,
    cases,
    channels,
    checking,
    explain,
    frame,
    front,
    identify,
    inbox,
    mine,
    moves,
    partner,
    places,
    steps,
    steps_check,
    steps_people,
    steps_time,
    vouchers,
    wechat_events,
)

urlpatterns = [
    path("", front.front, name="front"),
    path("about", front.about, name="about"),
    path("two-visits", explain.two_visits, name="two_visits"),
    path("glossary", explain.glossary, name="glossary"),
    path("calculator", calculator.calculator, name="calculator"),
    path("calculator.ics", calculator.calculator_file, name="calculator_file"),
    # Every page
    path("leave", frame.leave, name="leave"),
    path("prefer/large", frame.prefer_large, name="prefer_large"),
    path("prefer/language/<str:language>", frame.prefer_language, name="prefer_language"),
    path("demo/clock", frame.move_clock, name="move_clock"),
    path("identify", identify.identify, name="identify"),
    path("sign-off", identify.sign_off, name="sign_off"),
    # Where
    path("places", places.places, name="places"),
    path("places/near", places.near, name="places_near"),
    path("places/compare", places.compare, name="compare"),
    path("offices/<str:office_id>", places.office, name="office"),
    # Channels: which door is the official one
    path("channels", channels.channels, name="channels"),
    path("channels/near", channels.near, name="channels_near"),
    path("channels/coverage", channels.coverage, name="coverage"),
    path("channels/<str:code>", channels.guide, name="guide"),
    path("channels/entries/<str:entry_id>/wrong", checking.wrong, name="wrong"),
    path("check", checking.check, name="check"),
    path("check/report", checking.report, name="report"),
    path("check/report/sent", checking.reported, name="reported"),
    path("warnings", checking.warnings, name="warnings"),
    # Booking, one thing at a time
    path("book/<str:service>", steps.start, name="start"),
    path("book/<str:draft_id>/you", steps_people.you, name="step_you"),
    path("book/<str:draft_id>/service", steps.service, name="step_service"),
    path("book/<str:draft_id>/people", steps_people.people, name="step_people"),
    path("book/<str:draft_id>/office", steps_time.office, name="step_office"),
    path("book/<str:draft_id>/time", steps_time.time, name="step_time"),
    path("book/<str:draft_id>/check", steps_check.check, name="step_check"),
    # The other spouse, by the link
    path("c/<str:code>", partner.link, name="link"),
    path("c/<str:code>/answer", partner.answer, name="answer"),
    path("c/<str:code>/agree", partner.agree, name="agree"),
    path("c/<str:code>/decline", partner.decline, name="decline"),
    path("c/<str:code>/not-me", partner.not_me, name="not_me"),
    # At the hall
    path("in", arriving.today, name="arriving"),
    path("in/<str:hall>", arriving.check_in, name="check_in"),
    # What is mine
    path("my", mine.mine, name="mine"),
    path("my/inbox", inbox.inbox, name="inbox"),
    path("my/cases", cases.cases, name="cases"),
    path("my/cases/<str:case_id>", cases.case, name="case"),
    path("my/cases/<str:case_id>/time", cases.case_time, name="case_time"),
    path("my/<str:code>", mine.booking, name="booking"),
    path("my/<str:code>/cancel", mine.cancel, name="cancel"),
    path("my/<str:code>/move", moves.move, name="move"),
    path("my/<str:code>/voucher", vouchers.voucher, name="voucher"),
    path("my/<str:code>/voucher.<str:kind>", vouchers.voucher_file, name="voucher_file"),
    # WeChat
    path("wechat/events", wechat_events.wechat_events, name="wechat_events"),
]
