"""The merged OpenAPI document and Swagger UI, its assets shipped with us, under a strict policy."""

from pathlib import Path

import flask_swagger_ui
from flask import Flask, Response, send_from_directory

from chassis.errors import NotFound

_SHIPPED = Path(flask_swagger_ui.__file__).parent / "dist"
_BASE = "/api/schema/swagger-ui"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ufadhili API</title>
<link rel="stylesheet" href="{_BASE}/assets/swagger-ui.css">
<link rel="icon" type="image/png" href="{_BASE}/assets/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{_BASE}/assets/swagger-ui-bundle.js"></script>
<script src="{_BASE}/start.js"></script>
</body>
</html>
"""
_START = """window.ui = SwaggerUIBundle({
  url: "/api/schema/",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
"""
_ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")


def install(app: Flask, document: Path) -> None:
    """Serve the document, the page, and the three files the page needs."""

    def spec() -> Response:
        if not document.exists():
            raise NotFound("The document has not been made; run `make openapi`.")
        response = Response(document.read_bytes(), content_type="application/json")
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    def asset(name: str) -> Response:
        if name not in _ASSETS:
            raise NotFound()
        return send_from_directory(_SHIPPED, name, max_age=86_400)

    app.add_url_rule("/api/schema/", "schema", spec)
    app.add_url_rule(f"{_BASE}/", "swagger_ui", lambda: _with_policy(_PAGE, "text/html; charset=utf-8"))
    app.add_url_rule(f"{_BASE}/start.js", "swagger_start", lambda: _with_policy(_START, "text/javascript"))
    app.add_url_rule(f"{_BASE}/assets/<name>", "swagger_asset", asset)


def _with_policy(body: str, kind: str) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
