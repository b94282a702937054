"""The one path of the baseline."""

from django.urls import path

from heli.ops.rush.baseline.views import live, post_booking

urlpatterns = [
    path("health/live", live),
    path("api/v1/bookings", post_booking),
]
