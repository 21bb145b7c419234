"""One service's parts become a Flask app: request id, refusals, health, metrics, OpenAPI."""

from typing import Any

from flask import Flask

from chassis import health, rendering, requests_context
from chassis.auth import AUDIENCE, TokenVerifier
from chassis.blueprint import Api
from chassis.database import Database
from chassis.json_provider import JsonProvider
from chassis.openapi import describe
from chassis.service import Service
from chassis.service_tokens import jwks_of
from chassis.settings import ServiceSettings
from chassis.transports import owe
from chassis.transports.http import receive_blueprint


def create_app(
    service: Service,
    settings: ServiceSettings,
    *,
    database: Database | None = None,
    tokens: TokenVerifier | None = None,
) -> Flask:
    """The web app of a service, wired to its database. ``database`` and ``tokens`` are given by tests.

    Tokens are verified with the keys identity publishes, unless ``wire`` provides a TokenVerifier.
    """
    app = _app(service, settings, database or Database(settings.database_url))
    database = app.extensions["database"]
    app.extensions["tokens"] = (
        tokens
        or database.provided.get(TokenVerifier)
        or TokenVerifier(jwks_of(settings.service_urls["identity"]), (AUDIENCE, service.name))
    )
    if settings.events_transport == "http":
        app.register_blueprint(receive_blueprint(database, settings.events_secret))
    api = Api(app)
    for blueprint in service.blueprints:
        api.register_blueprint(blueprint)
    describe(api.spec)
    app.extensions["openapi"] = api.spec
    return app


def create_worker_app(service: Service, settings: ServiceSettings) -> Flask:
    """What a worker of the service answers: whether it lives, whether it is ready, what it measures."""
    return _app(service, settings, Database(settings.database_url))


def _app(service: Service, settings: ServiceSettings, database: Database) -> Flask:
    app = Flask(service.name, static_folder=None)
    app.json = JsonProvider(app)
    app.url_map.strict_slashes = False
    app.config.update(_configuration(service, settings))
    service.wire(database, settings)
    owe(database, settings)
    app.extensions["database"] = database
    app.extensions["service"] = service
    requests_context.install(app)
    rendering.install(app)
    health.install(app, service, database)
    return app


def _configuration(service: Service, settings: ServiceSettings) -> dict[str, Any]:
    return {
        "API_TITLE": service.title,
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "MAX_CONTENT_LENGTH": settings.max_body_bytes,
        "PROPAGATE_EXCEPTIONS": False,
    }
