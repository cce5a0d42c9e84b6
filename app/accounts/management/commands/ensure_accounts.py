"""Create or update the two log-ins and the operators' groups that come with an installation."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Subscriber
from subscribers import environment as env

OPERATOR = "operator"
# Group -> what its members may do in the admin with what the business is about.
GROUPS = {"operators": ("view",), "supervisors": ("view", "add", "change")}
BUSINESS = ("accounts", "billing", "support")


class Command(BaseCommand):
    help = (
        "Create or update the staff user `operator` and the log-in of the first subscriber, "
        "with the passwords from OPERATOR_PASSWORD_FILE and SUBSCRIBER_PASSWORD_FILE."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        passwords = {
            name: env.secret(name)
            for name in ("OPERATOR_PASSWORD_FILE", "SUBSCRIBER_PASSWORD_FILE")
        }
        for name, password in passwords.items():
            if not password:
                raise CommandError(f"{name} must name a file with the password.")
        with transaction.atomic():
            for name, acts in GROUPS.items():
                _group(name, acts)
            _user(OPERATOR, passwords["OPERATOR_PASSWORD_FILE"], staff=True)
            self.stdout.write(f"accounts: {OPERATOR} may use the console")
            subscriber = Subscriber.objects.select_for_update().first()
            if subscriber is None:
                self.stdout.write("accounts: no subscriber yet, so no log-in for the portal")
                return
            password = passwords["SUBSCRIBER_PASSWORD_FILE"]
            subscriber.user = _user(subscriber.number, password, staff=False)
            subscriber.save(update_fields=["user"])
            self.stdout.write(f"accounts: {subscriber.number} may use the portal")


def _group(name: str, acts: tuple[str, ...]) -> None:
    group, _created = Group.objects.get_or_create(name=name)
    known = Permission.objects.filter(content_type__app_label__in=BUSINESS)
    group.permissions.set([each for each in known if each.codename.partition("_")[0] in acts])


def _user(username: str, password: str, *, staff: bool) -> User:
    user, _created = User.objects.get_or_create(username=username)
    user.is_staff = user.is_superuser = staff
    user.is_active = True
    # An unchanged one keeps its sessions; a new user has none, and trying takes as long as setting.
    if not user.password or not user.check_password(password):
        user.set_password(password)
    user.save()
    return user
