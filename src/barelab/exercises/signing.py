"""Signed results: who signed one, and whether it was altered since."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barelab.support.errors import AnswerIsNo, CouldNotTell, UsageError
from barelab.support.paths import data_dir

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SCHEMA = 1
MAX_BYTES = 4 << 20
_KEYS = {"schema", "result", "key", "signature"}


@dataclass(frozen=True, slots=True)
class Signed:
    """A result whose signature fits. `signer` is a short form of the signer's public key."""

    result: Mapping[str, Any]
    signer: str


def sign(result: Mapping[str, Any]) -> str:
    """Return a result with this installation's signature, as the text of a file."""
    key = _own_key()
    signature = key.sign(_canonical(result))
    public = _public_bytes(key.public_key())
    whole = {
        "schema": SCHEMA,
        "result": result,
        "key": public.hex(),
        "signature": signature.hex(),
    }
    return json.dumps(whole, indent=2) + "\n"


def read_signed(path: Path) -> Signed:
    """Return the result in a file, whose signature fits.

    Raises:
        UsageError: the file cannot be read, or is no signed result.
        AnswerIsNo: it was altered after it was signed.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    whole = _parsed(path)
    try:
        public, signature = bytes.fromhex(whole["key"]), bytes.fromhex(whole["signature"])
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _canonical(whole["result"]))
    except InvalidSignature:
        raise AnswerIsNo(f"{path}: altered after it was signed") from None
    except (TypeError, ValueError):
        raise UsageError(f"{path} is no signed result: its key or signature is none") from None
    return Signed(whole["result"], fingerprint(public))


def own_signer() -> str:
    """Return the short form of this installation's public key, made if there is none yet."""
    return fingerprint(_public_bytes(_own_key().public_key()))


def fingerprint(public: bytes) -> str:
    """Return the short form of a public key that people compare: 16 bytes of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:32]


def _parsed(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            text = stream.read(MAX_BYTES + 1)
        whole = json.loads(text) if len(text) <= MAX_BYTES else None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError):
        whole = None
    if not isinstance(whole, dict) or set(whole) != _KEYS or not isinstance(whole["result"], dict):
        raise UsageError(f"{path} is no signed result; `barelab exercise finish` writes them")
    if whole["schema"] != SCHEMA:
        raise UsageError(f"{path} was written by another barelab (schema {whole['schema']!r})")
    return whole


def _canonical(result: object) -> bytes:
    return json.dumps(result, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _own_key() -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = data_dir() / "signing.key"
    try:
        if not path.exists():
            _keep(path, Ed25519PrivateKey.generate().private_bytes_raw())
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except OSError as error:
        raise CouldNotTell(f"{path} cannot be used: {error.strerror}") from error
    except ValueError:
        raise CouldNotTell(f"{path} is damaged; move it away, and a new key is made") from None


def _keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, unless somebody else was first."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(new, path)
    except FileExistsError:
        return
    finally:
        new.unlink()


def _public_bytes(key: Any) -> bytes:
    return bytes(key.public_bytes_raw())
