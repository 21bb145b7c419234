"""Watch the record of rights: verify it daily, and fail where somebody looks when it does not hold."""

import structlog

from chassis.database import SYSTEM, Database
from identity.usecases.verify_audit import verify_audit

log = structlog.get_logger()


class RecordBroken(RuntimeError):
    """Somebody changed the record of rights past its triggers. The job's failure is an alert."""


def watch_audit(database: Database) -> None:
    """Runs daily, on one moment of the database. Raises RecordBroken after naming every organization concerned."""
    broken = 0
    with database.transaction(SYSTEM, snapshot=True) as session:
        for chain in verify_audit(session):
            if chain.fault is not None:
                broken += 1
                log.error("rights_record_broken", organization=str(chain.organization_id), fault=chain.fault)
    if broken:
        raise RecordBroken(f"{broken} records of rights do not hold")
