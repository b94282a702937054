"""The citizen's paths."""

from django.urls import path

from heli.web import views

urlpatterns = [
    path("", views.first_page, name="first"),
    path("c/<str:code>", views.link_page, name="link"),
]
