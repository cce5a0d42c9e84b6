"""How passwords are kept."""

from django.contrib.auth import hashers


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Argon2id with the least that OWASP's Password Storage Cheat Sheet asks for.

    A log-in takes some 25 ms of a core and 19 MiB while it lasts. Django's own settings take
    100 MiB, which several log-ins at once do not have on a node of 256.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
