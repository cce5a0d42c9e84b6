"""The addresses below /api/."""

from django.urls import path, re_path

from api import payments, subscribers
from api.http import endpoint, not_found

urlpatterns = [
    path("payments/", endpoint(GET=payments.find, POST=payments.create)),
    path("payments/<str:key>/", endpoint(GET=payments.show)),
    path("subscribers/", endpoint(POST=subscribers.create)),
    path("subscribers/<str:number>/", endpoint(GET=subscribers.show)),
    path("counts/", endpoint(GET=subscribers.counts)),
    re_path(r"", not_found),
]
