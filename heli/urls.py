"""Which path leads into which room."""

from django.urls import include, path

urlpatterns = [
    path("", include("heli.web.urls")),
    path("desk/", include("heli.desk.urls")),
    path("", include("heli.api.urls")),
]
