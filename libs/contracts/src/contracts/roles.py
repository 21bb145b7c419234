"""Roles are bundles of permissions, held by a member in one organization, optionally narrowed to one cohort."""

KINDS = ("sponsor", "employer", "partner", "customer", "academy")
SPONSOR_TYPES = ("corporate", "foundation", "government", "individual")

_SPONSOR_ADMIN = frozenset(
    {
        "org.manage",
        "cohorts.manage",
        "cohorts.read",
        "courses.manage",
        "rosters.import",
        "students.link",
        "billing.pay",
        "billing.read",
        "messages.send",
        "consents.check",
        "placements.manage",
        "dashboard.view",
        "reports.create",
    }
)
_STAFF = frozenset({"cohorts.read", "dashboard.view", "messages.send", "consents.check"})

PERMISSIONS: dict[str, frozenset[str]] = {
    "sponsor_admin": _SPONSOR_ADMIN,
    "employer_admin": _SPONSOR_ADMIN | {"candidates.read"},
    "sponsor_staff": _STAFF,
    "employer": _STAFF | {"candidates.read"},
    "academy_admin": frozenset(
        {
            "org.manage",
            "courses.manage",
            "cohorts.manage",
            "cohorts.read",
            "rosters.import",
            "records.write",
            "students.link",
            "placements.manage",
            "dashboard.view",
        }
    ),
    "partner": frozenset({"org.manage", "partner"}),
    "viewer": frozenset({"dashboard.view"}),
    "manager": frozenset({"dashboard.view", "reports.create", "users.view"}),
    "admin": frozenset({"dashboard.view", "reports.create", "users.view", "org.manage"}),
    "integration": frozenset({"rosters.import", "records.write"}),
    "platform_admin": frozenset({"platform"}),
}
"""Role to the permissions it bundles. ``platform`` stands for every permission."""

ADMIN_ROLE = {
    "sponsor": "sponsor_admin",
    "employer": "employer_admin",
    "partner": "partner",
    "customer": "admin",
    "academy": "academy_admin",
}
"""Kind of organization to the role of its first administrator."""

NARROWABLE = frozenset({"sponsor_staff", "employer", "sponsor_admin", "employer_admin", "academy_admin"})
"""Roles that may be narrowed to one cohort."""
