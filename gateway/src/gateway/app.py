"""The composition root of the gateway."""

import threading
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.middleware.proxy_fix import ProxyFix

from chassis import rendering, requests_context
from chassis.auth import AUDIENCE, TokenVerifier
from chassis.errors import NotFound
from chassis.http_client import HttpClient, Unavailable
from chassis.service_tokens import ServiceTokens, jwks_of
from gateway import cors, limits, readiness, schema
from gateway.decision import Decision
from gateway.proxy import Proxy
from gateway.revocations import Revocations
from gateway.settings import Settings

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(settings: Settings) -> Flask:
    """The gateway's app. ``app.extensions["revocations"].run`` must be started in a thread by whoever serves it."""
    app = Flask("gateway", static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies)  # type: ignore[method-assign]
    requests_context.install(app, "gateway")
    rendering.install(app)
    cors.install(app, settings.cors_origins)
    schema.install(app, settings.openapi_file)
    decision, revocations = _decision(settings)
    app.extensions["revocations"] = revocations
    readiness.install(app, settings, revocations)
    app.add_url_rule("/metrics", "metrics", lambda: Response(generate_latest(), content_type=CONTENT_TYPE_LATEST))
    _install_door(app, decision, Proxy(settings), limits.Limits(settings))
    app.after_request(limits.annotate)
    return app


def _decision(settings: Settings) -> tuple[Decision, Revocations]:
    tokens = ServiceTokens(settings.service_urls["identity"], "gateway", settings.client_secret)
    identity = HttpClient(settings.service_urls["identity"], token=tokens.for_audience("identity"))
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


def _install_door(app: Flask, decision: Decision, proxy: Proxy, limiter: limits.Limits) -> None:
    @app.route("/", defaults={"path": ""}, methods=METHODS)
    @app.route("/<path:path>", methods=METHODS)
    def door(path: str) -> Response:  # noqa: ARG001 - the decision reads the path as it was sent
        address = request.remote_addr or "unknown"
        limiter.check_sign_in(request.path, address)
        token = request.headers.get("Authorization")
        allowed = decision.decide(request.method, request.path, token, lambda who: limiter.check_caller(who, address))
        g.operation, g.caller = allowed.route.pattern, allowed.caller
        if not allowed.route.service:
            raise NotFound()
        return proxy.forward(allowed.route.service, request, address)


def start_polling(app: Flask) -> threading.Event:
    """Keep the revocations fresh until the returned event is set."""
    stop = threading.Event()
    threading.Thread(target=app.extensions["revocations"].run, args=(stop,), daemon=True, name="revocations").start()
    return stop
