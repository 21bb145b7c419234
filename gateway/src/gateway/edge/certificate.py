"""A self-signed certificate, for trying out: browsers warn of it, and a real one takes its place by its file names."""

import os
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chassis.clock import now

CERTIFICATE, KEY = "tls.crt", "tls.key"
"""As Kubernetes names them in a secret of type kubernetes.io/tls."""
DAYS = 397
"""As long as browsers let a certificate live."""


class HalfThere(Exception):
    """One of the two files is there without the other."""


def ensure(folder: Path, hosts: Sequence[str]) -> bool:
    """Make both files for these names and addresses unless they are there; whether they were made.

    Nothing is ever overwritten. Raises HalfThere when one file is there without the other, OSError.
    """
    certificate, key = folder / CERTIFICATE, folder / KEY
    if certificate.exists() and key.exists():
        return False
    for present in (certificate, key):
        if present.exists():
            raise HalfThere(f"{present} is there without its other half; take it away or complete it")
    folder.mkdir(parents=True, exist_ok=True)
    private = ec.generate_private_key(ec.SECP256R1())
    _write(key, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    _write(certificate, _signed(private, hosts).public_bytes(Encoding.PEM), 0o644)
    return True


def _signed(private: ec.EllipticCurvePrivateKey, hosts: Sequence[str]) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:64])])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(hours=1))
        .not_valid_after(now() + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(private, hashes.SHA256())
    )


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host.encode("idna").decode())


def _write(path: Path, content: bytes, mode: int) -> None:
    """Never open to others, not even for a moment, and never over what is there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
