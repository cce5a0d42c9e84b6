"""The console's addresses."""

from django.contrib import admin
from django.urls import path

from console import company, views
from console.access import StaffLoginView, StaffLogoutView

urlpatterns = [
    path("", views.dashboard, name="home"),
    path("login/", StaffLoginView.as_view(), name="login"),
    path("login/company/", company.begin, name="company-login"),
    path("login/company/callback/", company.callback, name="company-callback"),
    path("logout/", StaffLogoutView.as_view(), name="logout"),
    path("subscribers/", views.subscribers, name="subscribers"),
    path("subscribers/<str:number>/", views.subscriber, name="subscriber"),
    path("tickets/", views.tickets, name="tickets"),
    path("tickets/<int:pk>/", views.ticket, name="ticket"),
    path("tickets/<int:pk>/close/", views.close_ticket, name="close-ticket"),
    path("invoices/", views.invoices, name="invoices"),
    path("invoices/<str:number>/mail/", views.mail_invoice, name="mail-invoice"),
    path("work/", views.dead_letters, name="dead-letters"),
    path("work/<int:pk>/", views.settle_dead_letter, name="settle-dead-letter"),
    path("billing/", views.runs, name="runs"),
    path("admin/", admin.site.urls),
]
