"""The keys that PayPal signs its messages with: fetched from PayPal and nowhere else, small, and kept for a day."""

from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from billing.clients.payment_gateway import Slots
from billing.errors import NotSigned, ProviderUnavailable
from chassis.clock import now

_PATH = "/v1/notifications/certs/"
_LARGEST = 65_536
_KEPT = timedelta(days=1)
_MOST = 16


class Certificates:
    """``origin`` is the only place where a certificate may be."""

    def __init__(self, origin: str, timeout: tuple[float, float]) -> None:
        parts = urlsplit(origin)
        self._origin = (parts.scheme, parts.netloc)
        self._timeout = timeout
        self._slots = Slots()
        self._lock = Lock()
        self._kept: dict[str, tuple[RSAPublicKey, datetime]] = {}

    def key(self, url: str) -> RSAPublicKey:
        """The public key of the certificate at ``url``.

        Raises NotSigned for any place but PayPal's and for what is no valid certificate, and ProviderUnavailable.
        """
        with self._lock:
            found = self._kept.get(url)
        if found is not None and now() < found[1]:
            return found[0]
        self._require_paypals(url)
        key, until = _read(self._slots.call(lambda: self._fetched(url)))
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[url] = key, min(until, now() + _KEPT)
        return key

    def _require_paypals(self, url: str) -> None:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise NotSigned() from None
        plain = not parts.query and not parts.fragment and ".." not in parts.path and len(url) <= 500
        if (parts.scheme, parts.netloc) != self._origin or not parts.path.startswith(_PATH) or not plain:
            raise NotSigned()

    def _fetched(self, url: str) -> bytes:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(url, timeout=self._timeout, allow_redirects=False, stream=True) as answer:
                if answer.status_code != 200:
                    raise ProviderUnavailable()
                found = b""
                for piece in answer.iter_content(8192):
                    found += piece
                    if len(found) > _LARGEST:
                        raise ProviderUnavailable()
                return found


def _read(pem: bytes) -> tuple[RSAPublicKey, datetime]:
    """The key of the first certificate, and how long it is good."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key = certificate.public_key()
    except ValueError:
        raise NotSigned() from None
    if not certificate.not_valid_before_utc <= now() < certificate.not_valid_after_utc:
        raise NotSigned()
    if not isinstance(key, RSAPublicKey):
        raise NotSigned()
    return key, certificate.not_valid_after_utc
