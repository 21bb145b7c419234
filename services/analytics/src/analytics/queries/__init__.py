"""Every SELECT. Each is one statement over one organization, read by an index that begins with it."""

IN_SCOPE = (
    "{table}.organization_id = :organization "
    "and (cast(:cohorts as uuid[]) is null or {table}.cohort_id = any (cast(:cohorts as uuid[])))"
)
"""The rows of a ``rules.scope.Scope``, to be formatted with the table's name."""
