"""The API's paths. What lies below /api/v1 and is no operation is `not_found`, in its one shape."""

from django.urls import path

from heli.api import health
from heli.api.v1 import api

urlpatterns = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("api/v1/", api.urls),
]
