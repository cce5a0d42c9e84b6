"""Addresses for hosts that are neither the portal nor the console: none."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
