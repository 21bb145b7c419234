"""Every SELECT. Each is one statement over one organization, read by an index that begins with it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_BY_GROUPS = text("""
select set_config('enable_nestloop', 'off', true), set_config('enable_sort', 'off', true),
    set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true),
    set_config('enable_seqscan', 'on', true), set_config('join_collapse_limit', '8', true),
    set_config('work_mem', '32MB', true), set_config('jit', 'off', true),
    set_config('plan_cache_mode', 'force_custom_plan', true)
""")

_BY_ROWS = text("""
select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),
    set_config('enable_nestloop', 'on', true), set_config('enable_sort', 'on', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('join_collapse_limit', '1', true), set_config('jit', 'off', true)
""")


def plan_for_rows(session: Session) -> None:
    """Have the rest of this transaction go from few rows by indexes, in the order the joins are written.

    A batch is few rows beside the tables. Left to itself the planner would keep the plans it made while the tables were
    empty, all through the import that fills them.
    """
    session.execute(_BY_ROWS)


def plan_for_groups(session: Session) -> None:
    """Have the rest of this transaction count whole groups by hashing.

    Right after a large import the planner knows nothing of the new rows, takes them for few, and joins them one by
    one: minutes instead of a tenth of a second. A plan is made for each question, because one for a cohort and
    one for all of them differ.
    """
    session.execute(_BY_GROUPS)


IN_SCOPE = (
    "{table}.organization_id = :organization "
    "and (cast(:cohorts as uuid[]) is null or {table}.cohort_id = any (cast(:cohorts as uuid[])))"
)
"""The rows of a ``rules.scope.Scope``, to be formatted with the table's name."""
