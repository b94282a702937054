"""The API's paths."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
