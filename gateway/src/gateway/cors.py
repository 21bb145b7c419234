"""Cross-origin requests: only the origins named in CORS_ORIGINS; none by default."""

from flask import Flask, Response, request

_METHODS = "GET, POST, PUT, PATCH, DELETE"
_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-ID"
_EXPOSED = "ETag, Idempotent-Replayed, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-ID"


def install(app: Flask, origins: tuple[str, ...]) -> None:
    """Answer preflights and mark the answers to allowed origins."""

    @app.before_request
    def preflight() -> Response | None:
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return Response(status=204)
        return None

    @app.after_request
    def mark(response: Response) -> Response:
        origin = request.headers.get("Origin")
        if origins:
            response.headers.add("Vary", "Origin")
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = _METHODS
                response.headers["Access-Control-Allow-Headers"] = _HEADERS
                response.headers["Access-Control-Max-Age"] = "600"
        return response
