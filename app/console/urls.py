"""The console's addresses."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from console import views
from console.access import StaffLoginForm

login = LoginView.as_view(
    template_name="console/login.html", authentication_form=StaffLoginForm, next_page="home"
)

urlpatterns = [
    path("", views.dashboard, name="home"),
    path("login/", login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
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
