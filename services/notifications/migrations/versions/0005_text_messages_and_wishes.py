"""Text messages, wishes by category, quiet hours, who is not written to, versions of templates, reports by mail."""

from alembic import op

from chassis.migrations import append_only, protect

revision = "0005"
down_revision = "0004"

_DELIVERIES = """
alter table organizations add column time_zone text;
-- What a message is, as a person's wishes see it; 'service' is beyond wishes.
alter table messages add column category text not null default 'messages'
    check (category in ('messages', 'progress', 'reports', 'service'));
update messages set category = case kind
    when 'message' then 'messages' when 'enrollment_completed' then 'progress' else 'service' end;
alter table messages alter column category drop default;
-- ``provider_id`` is what the carrier calls it, ``bounces`` how often it came back and was tried again. A row
-- ``to_check`` is of a message written for later: programs is asked once more before anything leaves.
alter table deliveries
    drop constraint deliveries_channel_check,
    add check (channel in ('in_app', 'email', 'sms')),
    drop constraint deliveries_state_check,
    add check (state in ('queued', 'sent', 'delivered', 'opened', 'failed', 'cancelled')),
    add column provider_id text,
    add column bounces integer not null default 0,
    add column to_check boolean not null default false;
create unique index uq_deliveries_provider_id on deliveries (provider_id) where provider_id is not null;
create index ix_deliveries_to_check on deliveries (next_attempt_at) where state = 'queued' and to_check;
"""

_WISHES = """
alter table preferences add column category text not null default 'messages'
    check (category in ('messages', 'progress', 'reports'));
alter table preferences alter column category drop default;
alter table preferences
    drop constraint preferences_channel_check,
    add check (channel in ('in_app', 'email', 'sms')),
    drop constraint preferences_pkey,
    add primary key (user_id, category, channel);
create table people (
    user_id uuid primary key,
    time_zone text,
    quiet_from time,
    quiet_until time,
    track_opens boolean not null default false,
    check ((quiet_from is null) = (quiet_until is null) and quiet_from is distinct from quiet_until
        or quiet_from is null and quiet_until is null)
);
-- A number counts once its owner has typed the code that was sent to it.
create table phones (
    user_id uuid primary key,
    number text not null check (number ~ '^[+][1-9][0-9]{6,14}$'),
    verified_at timestamptz,
    code_hash bytea,
    code_ends_at timestamptz,
    tries integer not null default 0
);
create table phone_requests (
    id uuid primary key,
    user_id uuid not null,
    number_digest bytea not null,
    at timestamptz not null
);
create index ix_phone_requests_user_id on phone_requests (user_id, at);
create index ix_phone_requests_number_digest on phone_requests (number_digest, at);
-- Where nothing of a category goes any more ('*': nothing at all), by the SHA-256 of the address: it must outlive
-- the address itself. Without ``until`` it holds until its owner wishes otherwise.
create table suppressions (
    channel text not null check (channel in ('email', 'sms')),
    digest bytea not null,
    category text not null check (category in ('messages', 'progress', 'reports', '*')),
    reason text not null check (reason in ('unsubscribed', 'complaint', 'bounced', 'blacklisted')),
    user_id uuid,
    since timestamptz not null,
    until timestamptz,
    primary key (channel, digest, category)
);
create index ix_suppressions_user_id on suppressions (user_id) where user_id is not null;
-- What signs the links in mails. It protects nothing that whoever reads this database could not do anyway.
create table link_keys (
    id integer primary key,
    key bytea not null,
    created_at timestamptz not null default now()
);
insert into link_keys (id, key)
values (1, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
-- What a carrier reported of a text message before we had noted its id.
create table early_reports (
    provider_id text primary key,
    status text not null,
    reason text,
    received_at timestamptz not null
);
"""

_TEMPLATES = """
-- With a ``key`` it is an organization's own wording of one of our notices.
alter table templates
    add column key text,
    add column channel text check (channel in ('in_app', 'email', 'sms')),
    add column version integer not null default 1,
    add column updated_at timestamptz,
    add check ((key is null) = (channel is null)),
    drop constraint templates_organization_id_name_key;
update templates set updated_at = created_at;
alter table templates alter column version drop default, alter column updated_at set not null;
create unique index uq_templates_name on templates (organization_id, name) where key is null;
create unique index uq_templates_key on templates (organization_id, key, channel) where key is not null;
create table template_versions (
    organization_id uuid not null,
    template_id uuid not null,
    version integer not null,
    format text not null,
    subject text not null,
    body text not null,
    variables text[] not null,
    saved_by uuid,
    saved_at timestamptz not null,
    primary key (organization_id, template_id, version)
);
insert into template_versions
select organization_id, id, 1, format, subject, body, variables, null, created_at from templates;
"""

_REPORTS = """
-- A dashboard mailed to a member, for as long as they may see it. ``day`` is of the week (0 is Monday) or the month.
create table report_subscriptions (
    organization_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    dashboard_id text not null,
    frequency text not null check (frequency in ('weekly', 'monthly')),
    day integer not null check (day between 0 and 28),
    hour integer not null check (hour between 0 and 23),
    time_zone text not null,
    next_due_at timestamptz not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    ended_reason text check (ended_reason in ('cancelled', 'not_allowed', 'gone')),
    primary key (organization_id, id)
);
create unique index uq_report_subscriptions_live on report_subscriptions
    (organization_id, user_id, dashboard_id, frequency) where ended_at is null;
create index ix_report_subscriptions_due on report_subscriptions (next_due_at) where ended_at is null;
"""


def upgrade() -> None:
    """Everything before goes on as it was: wishes held for messages, templates are in their first version."""
    # The owner role, too, sees rows only when it says for whom.
    op.execute("select set_config('app.scope', 'system', true)")
    for statements in (_DELIVERIES, _WISHES, _TEMPLATES, _REPORTS):
        op.execute(statements)
    protect(op, "template_versions")
    append_only(op, "template_versions")
    protect(op, "report_subscriptions")
