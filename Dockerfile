# syntax=docker/dockerfile:1
# One recipe for every process; the argument says which:
#   docker run ufadhili billing web | billing worker | billing migrate | gateway authorize | chassis.render …
#
# Python and Debian are those the tests run on. A tag follows its security fixes at the next build; for builds that repeat
# byte for byte, give a digest: --build-arg PYTHON=3.11-slim-bookworm@sha256:…
ARG PYTHON=3.11-slim-bookworm
ARG NGINX=1.28

FROM python:${PYTHON} AS build
# As in deploy/local/bootstrap; a test holds the two together.
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 PYC_INVALIDATION_MODE=UNCHECKED_HASH
WORKDIR /app
COPY . .
# The services, the gateway and what they stand on: neither tests, nor what develops, nor the local supervisor with its
# embedded PostgreSQL. Packages stay where their sources are, because each service finds its migrations beside them.
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --extra otel \
        --package ufadhili-chassis --package ufadhili-gateway \
        --package ufadhili-identity --package ufadhili-programs --package ufadhili-billing \
        --package ufadhili-privacy --package ufadhili-analytics --package ufadhili-notifications \
    && python -m compileall -q --invalidation-mode unchecked-hash libs services gateway

FROM python:${PYTHON} AS ufadhili
# What WeasyPrint loads, and a font. The newest that the release has: it only ever gets fixes.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 ufadhili \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin ufadhili \
    && install --directory --owner 10001 --group 10001 --mode 0700 /keys /certificate
COPY --from=build /app /app
# /tmp is all that is ever written: the root may be read-only. One arena of malloc instead of one a thread: a third less
# memory in processes with a dozen threads.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=1 \
    XDG_CACHE_HOME=/tmp HOST=0.0.0.0 PORT=8080 UFADHILI_ENV=production
WORKDIR /app
USER 10001:10001
EXPOSE 8080
# No tini: every process answers SIGTERM itself, and the renderer, alone in having children, waits for them.
STOPSIGNAL SIGTERM
# A renderer answers when it has finished the document in hand, at most 20 s later.
HEALTHCHECK --interval=10s --timeout=30s --start-period=60s --retries=3 CMD ["python", "-c", \
    "from http.client import *; c = HTTPConnection('127.0.0.1', 8080, timeout=25); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["python", "-m"]
CMD ["gateway", "--help"]
ARG VERSION=local
LABEL org.opencontainers.image.title="ufadhili" \
    org.opencontainers.image.description="Fund learners, and see, honestly and lawfully, what the money did." \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}"

FROM ufadhili AS edge-configuration
ARG NGINX
# The name server that nginx asks again and again where the services are. Without one it asks once, when it starts.
ARG RESOLVER=
RUN python -m gateway nginx --nginx "${NGINX%%-*}" --workers 2 >/tmp/nginx.conf ${RESOLVER:+--resolver "$RESOLVER"}

FROM nginxinc/nginx-unprivileged:${NGINX} AS edge
COPY --from=edge-configuration /tmp/nginx.conf /etc/nginx/nginx.conf
# The certificate and its key are for the same user as everything else.
USER 10001:10001
EXPOSE 8080 8443
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s --retries=3 CMD ["curl", "--fail", "--silent", "--output", \
    "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["nginx"]
CMD []
ARG VERSION=local
LABEL org.opencontainers.image.title="ufadhili-edge" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}"
