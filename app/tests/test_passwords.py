"""Passwords are kept by Argon2id, those of older releases from their next log-in on."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.test import TestCase


class PasswordTests(TestCase):
    def test_a_new_one_is_kept_by_argon2id(self) -> None:
        user = User.objects.create_user("new", password="a long one")
        self.assertTrue(user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$"))
        self.assertEqual(authenticate(username="new", password="a long one"), user)
        self.assertIsNone(authenticate(username="new", password="another"))

    def test_one_of_an_older_release_is_taken_and_kept_anew(self) -> None:
        old = make_password("a long one", hasher="pbkdf2_sha256")
        user = User.objects.create(username="old", password=old)
        self.assertEqual(authenticate(username="old", password="a long one"), user)
        user.refresh_from_db()
        self.assertTrue(user.password.startswith("argon2$"))
