"""Apps of a service under test, made once for each of its settings."""

import os
from typing import Any
from unittest.mock import patch

from flask import Flask

from chassis.auth import AUDIENCE, TokenVerifier
from chassis.factory import create_app
from chassis.service import Service
from chassis.settings import SERVICE_NAMES, load
from chassis.testing.cluster import cluster
from chassis.testing.tokens import JWKS

ENVIRONMENT = {
    "CLIENT_SECRET": "client-secret-of-a-test",
    "EVENTS_SECRET": "whsec_dGVzdHMgYXJlIHNpZ25lZCB0b28hISEhISEhISE=",
    "PUBLIC_URL": "http://localhost:8000",
    **{f"{name.upper()}_URL": f"http://{name}.test" for name in SERVICE_NAMES},
    "RENDERER_URL": "http://renderer.test",
}

_apps: dict[tuple[Any, ...], tuple[Flask, Any]] = {}


def shared_application(service: Service, variables: dict[str, str]) -> Flask:
    """The app on the database in which every test's writes are rolled back."""
    key = (service.name, *sorted(variables.items()))
    if key not in _apps:
        _apps[key] = application(service, cluster().shared_copy(service), variables)
    return _apps[key][0]


def settings_of(app: Flask) -> Any:
    """The settings a shared app was built with."""
    return next(found for known, found in _apps.values() if known is app)


def application(service: Service, database_name: str, variables: dict[str, str]) -> tuple[Flask, Any]:
    """An app on this database, with these variables in its environment, and its settings."""
    url = cluster().url(database_name, f"{service.name}_app")
    with patch.dict(os.environ, {**ENVIRONMENT, "DATABASE_URL": url, **variables}):
        settings = load(service.settings.read)
    verifier = TokenVerifier(lambda: JWKS, (AUDIENCE, service.name))
    return create_app(service, settings, tokens=verifier), settings
