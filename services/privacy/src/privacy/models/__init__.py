"""The tables. Read models of who is who are plain; the methods of grants and requests are their rules."""

from privacy.models.consents import AccessLog, Grant, GrantHistory, Policy, Terms
from privacy.models.people import Account, Guardianship, Member, Organization, OrganizationStudent, Student
from privacy.models.requests import (
    ACCESS,
    DONE,
    ERASURE,
    IN_PROGRESS,
    OBJECTION,
    OPEN,
    ORGANIZATION,
    RECEIVED,
    RECTIFICATION,
    REFUSED,
    RIGHTS,
    STATES,
    DataRequest,
    DataRequestPart,
    Erased,
    ExportPiece,
    Retention,
)

__all__ = [
    "ACCESS", "DONE", "ERASURE", "IN_PROGRESS", "OBJECTION", "OPEN", "ORGANIZATION", "RECEIVED", "RECTIFICATION",
    "REFUSED", "RIGHTS", "STATES", "AccessLog", "Account", "DataRequest", "DataRequestPart", "Erased", "ExportPiece",
    "Grant", "GrantHistory", "Guardianship", "Member", "Organization", "OrganizationStudent", "Policy", "Retention",
    "Student", "Terms",
]  # fmt: skip
