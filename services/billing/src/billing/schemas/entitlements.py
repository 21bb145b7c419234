"""Entitlements."""

from marshmallow import EXCLUDE, Schema, fields

from chassis.fields import Moment


class EntitlementQuery(Schema):
    """Of whom, and when."""

    class Meta:
        unknown = EXCLUDE

    student_id = fields.UUID(metadata={"description": "Say also whether this student is entitled."})
    at = Moment(metadata={"description": "At that moment; now when left out.", "example": "2026-01-31T09:00:00Z"})


class Window(Schema):
    """Seats bought together."""

    grant_id = fields.UUID()
    cohort_id = fields.UUID(allow_none=True, metadata={"description": "For this cohort only, when set."})
    quantity = fields.Integer()
    valid_from = Moment()
    valid_until = Moment()


class EntitlementOut(Schema):
    """What was bought of one product and how much of it is in use."""

    product = fields.String(metadata={"example": "seat"})
    purchased = fields.Integer(metadata={"description": "In the windows open at that moment."})
    in_use = fields.Integer(metadata={"description": "Held by students at that moment."})
    available = fields.Integer(metadata={"description": "purchased less in_use, never below 0."})
    valid_from = Moment(allow_none=True, metadata={"description": "When the first open window began."})
    valid_until = Moment(allow_none=True, metadata={"description": "When the last open window ends."})
    windows = fields.List(fields.Nested(Window))


class StudentEntitlement(Schema):
    """Whether a student is entitled to a seat."""

    student_id = fields.UUID()
    entitled = fields.Boolean()
    reason = fields.String(
        allow_none=True,
        metadata={
            "description": (
                "Why not: no_seat (never had one), released (had one), no_window (none is bought for that moment), "
                "lapsed (fewer are bought than held, and theirs was assigned later)."
            )
        },
    )
    cohort_id = fields.UUID(allow_none=True)
    since = Moment(allow_none=True, metadata={"description": "When the seat was assigned."})


class EntitlementsOut(Schema):
    """Per product; with student_id also the student."""

    at = Moment()
    items = fields.List(fields.Nested(EntitlementOut))
    student = fields.Nested(StudentEntitlement)
