"""Whom notifications may write to, and how an account is linked to a student."""

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.identity import EmailVerified, OrganizationUpdated


@pytest.fixture
def audience(client, as_service):
    """Asks as notifications does."""

    def ask(organization, **whom):
        body = {"organization_id": str(organization.id), **whom}
        return client.post("/internal/audience", json=body, headers=as_service("notifications"))

    return ask


def test_a_cohorts_audience_is_everybody_with_the_state_of_the_enrolment(academy, audience):
    cohort = academy.cohort()
    amina, brian = academy.enrol(cohort, "Amina", {"external_id": "8", "name": "Brian"}).json["results"]
    academy.post(f"enrollments/{brian['enrollment_id']}/withdraw/")
    answer = audience(academy, cohort_id=cohort)
    assert answer.status_code == 200
    assert answer.json == {
        "recipients": [
            {
                "student_id": amina["student_id"],
                "name": "Amina",
                "email": "amina@school.example",
                "user_id": None,
                "status": "active",
            },
            {
                "student_id": brian["student_id"],
                "name": "Brian",
                "email": None,
                "user_id": None,
                "status": "withdrawn",
            },
        ],
        "unknown": [],
    }


def test_students_are_found_only_by_who_knows_them(academy, sponsor, audience):
    (amina,) = academy.enrol(academy.cohort(), "Amina").json["results"]
    nobody = str(new_id())
    mine = audience(academy, student_ids=[amina["student_id"], nobody, nobody]).json
    assert [recipient["status"] for recipient in mine["recipients"]] == ["known"]
    assert mine["unknown"] == [nobody]
    theirs = audience(sponsor, student_ids=[amina["student_id"]]).json
    assert theirs == {"recipients": [], "unknown": [amina["student_id"]]}


def test_another_organizations_cohort_has_no_audience(academy, sponsor, audience):
    assert audience(sponsor, cohort_id=academy.cohort()).status_code == 404


@pytest.mark.parametrize("whom", [{}, {"cohort_id": str(new_id()), "student_ids": []}, {"student_ids": ["x"]}])
def test_an_audience_is_a_cohort_or_students(academy, audience, whom):
    assert audience(academy, **whom).status_code == 422


@pytest.mark.parametrize("first", ["account", "student"])
def test_an_account_is_linked_by_the_address_it_proved(academy, audience, deliver, first):
    user, cohort = new_id(), academy.cohort()
    verified = EmailVerified(user_id=user, email="Amina@School.example")
    if first == "account":
        deliver(verified, verified)
    academy.enrol(cohort, "Amina", "Brian")
    if first == "student":
        deliver(verified, verified)
    linked = [recipient["user_id"] for recipient in audience(academy, cohort_id=cohort).json["recipients"]]
    assert linked == [str(user), None]


def test_an_organization_is_shown_by_its_latest_name(academy, deliver):
    academy.course("Reading")
    event = OrganizationUpdated(
        organization_id=academy.id,
        name="New Uhuru",
        kind="academy",
        slug="x",
        currency="KES",
        time_zone="UTC",
    )
    deliver(event, event)
    assert academy.get("courses/").json["items"][0]["organization"]["name"] == "New Uhuru"


def test_the_figures_of_seats_and_enrolments_are_measured(sponsor, grant, client):
    grant(sponsor, 3)
    sponsor.enrol(sponsor.cohort(), "Amina")
    measured = client.get("/metrics").text
    assert 'programs_seats_purchased{service="programs"} 3.0' in measured
    assert 'programs_seats_assigned{service="programs"} 1.0' in measured
    assert 'programs_seats_free{service="programs"} 2.0' in measured
    assert 'programs_seat_utilization_ratio{service="programs"} 0.333' in measured
    assert 'programs_seats_oversold{service="programs"} 0.0' in measured
    assert 'programs_enrollments{service="programs",state="active"} 1.0' in measured


def test_a_seat_held_beyond_what_was_bought_is_seen(sponsor, grant, client, session):
    grant(sponsor, 2)
    sponsor.enrol(sponsor.cohort(), "Amina", "Baraka")
    session.execute(text("update seat_grants set quantity = 1"))  # what no code of ours does
    assert 'programs_seats_oversold{service="programs"} 1.0' in client.get("/metrics").text
