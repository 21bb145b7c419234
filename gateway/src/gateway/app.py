"""The composition root of the gateway."""

import threading
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.middleware.proxy_fix import ProxyFix

from chassis import rendering, requests_context, telemetry
from chassis.auth import AUDIENCE, TokenVerifier
from chassis.errors import NotFound
from chassis.http_client import HttpClient, Unavailable
from chassis.service_tokens import ServiceTokens, jwks_of
from gateway import cors, readiness, schema
from gateway.api_keys import ApiKeys
from gateway.authorize import Authorize
from gateway.decision import Decision
from gateway.gate import Asked, Gate
from gateway.limits import Limits
from gateway.proxy import Proxy
from gateway.revocations import AGE, Revocations
from gateway.routes import GATEWAY
from gateway.settings import Settings

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(settings: Settings) -> Flask:
    """Door 1, the proxy. ``app.extensions["revocations"].run`` must be started in a thread by whoever serves it."""
    gate, revocations = _gate(settings)
    app = _pages(settings, revocations)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies)  # type: ignore[method-assign]
    cors.install(app, settings.cors_origins)
    _install_door(app, gate, Proxy(settings))
    app.after_request(_tell_standing)
    return app


def create_authorize(settings: Settings) -> tuple[Authorize, Revocations]:
    """Door 2, what nginx asks, and the revocations to be kept fresh by whoever serves it."""
    gate, revocations = _gate(settings)
    app = _pages(settings, revocations)
    _install_wall(app)
    return Authorize(gate, settings.cors_origins, app), revocations


def _pages(settings: Settings, revocations: Revocations) -> Flask:
    """The gateway's own pages, in the family's manners."""
    app = Flask("gateway", static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    requests_context.install(app)
    rendering.install(app)
    schema.install(app, settings.openapi_file)
    app.extensions["revocations"] = revocations
    readiness.install(app, settings, revocations)
    app.add_url_rule("/metrics", "metrics", lambda: _metrics(revocations))
    return app


def _metrics(revocations: Revocations) -> Response:
    return Response(telemetry.exposition("gateway", [AGE(revocations.age)]), content_type=CONTENT_TYPE_LATEST)


def _gate(settings: Settings) -> tuple[Gate, Revocations]:
    tokens = ServiceTokens(settings.service_urls["identity"], "gateway", settings.client_secret)
    identity = HttpClient(settings.service_urls["identity"], token=tokens.for_audience("identity"))
    decision, revocations = _decision(settings, tokens, identity)
    keys = ApiKeys(lambda key: _token(identity.post("/internal/api-key-token", json={"key": key}, idempotent=True)))
    return Gate(decision, Limits(settings), keys, settings.max_body_bytes), revocations


def _token(response: Any) -> dict[str, Any] | None:
    """What an API key was exchanged for; None when it opens nothing."""
    return None if response.status_code == 404 else _answer(response)


def _decision(settings: Settings, tokens: ServiceTokens, identity: HttpClient) -> tuple[Decision, Revocations]:
    privacy = HttpClient(settings.service_urls["privacy"], token=tokens.for_audience("privacy"))
    revocations = Revocations(lambda cursor: _answer(identity.get("/internal/revocations", params={"since": cursor})))
    verifier = TokenVerifier(jwks_of(settings.service_urls["identity"]), (AUDIENCE,))
    return Decision(
        verifier, revocations, lambda question: _answer(privacy.post("/internal/decisions", json=question))
    ), revocations


def _answer(response: Any) -> dict[str, Any]:
    """The JSON of a 200; anything else counts as no answer."""
    if response.status_code != 200:
        raise Unavailable()
    body: dict[str, Any] = response.json()
    return body


def _install_door(app: Flask, gate: Gate, proxy: Proxy) -> None:
    @app.route("/", defaults={"path": ""}, methods=METHODS)
    @app.route("/<path:path>", methods=METHODS)
    def door(path: str) -> Response:  # noqa: ARG001 - the gate reads the path as it was sent
        address = request.remote_addr or "unknown"
        token, length = request.headers.get("Authorization"), request.content_length or 0
        asked = g.asked = Asked(request.method, _path(), token, address, length)
        try:
            service = gate.service_for(asked)
        finally:
            g.operation, g.caller = asked.operation, asked.caller
        if service == GATEWAY:
            raise NotFound()
        return proxy.forward(service, request, address, asked.largest_body, asked.bearer)


def _path() -> str:
    """The path as it was sent: Flask's has one slash first where there were two."""
    more_slashes = request.environ["PATH_INFO"].startswith("//")
    return "/" + request.path if more_slashes else request.path


def _tell_standing(response: Response) -> Response:
    """Tell the client how much of its limit is left."""
    if "asked" in g:
        response.headers.extend(g.asked.standing)
    return response


def _install_wall(app: Flask) -> None:
    """Nothing but the pages: everything else is nginx's to forward."""

    @app.route("/", defaults={"path": ""}, methods=METHODS)
    @app.route("/<path:path>", methods=METHODS)
    def wall(path: str) -> Response:  # noqa: ARG001 - wherever it leads
        raise NotFound()


def start_polling(revocations: Revocations) -> threading.Event:
    """Keep the revocations fresh until the returned event is set."""
    stop = threading.Event()
    threading.Thread(target=revocations.run, args=(stop,), daemon=True, name="revocations").start()
    return stop
