"""Addresses: which are this machine's, which a private network's; clocks and certificates of who answers there."""

import errno
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests

from chassis.check.points import PROBE_SECONDS, Point, Situation, fail, ok, warn
from chassis.render import Renderer

SKEW_SECONDS = 2.0
LEAST_DAYS = 14
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH)
_TIMEOUT = (2.0, PROBE_SECONDS)


def encryption(name: str, host: str, *, encrypted: bool, how: str) -> Point:
    """Whether a connection to ``host`` may be as it is. ``how`` says how to encrypt it."""
    if encrypted:
        return ok(name, f"the connection to {host} is encrypted")
    near = _nearness(host)
    if near == "here":
        return ok(name, "the connection stays on this machine")
    if near == "private":
        return warn(name, f"the connection to {host} is not encrypted; it stays in a private network", how)
    return fail(name, f"the connection to {host} is not encrypted", how)


def services(situation: Situation) -> Iterable[Point]:
    """The other services' webs that this process is told of answer that they are ready."""
    urls: dict[str, str] = situation.settings.service_urls
    for name, url in urls.items():
        if url and name != situation.name:
            yield _answers(f"service {name}", f"{url}/readyz", f"{name.upper()}_URL")
    if not urls["identity"] and situation.name != "identity":
        yield fail("service identity", "IDENTITY_URL is not set: no token can be verified", "Set IDENTITY_URL.")


def client_secret(situation: Situation) -> Iterable[Point]:
    """Identity gives this process a token for its CLIENT_SECRET. Identity's own is its own business."""
    identity = situation.settings.service_urls["identity"]
    if not identity or situation.name == "identity":
        return
    do = f"Is it the one identity's CLIENT_SECRETS holds for {situation.name}? Has identity been restarted since?"
    form = {"grant_type": "client_credentials", "audience": "identity"}
    who = (situation.name, situation.settings.client_secret)
    try:
        status = requests.post(f"{identity}/internal/token", data=form, auth=who, timeout=_TIMEOUT).status_code
    except requests.RequestException:
        return  # that identity does not answer is a point of its own
    if status == 200:
        yield ok("client secret", "identity accepts it")
    else:
        yield fail("client secret", f"identity answers {status} to CLIENT_SECRET", do)


def renderer(situation: Situation) -> Iterable[Point]:
    """The renderer answers, where documents are made at all."""
    if situation.database is not None and Renderer in situation.database.provided:
        yield _answers("renderer", f"{situation.settings.renderer_url.rstrip('/')}/healthz", "RENDERER_URL")


def http_clock(situation: Situation) -> Iterable[Point]:
    """This machine's clock against identity's: for processes without a database."""
    began = time.time()
    try:
        answer = requests.get(f"{situation.settings.service_urls['identity']}/healthz", timeout=_TIMEOUT)
    except requests.RequestException:
        yield fail("clock", "identity does not answer, so there is no other clock", "Start identity, check again.")
        return
    theirs = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    # An HTTP date is cut to whole seconds: half of one is the fairest guess.
    yield skew("identity's clock", theirs + 0.5 - (began + time.time()) / 2, slack=0.5)


def skew(whose: str, seconds: float, slack: float = 0.0) -> Point:
    """The point about a difference between two clocks, in seconds."""
    if abs(seconds) > SKEW_SECONDS + slack:
        return fail("clock", f"{abs(seconds):.1f} s away from {whose}", "Run a time service (chrony) on both machines.")
    return ok("clock", f"within {SKEW_SECONDS:.0f} s of {whose}")


def public_url(situation: Situation) -> Iterable[Point]:
    """Links in mails and to the payment page are https."""
    if urlsplit(situation.settings.public_url).scheme == "https":
        yield ok("public address", "PUBLIC_URL is https")
    else:
        yield fail("public address", "PUBLIC_URL is not https", "Set PUBLIC_URL to the https address people use.")


def certificate(situation: Situation) -> Iterable[Point]:
    """The certificate behind PUBLIC_URL is trusted (SSL_CERT_FILE adds authorities) and lasts long enough."""
    url = urlsplit(situation.settings.public_url)
    if url.scheme != "https" or not url.hostname:
        return
    do = "Renew the edge's certificate; PUBLIC_URL says whose it is."
    try:
        ends = _expiry(url.hostname, url.port or 443)
    except ssl.SSLCertVerificationError as error:
        yield fail("certificate", f"of {url.hostname} is not trusted: {error.verify_message}", do)
    except OSError as error:
        if isinstance(error, TimeoutError) or error.errno in _NO_WAY:
            # A container's network need not lead to where people come in.
            do = f"Look from where people are: openssl s_client -connect {url.hostname}:{url.port or 443}"
            yield warn("certificate", f"no way leads from here to {url.hostname} ({type(error).__name__})", do)
            return
        yield fail("certificate", f"{url.hostname} does not answer TLS ({type(error).__name__})", "Is the edge up?")
    else:
        days = (ends - datetime.now(UTC)).days
        why = f"of {url.hostname} ends in {days} days"
        yield ok("certificate", why) if days >= LEAST_DAYS else fail("certificate", why, do)


def _expiry(host: str, port: int) -> datetime:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=PROBE_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        shown = secure.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def _answers(name: str, url: str, variable: str) -> Point:
    do = f"Look at its logs; {variable} says where it should be."
    try:
        answer = requests.get(url, timeout=_TIMEOUT)
    except requests.RequestException as error:
        return fail(name, f"does not answer ({type(error).__name__})", do)
    if answer.status_code != 200:
        return fail(name, f"answers {answer.status_code}", do)
    return ok(name, "answers")


def _nearness(host: str) -> str:
    if not host or host.startswith(("/", "@")):
        return "here"
    found = [ipaddress.ip_address(str(info[4][0])) for info in socket.getaddrinfo(host, None)]
    if all(address.is_loopback for address in found):
        return "here"
    return "private" if all(address.is_private for address in found) else "elsewhere"
