"""The desk's paths."""

from django.urls import path

from heli.desk.pages import (
    arrivals,
    cases,
    channels,
    day,
    hall,
    outcomes,
    plan,
    reports,
    session,
)

urlpatterns = [
    path("", session.front, name="desk_front"),
    path("login", session.login, name="desk_login"),
    path("logout", session.log_out, name="desk_logout"),
    path("office", session.office, name="desk_office"),
    path("today", day.today, name="desk_today"),
    path("call", day.call, name="desk_call"),
    path("checkin", arrivals.check_in, name="desk_check_in"),
    path("hall-code", hall.hall_code, name="desk_hall_code"),
    path("tickets", arrivals.ticket, name="desk_ticket"),
    path("tickets/<str:ticket_id>/outcome", outcomes.of_ticket, name="desk_ticket_outcome"),
    path("bookings/<str:code>/outcome", outcomes.of_booking, name="desk_booking_outcome"),
    path("cases", cases.find, name="desk_find_case"),
    path("cases/<str:case_id>", cases.case, name="desk_case"),
    path("cases/<str:case_id>/withdraw", cases.withdraw, name="desk_withdraw"),
    path("cases/<str:case_id>/register", cases.register, name="desk_register"),
    path("cases/<str:case_id>/refuse", cases.refuse, name="desk_refuse"),
    path("plan", plan.plan, name="desk_plan"),
    path("channels", channels.channels, name="desk_channels"),
    path("channels.yaml", channels.export, name="desk_export"),
    path("channels/import", channels.load, name="desk_import"),
    path("channels/<str:entry_id>", channels.entry, name="desk_entry"),
    path("reports", reports.reports, name="desk_reports"),
    path("reports/<str:report_id>", reports.report, name="desk_report"),
    path("reports/<str:report_id>/dismiss", reports.dismiss, name="desk_dismiss"),
    path("warnings", reports.warnings, name="desk_warnings"),
    path("warnings/<str:warning_id>/withdraw", reports.withdraw, name="desk_withdraw_warning"),
]
