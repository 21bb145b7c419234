#!/bin/sh
# For each service a database, a role that owns it and migrates, and a role that only uses it. Safe to repeat: passwords
# are set anew, nothing is lost. The passwords come from IDENTITY_OWNER_PASSWORD, IDENTITY_APP_PASSWORD and so on.
#
# The postgres image runs this when its volume is new. Later, or on a PostgreSQL 16 or newer of your own, by hand, as any
# role that may create databases and roles:
#   set -a; . ./.env; set +a; PGHOST=… PGUSER=… PGPASSWORD=… deploy/compose/postgres/databases.sh [SERVICE...]
set -eu

export PGUSER="${PGUSER:-${POSTGRES_USER:-postgres}}" PGDATABASE="${PGDATABASE:-postgres}"

# shellcheck disable=SC2048 # names of services hold no blanks
for service in ${*:-identity programs billing privacy analytics notifications}; do
    prefix=$(printf %s "$service" | tr '[:lower:]' '[:upper:]')
    # By the environment: a process list shows arguments to everybody.
    eval "OWNER_PASSWORD=\${${prefix}_OWNER_PASSWORD:?} APP_PASSWORD=\${${prefix}_APP_PASSWORD:?}"
    export OWNER_PASSWORD APP_PASSWORD
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set name="$service" --set owner="${service}_owner" \
        --set app="${service}_app" --file - <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
SET client_min_messages = warning;

-- A new role has no right beyond its own; one that was here before must not have any either.
SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'app']) AS role
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
SELECT count(*) > 0 AS too_mighty FROM pg_roles WHERE rolname IN (:'owner', :'app')
    AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication) \gset
\if :too_mighty
    DO $$ BEGIN RAISE 'A role of this service may do more than it should; take it away first.'; END $$;
\endif
ALTER ROLE :"owner" LOGIN PASSWORD :'owner_password';
ALTER ROLE :"app" LOGIN PASSWORD :'app_password';

-- Whoever is no superuser must belong to the owner to give it a database.
SELECT format('GRANT %I TO CURRENT_USER WITH INHERIT TRUE, SET TRUE', :'owner')
    WHERE NOT pg_has_role(:'owner', 'SET') OR NOT pg_has_role(:'owner', 'USAGE') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"name" TO :"owner";
GRANT CONNECT ON DATABASE :"name" TO :"app";

\connect :name
ALTER SCHEMA public OWNER TO :"owner";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO :"app";
SQL
done
