"""A seat's secrets come from its key alone, again and again, and fit together."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import get_args

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
    load_ssh_public_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store
from hypothesis import given, settings
from hypothesis import strategies as st

from barelab.model.role import SecretKind
from barelab.render.secrets import SeatSecrets, new_key

KEY = "5a" * 32
NAMES = ("portal.simple.localhost", "console.simple.localhost", "10.87.0.2")
SECRETS = SeatSecrets(KEY, "simple")
HEX_KEYS = st.binary(min_size=32, max_size=32).map(bytes.hex)


def made(kind: SecretKind, name: str = "site", secrets: SeatSecrets = SECRETS) -> bytes:
    return secrets.make(kind, name, NAMES)


def authority() -> x509.Certificate:
    return x509.load_pem_x509_certificate(made("authority"))


def certificate() -> x509.Certificate:
    return x509.load_pem_x509_certificate(made("certificate"))


def test_what_signs_has_at_least_the_50_characters_of_app_yaml() -> None:
    key = made("signing-key").decode()
    assert len(key) >= 50
    assert key.isalnum()


def test_new_keys_differ_and_are_long() -> None:
    assert new_key() != new_key()
    assert len(bytes.fromhex(new_key())) == 32


@pytest.mark.parametrize("kind", [k for k in get_args(SecretKind) if k != "ssh-key"])
def test_same_key_gives_the_same_bytes(kind: SecretKind) -> None:
    assert made(kind) == made(kind, secrets=SeatSecrets(KEY, "simple"))


def test_same_key_gives_the_same_ssh_key_in_any_wrapping() -> None:
    # Its file format carries a random check number of its own.
    one, other = (
        load_ssh_private_key(made("ssh-key", secrets=SeatSecrets(KEY, "simple")), None)
        for _ in range(2)
    )
    assert one.private_bytes_raw() == other.private_bytes_raw()


@pytest.mark.parametrize("kind", get_args(SecretKind))
def test_another_seat_has_other_secrets(kind: SecretKind) -> None:
    assert made(kind) != made(kind, secrets=SeatSecrets("5b" * 32, "simple"))


@pytest.mark.parametrize("kind", [k for k in get_args(SecretKind) if k != "authority"])
def test_another_name_is_another_secret(kind: SecretKind) -> None:
    assert made(kind, "one") != made(kind, "other")


@given(HEX_KEYS, st.text(max_size=20))
def test_password_needs_no_quoting_anywhere(key: str, name: str) -> None:
    password = SeatSecrets(key, "simple").password(name)
    assert len(password) == 24
    assert set(password) <= set("abcdefghijklmnopqrstuvwxyz234567")


@settings(max_examples=10)
@given(HEX_KEYS)
def test_certificate_is_accepted_by_who_trusts_the_authority(key: str) -> None:
    secrets = SeatSecrets(key, "simple")
    trusted = x509.load_pem_x509_certificate(made("authority", secrets=secrets))
    verifier = (
        PolicyBuilder()
        .store(Store([trusted]))
        .time(datetime(2027, 1, 1, tzinfo=UTC))
        .build_server_verifier(x509.DNSName(NAMES[0]))
    )
    leaf = x509.load_pem_x509_certificate(made("certificate", secrets=secrets))
    assert verifier.verify(leaf, []) == [leaf, trusted]


def test_a_former_certificate_is_of_the_same_authority_and_key_and_has_ended() -> None:
    former = x509.load_pem_x509_certificate(made("former-certificate"))
    former.verify_directly_issued_by(authority())
    assert former.not_valid_after_utc <= certificate().not_valid_before_utc
    assert former.public_key() == certificate().public_key()
    assert former.serial_number != certificate().serial_number


def test_openssl_accepts_it_too_and_not_under_another_authority(tmp_path: Path) -> None:
    (tmp_path / "own").write_bytes(made("authority"))
    (tmp_path / "other").write_bytes(made("authority", secrets=SeatSecrets("5b" * 32, "simple")))
    (tmp_path / "leaf").write_bytes(made("certificate"))
    codes = [
        subprocess.run(
            ["openssl", "verify", "-x509_strict", "-CAfile", name, "leaf"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        ).returncode
        for name in ("own", "other")
    ]
    assert codes[0] == 0
    assert codes[1] != 0


def test_certificate_has_all_names_and_is_no_authority() -> None:
    extensions = certificate().extensions
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == list(NAMES[:2])
    assert names.get_values_for_type(x509.IPAddress) == [ip_address(NAMES[2])]
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert ExtendedKeyUsageOID.SERVER_AUTH in usage


def test_authority_signs_nothing_below_its_own_certificates() -> None:
    constraints = authority().extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)


def test_names_of_a_certificate_change_its_serial_number() -> None:
    other = x509.load_pem_x509_certificate(SECRETS.make("certificate", "site", ("web1",)))
    assert other.serial_number != certificate().serial_number


def test_private_key_belongs_to_the_certificate_of_its_name() -> None:
    key = load_pem_private_key(made("private-key"), None)
    assert key.public_key() == certificate().public_key()
    assert authority().public_key() != certificate().public_key()


def test_ssh_keys_of_a_name_are_a_pair() -> None:
    private, public = made("ssh-key", "ops"), made("ssh-public-key", "ops")
    assert load_ssh_private_key(private, None).public_key() == load_ssh_public_key(public)


def test_ed25519_keys_of_a_name_are_a_pair() -> None:
    private, public = made("ed25519-key", "dkim"), made("ed25519-public-key", "dkim")
    assert load_pem_private_key(private, None).public_key() == load_pem_public_key(public)


def test_host_keys_are_the_public_halves_that_nodes_have() -> None:
    keys = SECRETS.host_keys(["web1", "db1"])
    assert list(keys) == ["web1", "db1"]
    assert keys["db1"] == made("ssh-public-key", "host-db1").decode().strip()
