"""Organizations: the kind, the currency sums are told in, the time zone days and months are counted in."""

from analytics.models.projection import Projection
from contracts.events import identity

# A zone the database does not know is counted as UTC, here and wherever days are told.
_READ = """
insert into organizations (organization_id, kind, currency, time_zone, country)
select organization_id, kind, currency,
    case when time_zone in (select name from pg_timezone_names) then time_zone else 'UTC' end, country
from jsonb_to_recordset(cast(:facts as jsonb))
    as fact (organization_id uuid, kind text, currency text, time_zone text, country text)
"""

PROJECTION: Projection = {
    identity.OrganizationCreated: (_READ + "on conflict do nothing",),
    identity.OrganizationUpdated: (
        _READ + "on conflict (organization_id) do update set kind = excluded.kind, currency = excluded.currency, "
        "time_zone = excluded.time_zone, country = excluded.country",
    ),
}
