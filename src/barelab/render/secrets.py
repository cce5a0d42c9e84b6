"""A seat's secrets, all derived from its one master key: they can be made again and need no file.

Derivation is HMAC-SHA256 over kind and name (RFC 5869's expand step with one block); an
elliptic-curve key takes the digest as its private value, which is uniform and below the order of
P-256 but for a chance of 2**-32, where the next counter is tried.
"""

from __future__ import annotations

import base64
import functools
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from barelab.model.role import SecretKind

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.x509 import Certificate, CertificateBuilder, DNSName, IPAddress, Name

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_LIFE = timedelta(days=365 * 10)
_YEAR = timedelta(days=365)


def new_key() -> str:
    """Return a fresh master key, 32 random bytes in hexadecimal."""
    return secrets.token_hex(32)


class SeatSecrets:
    """Passwords, keys and certificates of one seat."""

    def __init__(self, key: str, lab: str) -> None:
        self._key, self._lab = bytes.fromhex(key), lab

    def make(self, kind: SecretKind, name: str, names: Sequence[str]) -> bytes:
        """Return the file content of a secret; `names`: a certificate's names and addresses."""
        from cryptography.hazmat.primitives import serialization as form

        if kind == "password":
            return self.password(name).encode()
        if kind == "signing-key":
            return self._text("signing-key", name).encode()
        if kind == "authority":
            return self.authority_pem()
        if kind == "certificate":
            return self._leaf(name, tuple(names)).public_bytes(form.Encoding.PEM)
        if kind == "former-certificate":
            return self._leaf(name, tuple(names), former=True).public_bytes(form.Encoding.PEM)
        if kind == "private-key":
            return self._private(name).private_bytes(
                form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
            )
        if kind == "ed25519-key":
            return self._ed25519(kind, name).private_bytes(
                form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
            )
        if kind == "ed25519-public-key":
            key = self._ed25519("ed25519-key", name).public_key()
            return key.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
        return self._ssh(name, public=kind == "ssh-public-key")

    def authority_pem(self) -> bytes:
        """Return the certificate of the seat's own authority as text."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self.authority().public_bytes(Encoding.PEM)

    def host_keys(self, nodes: Iterable[str]) -> dict[str, str]:
        """Return each node's public SSH host key, as known_hosts has it."""
        made = {node: self._ssh(f"host-{node}", public=True) for node in nodes}
        return {node: key.decode().strip() for node, key in made.items()}

    def password(self, name: str) -> str:
        """Return the password of that name: 24 characters that need no quoting anywhere."""
        return self._text("password", name)[:24]

    @functools.lru_cache(maxsize=1)  # noqa: B019 - one object a process
    def authority(self) -> Certificate:
        """Return the certificate of the seat's own authority; the same bytes at every call."""
        from cryptography import x509
        from cryptography.x509.oid import NameOID

        subject = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, f"barelab {self._lab} {self._mark()}")]
        )
        key = self._private("authority")
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            self._builder(subject, subject, key, "authority")
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
        )
        return self._sign(builder)

    def _leaf(self, name: str, names: tuple[str, ...], *, former: bool = False) -> Certificate:
        from cryptography import x509
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

        key, issuer = self._private(name), self.authority()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(
            self._private("authority").public_key()
        )
        builder = (
            self._builder(
                subject, issuer.subject, key, "certificate " + " ".join(names), former=former
            )
            .add_extension(
                x509.SubjectAlternativeName([_general(n) for n in names]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(authority_key, critical=False)
            .add_extension(
                x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
                ),
                critical=False,
            )
        )
        return self._sign(builder)

    def _builder(
        self,
        subject: Name,
        issuer: Name,
        key: EllipticCurvePrivateKey,
        serial: str,
        *,
        former: bool = False,
    ) -> CertificateBuilder:
        from cryptography import x509

        number = int.from_bytes(self._derive("former" if former else "serial", serial)[:16]) >> 1
        begin, life = (_EPOCH - _YEAR, _YEAR) if former else (_EPOCH, _LIFE)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(number)
            .not_valid_before(begin)
            .not_valid_after(begin + life)
        )

    def _sign(self, builder: CertificateBuilder) -> Certificate:
        from cryptography.hazmat.primitives import hashes

        key = self._private("authority")
        return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)

    def _ssh(self, name: str, *, public: bool) -> bytes:
        from cryptography.hazmat.primitives import serialization as form

        key = self._ed25519("ssh", name)
        if public:
            return (
                key.public_key().public_bytes(form.Encoding.OpenSSH, form.PublicFormat.OpenSSH)
                + b"\n"
            )
        return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.OpenSSH, form.NoEncryption())

    def _ed25519(self, kind: str, name: str) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._derive(kind, name))

    def _private(self, name: str) -> EllipticCurvePrivateKey:
        from cryptography.hazmat.primitives.asymmetric import ec

        values = (int.from_bytes(self._derive(f"ec {i}", name)) for i in range(8))
        return ec.derive_private_key(next(v for v in values if 0 < v < _ORDER), ec.SECP256R1())

    def _text(self, kind: str, name: str) -> str:
        """Return all of a digest: 52 characters."""
        return base64.b32encode(self._derive(kind, name)).decode().lower().rstrip("=")

    def _mark(self) -> str:
        return self._derive("mark", "").hex()[:8]

    def _derive(self, kind: str, name: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\0{name}".encode(), "sha256")


def _general(name: str) -> DNSName | IPAddress:
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
