"""Imports in JSON."""

from marshmallow import EXCLUDE, Schema, fields, validate

from chassis.fields import Moment
from chassis.paging import PageQuery, PageSchema
from programs.models import IMPORT_STATES, KEEP, REMOVE

_REASON = "not_a_zip, encoding, header and the like; stable."


class ImportForm(Schema):
    """What may be sent beside the file."""

    class Meta:
        unknown = EXCLUDE

    absent = fields.String(
        load_default=KEEP,
        validate=validate.OneOf((KEEP, REMOVE)),
        metadata={
            "description": "What becomes of enrolments and students that a bulk file leaves out: `keep` (the default), "
            "or `remove`, as the standard means bulk: enrolments are withdrawn, students without any forgotten."
        },
    )
    absent_limit = fields.Integer(
        load_default=10,
        validate=validate.Range(0, 100),
        metadata={"description": "Percent of a kind that `remove` may take; if there were more, none is removed."},
    )


class ImportProblemOut(Schema):
    """Why an upload could not be read."""

    code = fields.String(metadata={"description": _REASON, "example": "encoding"})
    message = fields.String(metadata={"example": "The file is UTF-16; send it as UTF-8."})
    file = fields.String(allow_none=True)
    line = fields.Integer(allow_none=True)


class ImportFileOut(Schema):
    """A file of the upload; ``read`` of its ``rows`` have been worked through so far."""

    name = fields.String(metadata={"example": "users.csv"})
    mode = fields.String(metadata={"example": "bulk"})
    rows = fields.Integer()
    read = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    removed = fields.Integer()
    ignored = fields.Integer(metadata={"description": "Rows that say nothing here: staff, and what they teach."})
    refused = fields.Integer()


class ImportOut(Schema):
    """An import and how far it is; figures are as of ``as_of``."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(IMPORT_STATES))
    size = fields.Integer(metadata={"description": "Bytes."})
    sha256 = fields.String()
    absent = fields.String()
    absent_limit = fields.Integer()
    requested_by = fields.UUID(allow_none=True)
    received_at = Moment()
    started_at = Moment(allow_none=True)
    finished_at = Moment(allow_none=True)
    as_of = Moment()
    rows = fields.Integer(metadata={"description": "Rows of all files; 0 until they were looked through."})
    read = fields.Integer(metadata={"description": "Rows worked through so far."})
    errors = fields.Integer(metadata={"description": "Rows refused so far; `…/errors/` lists the first 100,000."})
    files = fields.List(fields.Nested(ImportFileOut))
    notices = fields.List(fields.String(), metadata={"description": "What to know about the import as a whole."})
    problem = fields.Nested(ImportProblemOut, allow_none=True)


class ImportQuery(PageQuery):
    """Filters of the list, which begins with the latest."""

    state = fields.String(load_default=None, validate=validate.OneOf(IMPORT_STATES))


class ImportPage(PageSchema):
    """A page of imports."""

    items = fields.List(fields.Nested(ImportOut))
