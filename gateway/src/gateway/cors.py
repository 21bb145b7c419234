"""Cross-origin requests: only the origins named in CORS_ORIGINS; none by default."""

from flask import Flask, Response, request

METHODS = "GET, POST, PUT, PATCH, DELETE"
HEADERS = "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Experience-API-Version, X-Request-ID"
EXPOSED = (
    "ETag, Idempotent-Replayed, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, "
    "X-Experience-API-Consistent-Through, X-Experience-API-Version, X-Request-ID"
)
MAX_AGE = "600"


def is_preflight(method: str, requested_method: str | None) -> bool:
    """Whether a browser asks for leave, rather than for the thing itself."""
    return method == "OPTIONS" and requested_method is not None


def install(app: Flask, origins: tuple[str, ...]) -> None:
    """Answer preflights and mark the answers to allowed origins."""

    @app.before_request
    def preflight() -> Response | None:
        if is_preflight(request.method, request.headers.get("Access-Control-Request-Method")):
            answer = Response(status=204)
            del answer.headers["Content-Type"]
            return answer
        return None

    @app.after_request
    def mark(response: Response) -> Response:
        origin = request.headers.get("Origin")
        if origins:
            response.headers.add("Vary", "Origin")
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = METHODS
                response.headers["Access-Control-Allow-Headers"] = HEADERS
                response.headers["Access-Control-Max-Age"] = MAX_AGE
        return response
