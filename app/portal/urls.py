"""The portal's addresses."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from api.http import not_found
from portal import views
from portal.forms import LoginForm

login = LoginView.as_view(
    template_name="portal/login.html", authentication_form=LoginForm, next_page="account"
)

urlpatterns = [
    path("", views.front, name="home"),
    path("login/", login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", views.account, name="account"),
    path("invoices/", views.invoices, name="invoices"),
    path("invoices/<str:number>/", views.invoice, name="invoice"),
    path("payments/", views.payments, name="payments"),
    path("tickets/", views.tickets, name="tickets"),
    path("tickets/new/", views.new_ticket, name="new-ticket"),
    path("tickets/<int:pk>/", views.ticket, name="ticket"),
    path("api", not_found),
    path("api/", include("api.urls")),
]

handler400 = "subscribers.errors.bad_request"
handler500 = "subscribers.errors.server_error"
