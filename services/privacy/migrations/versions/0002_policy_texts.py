"""The first consent texts. A new wording is a new version in a new migration; a shown text never changes."""

from datetime import UTC, datetime

from alembic import op
from sqlalchemy import bindparam, text

revision = "0002"
down_revision = "0001"

_EFFECTIVE = datetime(2026, 1, 1, tzinfo=UTC)
_YOURS = (
    "You may say no, and you may withdraw at any time with the same ease; nothing that was lawful before becomes "
    "unlawful by it. Every look at your data is entered in an access log that you can read."
)
_TEXTS = [
    {
        "scope": "sponsor_view",
        "title": "Let an organization that funds you see how you learn",
        "text": "The organization you name sees your name, your school, your courses, your progress and your results, "
        "so that it knows what its sponsorship achieves. It does not see your contact details. " + _YOURS,
        "for_anyone": False,
    },
    {
        "scope": "employer_share",
        "title": "Share your candidate profile with an employer",
        "text": "The employer you name sees your candidate profile: your name, your skills, your completed courses and "
        "certificates, so that it can consider you for work. " + _YOURS,
        "for_anyone": False,
    },
    {
        "scope": "placement_tracking",
        "title": "Let an organization follow whether you found work",
        "text": "The organization you name sees that you found work, when, and the salary that was recorded, so that "
        "it can measure what its support led to. " + _YOURS,
        "for_anyone": False,
    },
    {
        "scope": "public_portfolio",
        "title": "Publish your portfolio",
        "text": "Anyone on the internet can see your name and the portfolio you publish, without signing in; copies "
        "others make while it is public cannot be called back. " + _YOURS,
        "for_anyone": True,
    },
]

_INSERT = text(
    "insert into policies (scope, version, title, text, for_anyone, effective_from) "
    "values (:scope, '1', :title, :text, :for_anyone, :effective)"
).bindparams(bindparam("effective", _EFFECTIVE))


def upgrade() -> None:
    """Publish version 1 of each scope's text."""
    op.get_bind().execute(_INSERT, _TEXTS)
