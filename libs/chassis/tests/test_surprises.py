"""What is logged of an error nobody thought of: where it happened, never the values it stumbled on."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from chassis import rendering


@pytest.fixture
def app() -> Flask:
    app = Flask("surprised")
    rendering.install(app)

    @app.get("/value")
    def value() -> Any:
        return {"a": 1}["amina@example.org"]

    @app.get("/chain")
    def chain() -> Any:
        said = ValueError("amina@example.org")
        raise RuntimeError("while amina@example.org was added") from IntegrityError("insert", {"email": said}, said)

    return app


@pytest.mark.parametrize(
    ("path", "error", "where"), [("/value", "KeyError", "value"), ("/chain", "RuntimeError", "chain")]
)
def test_a_surprise_is_logged_with_its_place_and_without_its_values(app, path, error, where):
    with capture_logs() as logged:
        answer = app.test_client().get(path)
    assert answer.status_code == 500
    assert "amina" not in answer.text
    assert "amina" not in str(logged)
    assert logged[0]["error"] == error
    assert logged[0]["trace"][-1].endswith(f"in {where}")
