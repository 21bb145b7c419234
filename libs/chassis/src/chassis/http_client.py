"""How a service calls another: always with timeouts, patient where that is safe, silent where useless."""

from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from requests.adapters import HTTPAdapter
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from chassis import trace_context, tracing
from chassis.circuit import Circuit, CircuitOpen, Trouble
from chassis.errors import Refusal

log = structlog.get_logger()

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_NOW = frozenset({502, 503, 504})
_LOST = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class Unavailable(Refusal):
    """The other side cannot be reached, is failing, or failed so often that it is not asked for a while."""

    code, status = "upstream_unavailable", 503
    message = "A service that this request needs is unavailable; try again shortly."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, headers={"Retry-After": "1"})


class HttpClient:
    """A pooled, kept-alive client of one base URL; one instance serves all threads of a process.

    ``timeout`` is (connect, read) in seconds. ``retries`` are further attempts, with jitter growing from
    ``backoff`` seconds, of calls that may be repeated: GET, and what the caller says is ``idempotent``.
    After ``failures`` in a row nothing is sent for ``pause`` seconds, then one call tries. ``token`` is asked
    for a bearer token at each attempt; ``auth`` is what requests takes. The request id and trace of the
    caller travel along.

    Raises ``Unavailable`` for connection trouble, for 5xx and while nothing is sent; returns every other
    answer. Redirects are answers: they are not followed.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: tuple[float, float] = (1.0, 5.0),
        retries: int = 2,
        backoff: float = 0.1,
        token: Callable[[], str] | None = None,
        auth: Any = None,
        headers: Mapping[str, str] | None = None,
        failures: int = 5,
        pause: float = 10.0,
        pool: int = 16,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._host = urlsplit(base_url).hostname or ""
        self._timeout = timeout
        self._token = token
        self._retries = retries
        self._backoff = backoff
        self._circuit = Circuit(failures, pause)
        self._session = _session(pool, auth, headers or {})

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET ``path`` (begins with a slash); ``options`` as for ``request``."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """POST to ``path``; sent once unless ``idempotent=True``."""
        return self.request("POST", path, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        idempotent: bool = False,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        """Send one call; ``options`` are those of requests: params, json, data. Raises ``Unavailable``."""
        attempts = 1 + (self._retries if idempotent or method in _SAFE else 0)
        retrying = Retrying(
            stop=stop_after_attempt(attempts),
            wait=wait_random_exponential(multiplier=self._backoff, max=1),
            retry=retry_if_exception_type(Trouble),
            reraise=True,
        )
        try:
            answer = retrying(self._circuit.call, lambda: self._attempt(method, path, headers or {}, options))
        except (Trouble, CircuitOpen) as error:
            log.warning("upstream_unavailable", upstream=self._base_url, error=str(error))
            raise Unavailable from error
        if answer.status_code >= 500:
            log.warning("upstream_unavailable", upstream=self._base_url, error=f"status {answer.status_code}")
            raise Unavailable
        return answer

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def _attempt(
        self, method: str, path: str, headers: Mapping[str, str], options: Mapping[str, Any]
    ) -> requests.Response:
        try:
            answer = self._sent(method, path, headers, options)
        except _LOST as error:
            raise Trouble(type(error).__name__) from error
        if answer.status_code in _NOT_NOW:
            answer.close()
            raise Trouble(f"status {answer.status_code}")
        return answer

    def _sent(
        self, method: str, path: str, headers: Mapping[str, str], options: Mapping[str, Any]
    ) -> requests.Response:
        attributes = {"http.request.method": method, "server.address": self._host}
        with tracing.call(method, attributes) as span:  # the path stays out: it holds ids
            sent = {"timeout": self._timeout, "allow_redirects": False, **options}
            sent["headers"] = {**self._headers(), **headers}
            answer = self._session.request(method, self._base_url + path, **sent)
            status = answer.status_code
            span.describe(method, {"http.response.status_code": status}, str(status) if status >= 400 else None)
        return answer

    def _headers(self) -> dict[str, str]:
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        carried = trace_context.headers() | ({"X-Request-ID": str(request_id)} if request_id else {})
        return carried | ({"Authorization": f"Bearer {self._token()}"} if self._token else {})


def _session(pool: int, auth: Any, headers: Mapping[str, str]) -> requests.Session:
    session = requests.Session()
    # Neither a proxy nor a .netrc of the machine may decide where calls go or as whom.
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = auth
    session.headers.update(headers)
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=pool)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
