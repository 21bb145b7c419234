"""The record of rights becomes a chain; passwords are reset; a second factor; API keys rotate.

Revision ID: 0005
"""

from alembic import op

from chassis.migrations import protect

revision = "0005"
down_revision = "0004"

# The database itself links each entry to the one before, so that no door, and no older version of the service that
# still runs beside this one, writes past the chain. What is hashed is told in docs/decisions/0020.
_CHAIN = r"""
alter table rights_audit add column sequence bigint, add column prev_hash bytea, add column hash bytea;
-- How far each organization's chain has come. An entry cut off the end is missed here.
create table rights_audit_heads (
    chain uuid primary key,
    organization_id uuid,
    sequence bigint not null,
    hash bytea not null
);
create function canonical_json(value jsonb) returns text language sql immutable as $$
    select case jsonb_typeof(value)
        when 'object' then '{' || coalesce((
            select string_agg(to_json(each.key)::text || ':' || canonical_json(each.value), ','
                order by each.key collate "C")
            from jsonb_each(value) as each
        ), '') || '}'
        when 'array' then '[' || coalesce((
            select string_agg(canonical_json(each.value), ',' order by each.place)
            from jsonb_array_elements(value) with ordinality as each (value, place)
        ), '') || ']'
        else value::text
    end
$$;
create function rights_audit_hash(entry rights_audit) returns bytea language sql stable as $$
    select sha256(convert_to(canonical_json(jsonb_build_object(
        'action', entry.action,
        'actor_id', entry.actor_id,
        'at', to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'details', entry.details,
        'id', entry.id,
        'organization_id', entry.organization_id,
        'prev_hash', encode(entry.prev_hash, 'hex'),
        'sequence', entry.sequence,
        'user_id', entry.user_id
    )), 'UTF8'))
$$;
create function chain_rights_audit() returns trigger language plpgsql as $$
declare
    own_chain constant uuid := coalesce(new.organization_id, '00000000-0000-0000-0000-000000000000');
begin
    insert into rights_audit_heads values (own_chain, new.organization_id, 0, decode(repeat('00', 32), 'hex'))
    on conflict (chain) do nothing;
    -- Held until the commit: entries of one organization come one after the other, and the chain never forks.
    select sequence + 1, hash into strict new.sequence, new.prev_hash
    from rights_audit_heads where chain = own_chain for update;
    new.hash := rights_audit_hash(new);
    update rights_audit_heads set sequence = new.sequence, hash = new.hash where chain = own_chain;
    return new;
end $$;
create function only_forward() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.sequence = old.sequence + 1 and new.chain = old.chain then
        return new;
    end if;
    raise exception '% only move forward', tg_table_name using errcode = 'restrict_violation';
end $$;
"""

_GUARDS = """
create trigger rights_audit_chain before insert on rights_audit for each row execute function chain_rights_audit();
create trigger rights_audit_heads_forward before update or delete on rights_audit_heads
    for each row execute function only_forward();
create trigger rights_audit_heads_no_truncate before truncate on rights_audit_heads
    for each statement execute function refuse_change();
"""

# What was recorded before is chained as it stands. The owner role, too, sees rows only when it says for whom.
_BACKFILL = """
select set_config('app.scope', 'system', true);
alter table rights_audit disable trigger rights_audit_append_only;
do $$
declare
    entry rights_audit;
    latest rights_audit_heads;
begin
    for entry in select * from rights_audit order by organization_id nulls first, at, id loop
        insert into rights_audit_heads values (
            coalesce(entry.organization_id, '00000000-0000-0000-0000-000000000000'), entry.organization_id,
            0, decode(repeat('00', 32), 'hex')
        ) on conflict (chain) do nothing;
        select * into strict latest from rights_audit_heads
        where chain = coalesce(entry.organization_id, '00000000-0000-0000-0000-000000000000');
        entry.sequence := latest.sequence + 1;
        entry.prev_hash := latest.hash;
        entry.hash := rights_audit_hash(entry);
        update rights_audit set sequence = entry.sequence, prev_hash = entry.prev_hash, hash = entry.hash
        where id = entry.id;
        update rights_audit_heads set sequence = entry.sequence, hash = entry.hash where chain = latest.chain;
    end loop;
end $$;
alter table rights_audit enable trigger rights_audit_append_only;
alter table rights_audit alter column sequence set not null, alter column prev_hash set not null,
    alter column hash set not null;
create unique index uq_rights_audit_sequence on rights_audit (organization_id, sequence) nulls not distinct;
"""

_PASSWORDS = """
create table password_resets (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    -- Null until the mail is written.
    token_hash bytea unique,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index ix_password_resets_user_id on password_resets (user_id);
create index ix_password_resets_expires_at on password_resets (expires_at);
-- Keyed by a hash of the address, like login_attempts, so that an address nobody has is counted like any other.
create table password_reset_requests (
    address_hash bytea primary key,
    asked integer not null,
    since timestamptz not null
);
create index ix_password_reset_requests_since on password_reset_requests (since);
"""

_SECOND_FACTORS = """
create table totp_factors (
    user_id uuid primary key references users (id) on delete cascade,
    -- Encrypted; the key is not in the database.
    secret bytea not null,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    -- The time step of the latest code that opened; it and those before open nothing any more.
    last_step bigint
);
create table recovery_codes (
    user_id uuid not null references totp_factors (user_id) on delete cascade,
    code_hash bytea not null,
    made_at timestamptz not null,
    used_at timestamptz,
    primary key (user_id, code_hash)
);
"""

_ROTATION = """
alter table api_keys add column replaced_by uuid references api_keys (id);
"""


def upgrade() -> None:
    """Add what is new; chain the entries there are."""
    op.execute(_CHAIN)
    op.execute(_BACKFILL)
    op.execute(_GUARDS)
    protect(op, "rights_audit_heads")
    for tables in (_PASSWORDS, _SECOND_FACTORS, _ROTATION):
        op.execute(tables)
