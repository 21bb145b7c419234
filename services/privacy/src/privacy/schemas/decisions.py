"""Questions and answers about who may see whom."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.fields import Moment, Text
from privacy.schemas.consents import SCOPE

BASES = ["self", "guardian", "consent", "membership", "platform"]
MOST_CHECKED = 1_000
MOST_DECIDED = 10_000


class CheckIn(Schema):
    """One student, or up to 1,000."""

    student_id = fields.UUID(metadata={"example": "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e11"})
    student_ids = fields.List(fields.UUID(), validate=validate.Length(1, MOST_CHECKED))
    scope = Text(64, required=True, validate=SCOPE, metadata={"example": "employer_share"})
    organization_id = fields.UUID(
        load_default=None, metadata={"description": "Only your own; the platform may ask about any."}
    )
    purpose = Text(
        200,
        load_default=None,
        metadata={
            "description": "What the data will be read for. With it, a yes enters the student's access log.",
            "example": "shortlist for a junior analyst",
        },
    )

    @validates_schema
    def one_question(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one of the two forms."""
        if ("student_id" in data) == ("student_ids" in data):
            raise ValidationError("Give either student_id or student_ids.", "student_id")


class DecisionOut(Schema):
    """May the organization see the student under the scope, and on what basis."""

    student_id = fields.UUID()
    allowed = fields.Boolean()
    basis = fields.String(allow_none=True, validate=validate.OneOf(BASES))
    reason = fields.String(metadata={"description": "no_consent also when there is no such student."})
    grant_id = fields.UUID(allow_none=True)
    policy_version = fields.String(allow_none=True, metadata={"description": "The text the grant was given under."})
    checked_at = Moment()


class CheckOut(DecisionOut):
    """The one decision; asked with student_ids, instead a list of them."""

    decisions = fields.List(fields.Nested(DecisionOut), metadata={"description": "One per student, as asked."})


class DecisionIn(Schema):
    """A question about one student; ``log`` is said by whoever reads, and only by them."""

    user_id = fields.UUID(load_default=None, allow_none=True)
    organization_id = fields.UUID(load_default=None, allow_none=True)
    organization_kind = fields.String(load_default=None, allow_none=True)
    is_platform = fields.Boolean(load_default=False)
    student_id = fields.UUID(required=True)
    scope = Text(64, required=True, validate=SCOPE)
    purpose = Text(200, load_default=None, allow_none=True)
    log = fields.Boolean(load_default=True)


class DecisionsIn(Schema):
    """A service's question about up to 10,000 students."""

    user_id = fields.UUID(load_default=None, allow_none=True)
    organization_id = fields.UUID(load_default=None, allow_none=True)
    organization_kind = fields.String(load_default=None, allow_none=True)
    is_platform = fields.Boolean(load_default=False)
    student_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(0, MOST_DECIDED))
    scope = Text(64, required=True, validate=SCOPE)
    purpose = Text(200, load_default=None, allow_none=True)
    log = fields.Boolean(load_default=False)


class ScopesQuery(Schema):
    """Whose."""

    user_id = fields.UUID(required=True)
