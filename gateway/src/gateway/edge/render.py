"""nginx's configuration as text, from the services' addresses, the settings of the door and the decision's answers."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import jinja2
from environs import Env

from chassis.rendering import PARTNER
from chassis.settings import SERVICE_NAMES
from gateway import cors
from gateway.authorize import PATH
from gateway.edge.refusals import own_refusals
from gateway.routes import LARGER, ROUTES

ANSWERS = {
    "service": "x_service",
    "path": "x_path",
    "exchanged": "x_exchanged",
    "user": "x_user",
    "organization": "x_organization",
    "operation": "x_operation",
    "limit": "ratelimit_limit",
    "remaining": "ratelimit_remaining",
    "reset": "ratelimit_reset",
    "vary": "x_vary",
    "origin": "x_allowed_origin",
    "status": "x_refusal_status",
    "type": "x_refusal_type",
    "body": "x_refusal_body",
    "reason": "x_refusal",
    "retry": "retry_after",
    "challenge": "www_authenticate",
}
"""What nginx keeps of a decision: a variable's name, and the header it is in."""

DECIDED = (400, 401, 403, 404, 405, 409, 413, 414, 429, 503)
"""The statuses a decision can refuse with; any other is told as 500."""

FROM_OUTSIDE = (
    "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "X-Cluster-Client-IP", "X-Original-URL", "X-Rewrite-URL",
    "X-Forwarded-By", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Scheme",
    "X-Forwarded-Server", "X-Forwarded-Ssl", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups",
    "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token", "X-Forwarded-Client-Cert",
    "X-User", "X-User-Id", "X-User-Email", "X-User-Name", "X-User-Role", "X-User-Roles", "X-User-Permissions",
    "X-Organization", "X-Organization-Id", "X-Organization-Kind", "X-Organization-Name",
    "X-Ufadhili-Caller", "X-Ufadhili-User", "X-Ufadhili-Organization", "X-Service", "X-Path", "X-Operation",
    "X-Refusal", "Proxy", "Proxy-Connection", "Proxy-Authorization", "Trailer",
)  # fmt: skip
"""What a client may not send to a service, by name: nginx knows no beginnings of names, as door 1 does.

Services read none of them, whose request it is the token says; so a name that is missing here opens nothing.
"""

SAID_HERE = (
    "X-Content-Type-Options", "Strict-Transport-Security", "X-Request-ID", "X-Powered-By", "X-Refusal",
    "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
    "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers", "Access-Control-Max-Age", "Access-Control-Allow-Credentials",
)  # fmt: skip
"""Headers of an answer that nginx sets itself, whatever the service says."""

_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d+)?")

HTTP2_DIRECTIVE = (1, 25, 1)
"""From this nginx on ``http2 on;``; what was there before still works, with a warning at start."""


@dataclass(frozen=True)
class Edge:
    """What differs between one installation and another. Addresses are ``host:port``, sizes bytes, times seconds."""

    upstreams: dict[str, str]
    public_url: str
    max_body_bytes: int
    http: str = "8080"
    https: str = "8443"
    plain: bool = False
    certificate: str = "/etc/nginx/certificate/tls.crt"
    key: str = "/etc/nginx/certificate/tls.key"
    folder: str = "/tmp"  # noqa: S108 - the one place a container without rights may write to
    log: str = "/dev/stdout"
    workers: str = "auto"
    connections: int = 512
    connect_seconds: int = 2
    read_seconds: int = 75
    resolver: str = ""
    trusted: tuple[str, ...] = ()
    nginx: tuple[int, ...] = (1, 22)

    @staticmethod
    def surroundings(env: Env) -> dict[str, object]:
        """What the gateway's own settings say of it. An address not given is the service's name, port 8080."""
        names = (*SERVICE_NAMES, "gateway")
        return {
            "upstreams": {name: _address(env.str(f"{name.upper()}_URL", f"http://{name}:8080")) for name in names},
            "public_url": _public(env.str("PUBLIC_URL", "")),
            "max_body_bytes": env.int("MAX_BODY_BYTES", 8 * 1024 * 1024),
        }


def render(edge: Edge) -> str:
    """The whole nginx.conf."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("gateway", "edge"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - not HTML; all values are the operator's own
    )
    public = urlsplit(edge.public_url)
    return environment.get_template("nginx.conf.j2").render(
        vars(edge)
        | {
            "answers": ANSWERS,
            "cors": cors,
            "decide": PATH,
            "decided": DECIDED,
            "files": f'~ "^(?:{"|".join(route.regex.pattern for route in ROUTES if route.pattern in LARGER)})$"',
            "from_outside": FROM_OUTSIDE,
            # Each route's own with the decision and in its service.
            "max_file_bytes": max(edge.max_body_bytes, *LARGER.values()),
            "http2_directive": edge.nginx >= HTTP2_DIRECTIVE,
            "partner": PARTNER,
            # Without an address of our own the one that was asked for: nginx takes no other as $host.
            "public_host": public.netloc or "$host",
            "refusals": own_refusals(),
            "said_here": SAID_HERE,
            "secure": not edge.plain or public.scheme == "https",
        }
    )


def _address(url: str) -> str:
    """Host and port of a service's URL. Raises ValueError when nginx would have to send to a path or with TLS."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not _HOST.fullmatch(parts.netloc) or parts.path.strip("/") or parts.query:
        raise ValueError(f"{url!r} is no http://host:port")
    return f"{parts.netloc}:80" if parts.port is None else parts.netloc


def _public(url: str) -> str:
    """A URL for people, or none. Raises ValueError when it names no host."""
    if url and not _HOST.fullmatch(urlsplit(url).netloc):
        raise ValueError(f"PUBLIC_URL: {url!r} names no host")
    return url
