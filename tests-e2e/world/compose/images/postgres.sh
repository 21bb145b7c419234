#!/bin/sh
# What the official image's entrypoint does, as far as docker-compose.yml can ask for it.
set -eu
user=${POSTGRES_USER:-postgres}

first_start() {
    umask 077
    mkdir -p "$PGDATA"
    printf %s "${POSTGRES_PASSWORD:?}" >/tmp/pwfile
    # shellcheck disable=SC2086 (arguments, to be split)
    initdb --pgdata "$PGDATA" --username "$user" --pwfile /tmp/pwfile --auth-local trust --auth-host scram-sha-256 \
        --encoding UTF8 --no-locale --no-sync ${POSTGRES_INITDB_ARGS:-}
    rm /tmp/pwfile
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    printf "listen_addresses = '*'\nunix_socket_directories = '/run/postgresql'\n" >>"$PGDATA/postgresql.conf"
    export PGHOST=/run/postgresql PGUSER="$user" PGDATABASE="${POSTGRES_DB:-$user}"
    pg_ctl --pgdata "$PGDATA" --wait --options "-c listen_addresses=''" start
    [ "$PGDATABASE" = postgres ] || createdb --maintenance-db postgres "$PGDATABASE"
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
        *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
        *.sql) psql --variable ON_ERROR_STOP=1 --no-psqlrc --file "$file" ;;
        esac
    done
    pg_ctl --pgdata "$PGDATA" --mode fast --wait stop
    unset PGHOST PGUSER PGDATABASE
}

mkdir -p /run/postgresql
[ -s "$PGDATA/PG_VERSION" ] || first_start
exec "$@"
