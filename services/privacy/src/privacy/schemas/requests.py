"""What people ask of their data, and what they are answered."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.fields import Flag, Moment, Text
from chassis.paging import PageQuery, PageSchema
from privacy.models import DONE, IN_PROGRESS, OBJECTION, RECTIFICATION, REFUSED, RIGHTS, STATES
from privacy.rules.purposes import PURPOSES

_STUDENT = "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e11"
RECTIFIABLE = ("name", "email", "birth_date", "country", "guardian_email", "grade_level", "school", "county")


class RequestIn(Schema):
    """What is asked, and of whom: by default of the caller."""

    right = fields.String(required=True, validate=validate.OneOf(RIGHTS), metadata={"example": "access"})
    student_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "The minor a guardian asks for, or which of the caller's own.", "example": _STUDENT},
    )
    organization_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "Rectification: who keeps the record. Objection: against whom, by default everybody."},
    )
    confirm = Flag(load_default=False, metadata={"description": "Needed to erase: it is final."})
    purposes = fields.List(
        fields.String(validate=validate.OneOf(PURPOSES)),
        load_default=None,
        validate=validate.Length(1, len(PURPOSES)),
        metadata={"description": "Objection: to what; by default to everything."},
    )
    changes = fields.Dict(
        keys=fields.String(validate=validate.OneOf(RECTIFIABLE)),
        values=Text(200),
        load_default=None,
        validate=validate.Length(1, len(RECTIFIABLE)),
        metadata={"description": "Rectification: what it should say.", "example": {"name": "Amina Otieno"}},
    )
    explanation = Text(1000, lines=True, load_default=None)

    @validates_schema
    def fits(self, data: dict[str, Any], **_: Any) -> None:
        """Each right has its own particulars."""
        right = data["right"]
        if (data["changes"] is not None) != (right == RECTIFICATION):
            raise ValidationError("Needed for a rectification, and for nothing else.", "changes")
        if data["purposes"] is not None and right != OBJECTION:
            raise ValidationError("Only for an objection.", "purposes")
        if data["organization_id"] is not None and right not in (RECTIFICATION, OBJECTION):
            raise ValidationError("Only for a rectification or an objection.", "organization_id")


class ErasedOut(Schema):
    """Rows erased or blanked."""

    what = fields.String()
    rows = fields.Integer()


class KeptOut(Schema):
    """What stays, why, and until when."""

    what = fields.String()
    why = fields.String()
    until = fields.String()


class PartOut(Schema):
    """One service's answer."""

    service = fields.String()
    erased = fields.List(fields.Nested(ErasedOut))
    kept = fields.List(fields.Nested(KeptOut))
    answered_at = Moment()


class ReportOut(Schema):
    """What was erased, what is kept, and who has not answered yet."""

    services = fields.List(fields.Nested(PartOut))
    waiting_for = fields.List(fields.String())


class ReceiptOut(Schema):
    """What a receipt shows: nothing that says whose request it is."""

    id = fields.UUID()
    right = fields.String(validate=validate.OneOf(RIGHTS))
    state = fields.String(validate=validate.OneOf(STATES))
    law = fields.String(metadata={"description": "Where the time to answer is from."})
    received_at = Moment()
    due_at = Moment(metadata={"description": "By when the law wants an answer."})
    ended_at = Moment(allow_none=True)
    report = fields.Nested(ReportOut, allow_none=True, metadata={"description": "Of an erasure."})


class ListedOut(Schema):
    """A request in a list."""

    id = fields.UUID()
    right = fields.String(validate=validate.OneOf(RIGHTS))
    student_id = fields.UUID(allow_none=True)
    user_id = fields.UUID(allow_none=True)
    requested_by = fields.UUID()
    acts_as = fields.String(validate=validate.OneOf(["self", "guardian", "organization"]))
    organization_id = fields.UUID(allow_none=True)
    state = fields.String(validate=validate.OneOf(STATES))
    law = fields.String()
    wanted = fields.Dict(metadata={"description": "What should change or stop; empty once it has ended."})
    reason = fields.String(allow_none=True, metadata={"description": "Why it was refused."})
    received_at = Moment()
    due_at = Moment()
    ended_at = Moment(allow_none=True)
    expires_at = Moment(allow_none=True, metadata={"description": "Until when the copy can be fetched."})


class RequestOut(ListedOut):
    """A request and what became of it."""

    download_url = fields.String(allow_none=True, metadata={"description": "Of the copy, while it can be fetched."})
    report = fields.Nested(ReportOut, allow_none=True, metadata={"description": "Of an erasure."})


class FiledOut(RequestOut):
    """A new request."""

    receipt_url = fields.String(
        metadata={
            "description": "Shows the report without signing in, also after an erasure. Given only once: keep it."
        }
    )


class RequestPage(PageSchema):
    """A page of requests."""

    items = fields.List(fields.Nested(ListedOut))


class RequestQuery(PageQuery):
    """Whose."""

    view = fields.String(
        load_default=None,
        validate=validate.OneOf(["person", "organization"]),
        metadata={"description": "organization: what the caller's organization has to decide."},
    )


class RequestPatch(Schema):
    """What became of it."""

    state = fields.String(required=True, validate=validate.OneOf([IN_PROGRESS, DONE, REFUSED]))
    reason = Text(1000, lines=True, load_default=None, metadata={"description": "Needed to refuse."})


class ClockOut(Schema):
    """How long the law of a country gives for an answer to one right; without a country, everywhere else."""

    country = fields.String(allow_none=True)
    right = fields.String(validate=validate.OneOf(RIGHTS))
    amount = fields.Integer()
    unit = fields.String(validate=validate.OneOf(["days", "months"]))
    source = fields.String()


class ClocksOut(Schema):
    """All that is known."""

    items = fields.List(fields.Nested(ClockOut))


class RetentionIn(Schema):
    """How long students are kept after they have left."""

    inactive_months = fields.Integer(
        required=True,
        strict=True,
        allow_none=True,
        validate=validate.Range(1, 600),
        metadata={"description": "Months since a student's last enrolment ended; null: no end is set.", "example": 36},
    )


class RetentionOut(Schema):
    """What the organization has set."""

    organization_id = fields.UUID()
    inactive_months = fields.Integer(allow_none=True)
    changed_at = Moment(allow_none=True)
