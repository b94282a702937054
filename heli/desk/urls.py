"""The desk's paths."""

from django.urls import path

from heli.desk.pages import arrivals, cases, day, outcomes, plan, session

urlpatterns = [
    path("", session.front, name="desk_front"),
    path("login", session.login, name="desk_login"),
    path("logout", session.log_out, name="desk_logout"),
    path("office", session.office, name="desk_office"),
    path("today", day.today, name="desk_today"),
    path("call", day.call, name="desk_call"),
    path("checkin", arrivals.check_in, name="desk_check_in"),
    path("tickets", arrivals.ticket, name="desk_ticket"),
    path("tickets/<str:ticket_id>/outcome", outcomes.of_ticket, name="desk_ticket_outcome"),
    path("bookings/<str:code>/outcome", outcomes.of_booking, name="desk_booking_outcome"),
    path("cases", cases.find, name="desk_find_case"),
    path("cases/<str:case_id>", cases.case, name="desk_case"),
    path("cases/<str:case_id>/withdraw", cases.withdraw, name="desk_withdraw"),
    path("cases/<str:case_id>/register", cases.register, name="desk_register"),
    path("cases/<str:case_id>/refuse", cases.refuse, name="desk_refuse"),
    path("plan", plan.plan, name="desk_plan"),
]
