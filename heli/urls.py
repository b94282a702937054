"""Which path leads into which room."""

from django.urls import include, path

urlpatterns = [
    path("", include("heli.web.urls")),
    path("desk/", include("heli.desk.urls")),
    path("", include("heli.api.urls")),
]

handler404 = "heli.web.pages.faults.not_found"
handler500 = "heli.web.pages.faults.fault"
