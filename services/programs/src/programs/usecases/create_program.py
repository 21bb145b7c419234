"""Create a program that the organization means to fund."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.programs import ProgramCreated
from programs.models import FundedProgram
from programs.models.funded_program import PLANNING
from programs.queries.courses import check_courses
from programs.queries.organizations import known_organization, organization_of
from programs.rules.funding import check_days, minor_units
from programs.usecases.change_program import snapshot


def create_program(
    session: Session, caller: Caller, *, name: str, description: str, target_students: int, budget: int,
    currency: str | None, course_ids: Sequence[UUID], eligibility: Mapping[str, Any] | None, start_date: date,
    end_date: date,
) -> FundedProgram:  # fmt: skip
    """A program in planning; ``budget`` is in major units.

    Raises Invalid for unknown courses, another currency than the organization's or bad dates, OrganizationUnknown.
    """
    organization = known_organization(session, organization_of(caller))
    money = minor_units(budget, currency, organization.currency, field="budget")
    check_days(start_date, end_date)
    courses = list(dict.fromkeys(course_ids))
    check_courses(session, courses)
    at = now()
    program = FundedProgram(
        organization_id=organization.id, id=new_id(), name=name, description=description, state=PLANNING,
        target_students=target_students, budget_minor=money.minor, currency=money.currency, course_ids=courses,
        **_criteria(eligibility or {}, money.currency), start_date=start_date, end_date=end_date, created_at=at,
        changed_at=at,
    )  # fmt: skip
    session.add(program)
    session.flush()
    publish(session, ProgramCreated(**snapshot(program)))
    return program


def _criteria(eligibility: Mapping[str, Any], currency: str) -> dict[str, Any]:
    income = eligibility.get("max_household_income")
    return {
        "grade_levels": sorted(set(eligibility.get("grade_levels") or ())),
        "counties": list(dict.fromkeys(eligibility.get("counties") or ())),
        "max_income_minor": None
        if income is None
        else minor_units(income, None, currency, field="eligibility.max_household_income").minor,
    }
