"""A student, or a minor's guardian, lets an organization use a scope, and takes it back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from chassis.ids import new_id
from contracts.events.privacy import ConsentGranted, ConsentWithdrawn


def test_an_adult_grants_and_the_organization_may_look_from_then_on(
    adult: Any, consent: Any, decision: Any, published: Any
) -> None:
    assert not decision(adult.student, organization_id=adult.organization)["allowed"]
    answer = consent(adult.student_user, adult.organization)
    assert answer.status_code == 200
    assert answer.json["granted"] is True
    assert answer.json["granted_by"] == "self"
    assert answer.json["policy_version"] == "1"
    assert answer.json["organization_name"] == "Tumaini Trust"
    seen = decision(adult.student, organization_id=adult.organization)
    assert (seen["allowed"], seen["basis"], seen["grant_id"]) == (True, "consent", answer.json["id"])
    assert [event.student_id for event in published(ConsentGranted)] == [adult.student]


def test_a_withdrawal_holds_for_the_very_next_request(adult: Any, consent: Any, decision: Any, published: Any) -> None:
    consent(adult.student_user, adult.organization)
    answer = consent(adult.student_user, adult.organization, granted=False)
    assert (answer.status_code, answer.json["granted"], answer.json["state"]) == (200, False, "withdrawn")
    assert not decision(adult.student, organization_id=adult.organization)["allowed"]
    assert len(published(ConsentWithdrawn)) == 1


def test_the_same_grant_again_changes_nothing(adult: Any, consent: Any, published: Any) -> None:
    first = consent(adult.student_user, adult.organization).json
    assert consent(adult.student_user, adult.organization).json == first
    assert len(published(ConsentGranted)) == 1


def test_withdrawing_what_was_never_granted_changes_nothing(adult: Any, consent: Any, published: Any) -> None:
    answer = consent(adult.student_user, adult.organization, granted=False)
    assert (answer.status_code, answer.json["state"], answer.json["id"]) == (200, "never", None)
    assert published(ConsentWithdrawn) == []


def test_a_grant_to_one_organization_or_scope_is_none_to_another(
    adult: Any, world: Any, consent: Any, decision: Any
) -> None:
    consent(adult.student_user, adult.organization)
    assert not decision(adult.student, organization_id=world.organization())["allowed"]
    assert not decision(adult.student, "employer_share", organization_id=adult.organization)["allowed"]


def test_a_grant_ends_when_it_says(adult: Any, consent: Any, decision: Any) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    consent(adult.student_user, adult.organization, expires_at=soon.isoformat())
    assert decision(adult.student, organization_id=adult.organization)["allowed"]
    with time_machine.travel(soon):
        assert not decision(adult.student, organization_id=adult.organization)["allowed"]


def test_a_minor_cannot_grant_but_may_withdraw_what_the_guardian_granted(
    child: Any, consent: Any, decision: Any
) -> None:
    refused = consent(child.student_user, child.organization)
    assert (refused.status_code, refused.json["code"]) == (403, "guardian_needed")
    granted = consent(child.guardian_user, child.organization)
    assert (granted.status_code, granted.json["granted_by"]) == (200, "guardian")
    assert decision(child.student, organization_id=child.organization)["allowed"]
    assert consent(child.student_user, child.organization, granted=False).json["state"] == "withdrawn"
    assert not decision(child.student, organization_id=child.organization)["allowed"]


def test_a_guardians_grant_ends_at_majority(child: Any, consent: Any, decision: Any) -> None:
    far = datetime(2050, 1, 1, tzinfo=UTC)
    assert consent(child.guardian_user, child.organization, expires_at=far.isoformat()).json["expires_at"] == (
        "2033-05-17T00:00:00Z"
    )
    with time_machine.travel(datetime(2033, 5, 16, 23, 59, tzinfo=UTC)):
        assert decision(child.student, organization_id=child.organization)["allowed"]
    with time_machine.travel(datetime(2033, 5, 17, tzinfo=UTC)):
        assert not decision(child.student, organization_id=child.organization)["allowed"]


def test_who_has_no_known_birth_date_counts_as_a_minor(world: Any, consent: Any) -> None:
    organization = world.organization()
    world.student(organization, birth_date=None, email="juma@example.org", guardian_email="father@example.org")
    assert consent(world.account("juma@example.org"), organization).json["code"] == "guardian_needed"
    granted = consent(world.account("father@example.org"), organization)
    assert (granted.status_code, granted.json["expires_at"]) == (200, None)


def test_when_two_organizations_disagree_the_later_birth_date_counts(
    adult: Any, world: Any, consent: Any, decision: Any
) -> None:
    consent(adult.student_user, adult.organization)
    world.student(world.organization(), adult.student, birth_date=date(2014, 1, 1))
    assert not decision(adult.student, organization_id=adult.organization)["allowed"]
    assert consent(adult.student_user, adult.organization).json["code"] == "guardian_needed"


def test_a_guardian_may_not_belong_to_the_organization_that_benefits(child: Any, world: Any, consent: Any) -> None:
    world.member(child.organization, child.guardian_user)
    refused = consent(child.guardian_user, child.organization)
    assert (refused.status_code, refused.json["code"]) == (403, "guardian_interested")
    assert consent(child.guardian_user, world.organization()).status_code == 200
    assert consent(child.guardian_user, child.organization, granted=False).status_code == 200


def test_only_who_brought_the_student_in_names_a_guardian(child: Any, world: Any, consent: Any, decision: Any) -> None:
    late = world.organization()
    world.student(late, child.student, birth_date=None, guardian_email="friend@example.org")
    friend = world.account("friend@example.org")
    assert consent(friend, late).json["code"] == "not_linked"
    assert not decision(child.student, user_id=friend)["allowed"]
    assert consent(child.guardian_user, late).status_code == 200


def test_a_guardians_word_ends_when_the_student_is_of_age(adult: Any, consent: Any) -> None:
    refused = consent(adult.guardian_user, adult.organization)
    assert (refused.status_code, refused.json["code"]) == (403, "student_of_age")
    consent(adult.student_user, adult.organization)
    assert consent(adult.guardian_user, adult.organization, granted=False).json["code"] == "student_of_age"


def test_nobody_is_their_own_guardian(world: Any, consent: Any) -> None:
    organization = world.organization()
    world.student(organization, birth_date=None, email="Sly@example.org", guardian_email="sly@Example.org")
    assert consent(world.account("sly@example.org"), organization).json["code"] == "guardian_needed"


@pytest.mark.parametrize("verified_first", [True, False])
def test_an_account_is_linked_whichever_arrives_first(world: Any, consent: Any, verified_first: bool) -> None:
    organization = world.organization()
    if verified_first:
        user = world.account("Late@Example.org")
        world.student(organization, email="late@example.org ")
    else:
        world.student(organization, email="late@example.org ")
        user = world.account("Late@Example.org")
    assert consent(user, organization).status_code == 200


def test_another_organizations_typing_takes_no_student_over(adult: Any, world: Any, consent: Any) -> None:
    organization = world.organization()
    student = world.student(organization, email="real@example.org")
    world.student(world.organization(), student, email="thief@example.org")
    assert consent(world.account("thief@example.org"), organization).json["code"] == "not_linked"
    assert consent(world.account("real@example.org"), organization).status_code == 200


def test_a_guardian_of_two_says_which(world: Any, consent: Any) -> None:
    organization = world.organization()
    first, second = (
        world.student(organization, birth_date=None, guardian_email="mother@example.org") for _ in range(2)
    )
    mother = world.account("mother@example.org")
    refused = consent(mother, organization)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "student_id")
    assert consent(mother, organization, student_id=str(second)).json["student_id"] == str(second)
    assert first != second


def test_what_cannot_be_meant_is_refused_and_changes_nothing(adult: Any, consent: Any, published: Any) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    user, organization = adult.student_user, adult.organization
    refusals = {
        "past": (consent(user, organization, expires_at=past), 422),
        "naive moment": (consent(user, organization, expires_at="2030-01-01"), 422),
        "no such organization": (consent(user, new_id()), 404),
        "no such scope": (consent(user, organization, "see_everything"), 422),
        "not a scope": (consent(user, organization, "Sponsor View"), 422),
        "no organization": (consent(user, None), 422),
        "an organization for the public": (consent(user, organization, "public_portfolio"), 422),
        "no such text": (consent(user, organization, policy_version="99"), 422),
        "somebody else": (consent(user, organization, student_id=str(new_id())), 404),
        "a word for yes": (consent(user, organization, granted="true"), 422),
        "more than is asked": (consent(user, organization, granted_by="guardian"), 422),
        "nobody": (consent(new_id(), organization), 403),
    }
    for name, (answer, status) in refusals.items():
        assert answer.status_code == status, (name, answer.json)
    assert published(ConsentGranted) == []


def test_a_public_portfolio_is_readable_by_anyone_while_it_is_granted(adult: Any, consent: Any, decision: Any) -> None:
    assert not decision(adult.student, "public_portfolio")["allowed"]
    consent(adult.student_user, None, "public_portfolio")
    assert decision(adult.student, "public_portfolio")["basis"] == "consent"
    assert decision(adult.student, "public_portfolio", organization_id=adult.organization)["allowed"]
    consent(adult.student_user, None, "public_portfolio", granted=False)
    assert not decision(adult.student, "public_portfolio")["allowed"]


def test_services_do_not_consent(client: Any, as_service: Any) -> None:
    body = {"organization_id": str(UUID(int=1)), "scope": "sponsor_view", "granted": True}
    assert client.post("/api/v1/auth/consents/", json=body, headers=as_service("gateway")).status_code == 403
    assert client.post("/api/v1/auth/consents/", json=body).status_code == 401
