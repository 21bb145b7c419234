"""Organizations register students: who is invited, once, however often it is told."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from chassis.clock import now
from contracts.events.identity import EmailVerified, InvitationCreated
from contracts.events.privacy import ConsentGranted, RetentionEnded
from contracts.events.programs import StudentRegistered, StudentUpdated

NEW = {"name": "Zawadi", "password": "another long passphrase 8"}


CHILD = date(2015, 5, 1)


ADULT = date(2000, 5, 1)


def grant_of(student):
    """What privacy says when a student lets an organization use a scope."""
    facts = {"grant_id": uuid4(), "organization_id": uuid4(), "scope": "sponsor_view", "granted_by": "guardian"}
    return ConsentGranted(student_id=student, granted_at=now(), **facts)


@pytest.fixture
def academy(sign_up):
    return sign_up("head@example.org", "academy", organization="Lakeside Academy")


@pytest.fixture
def registered(academy):
    """What programs says of a student of the academy."""

    def tell(kind=StudentRegistered, **facts):
        defaults = {"student_id": uuid4(), "organization_id": UUID(academy.organization["id"])}
        shown = {"organization_name": "Lakeside Academy", "taught": True, "name": "Zawadi"}
        return kind(**{**defaults, **shown, **facts})

    return tell


@pytest.mark.parametrize(
    ("facts", "invited"),
    [
        ({"email": "z@e.org", "birth_date": ADULT}, [("student", "z@e.org")]),
        ({"email": "Z@E.org", "birth_date": ADULT, "guardian_email": "g@e.org"}, [("student", "z@e.org")]),
        ({"email": "z@e.org", "birth_date": CHILD, "guardian_email": "g@e.org"}, [("guardian", "g@e.org")]),
        ({"email": "z@e.org", "guardian_email": "g@e.org"}, [("guardian", "g@e.org")]),
        ({"email": "z@e.org"}, [("student", "z@e.org")]),
        ({"guardian_email": "g@e.org", "birth_date": CHILD}, [("guardian", "g@e.org")]),
        ({"birth_date": ADULT, "guardian_email": "g@e.org"}, []),
        ({"email": "no address", "birth_date": ADULT}, []),
        ({}, []),
    ],
)
def test_the_guardian_of_a_minor_is_invited_and_everybody_else_in_person(
    registered, deliver, published, facts, invited
):
    event = registered(**facts)

    deliver(event)

    found = published(InvitationCreated)
    assert [(one.purpose, one.email) for one in found] == invited
    assert all(one.organization_name == "Lakeside Academy" for one in found)


def test_told_again_nobody_is_invited_again(registered, deliver, published):
    event = registered(email="z@e.org", birth_date=ADULT)

    deliver(event, event)
    deliver(registered(StudentUpdated, student_id=event.student_id, email="z@e.org", birth_date=ADULT))

    assert len(published(InvitationCreated)) == 1


def test_a_corrected_address_replaces_the_wrong_one(client, registered, deliver, published, link_token):
    student = uuid4()
    deliver(registered(student_id=student, guardian_email="wrong@e.org"))
    [first] = published(InvitationCreated)
    token = link_token("invitation", first.invitation_id)

    deliver(registered(StudentUpdated, student_id=student, guardian_email="right@e.org"))

    assert [one.email for one in published(InvitationCreated)] == ["wrong@e.org", "right@e.org"]
    assert client.post(f"/api/v1/auth/invitations/{token}/accept/", json=NEW).status_code == 404

    deliver(registered(StudentUpdated, student_id=student, guardian_email="wrong@e.org"))

    assert [one.email for one in published(InvitationCreated)][2:] == ["wrong@e.org"]


@pytest.mark.parametrize("address", ["email", "guardian_email"])
def test_only_who_brought_a_student_in_says_whom_to_invite(
    sign_up, verify, registered, deliver, published, session, address
):
    student, stranger = uuid4(), verify(sign_up("other@example.org", "sponsor"))
    deliver(registered(student_id=student, guardian_email="g@e.org"))
    later = {"student_id": student, "organization_id": UUID(stranger.organization["id"]), address: stranger.email}

    deliver(registered(**later, birth_date=ADULT if address == "email" else None))
    deliver(registered(StudentUpdated, **later), grant_of(student))

    assert stranger.get("/me/").json["consent_scopes"]["granted"] == []
    assert [one.email for one in published(InvitationCreated)] == ["g@e.org"]
    assert session.execute(text("select email, state from invitations")).all() == [("g@e.org", "pending")]


def test_a_guardian_named_by_mistake_sees_the_childs_consents_no_longer(sign_up, verify, registered, deliver):
    parent, child, pupil = verify(sign_up("g@example.org")), uuid4(), uuid4()
    deliver(*(registered(student_id=student, guardian_email="g@example.org") for student in (child, pupil)))
    deliver(grant_of(child), grant_of(pupil))

    deliver(registered(StudentUpdated, student_id=pupil, guardian_email="right@e.org"))

    assert [one["student_id"] for one in parent.get("/me/").json["consent_scopes"]["granted"]] == [str(child)]


def test_who_has_proved_the_address_needs_no_invitation(sign_up, verify, registered, deliver, published):
    parent = verify(sign_up("g@example.org"))
    student = uuid4()

    deliver(registered(student_id=student, guardian_email="g@example.org"))

    assert published(InvitationCreated) == []
    deliver(grant_of(student))
    assert [one["student_id"] for one in parent.get("/me/").json["consent_scopes"]["granted"]] == [str(student)]


def test_an_address_not_proved_is_invited_and_proving_it_is_enough(sign_up, verify, registered, deliver, published):
    parent = sign_up("g@example.org")
    deliver(registered(guardian_email="g@example.org"))
    assert len(published(InvitationCreated)) == 1

    verify(parent)

    assert [event.email for event in published(EmailVerified)] == ["g@example.org"]
    student = uuid4()
    deliver(registered(student_id=student, guardian_email="g@example.org"))
    assert len(published(InvitationCreated)) == 1


def test_a_guardian_accepts_and_has_an_account_with_a_proved_address(
    client, registered, deliver, published, link_token
):
    deliver(registered(guardian_email="g@example.org"))
    [invitation] = published(InvitationCreated)

    answer = client.post(
        f"/api/v1/auth/invitations/{link_token('invitation', invitation.invitation_id)}/accept/", json=NEW
    )

    assert answer.status_code == 200
    assert answer.json["organization"] is None
    assert answer.json["user"]["email_verified"] is True
    assert [event.email for event in published(EmailVerified)] == ["g@example.org"]


def test_a_guardian_of_many_accepts_once_for_all(client, registered, deliver, link_token, session):
    deliver(*(registered(guardian_email="g@example.org") for _ in range(3)))
    token = link_token("invitation", session.scalar(text("select id from invitations limit 1")))

    client.post(f"/api/v1/auth/invitations/{token}/accept/", json=NEW)

    assert session.scalars(text("select distinct state from invitations")).all() == ["accepted"]


def test_a_guardian_of_many_gets_one_mail_a_run(service, database, registered, published):
    family = [registered(guardian_email="g@example.org") for _ in range(5)]
    for batch in (family[:3], family[3:]):
        with database.transaction("system") as session:
            service.consumers[StudentRegistered](session, batch)

    assert [event.email for event in published(InvitationCreated)] == ["g@example.org"]


def test_each_organization_writes_for_itself(registered, sign_up, deliver, published):
    other = UUID(sign_up("other@example.org", "academy", organization="Hilltop").organization["id"])
    deliver(registered(guardian_email="g@example.org"))
    deliver(registered(guardian_email="g@example.org", organization_id=other, organization_name="Hilltop"))

    assert [event.organization_name for event in published(InvitationCreated)] == ["Lakeside Academy", "Hilltop"]


def test_a_link_that_was_taken_back_is_mailed_again_for_the_sibling(registered, deliver, published):
    elder, younger = (registered(guardian_email="g@example.org") for _ in range(2))
    deliver(elder, younger)
    deliver(registered(StudentUpdated, student_id=elder.student_id, guardian_email="right@example.org"))

    first, sibling, corrected = published(InvitationCreated)
    assert [first.email, sibling.email, corrected.email] == ["g@example.org", "g@example.org", "right@example.org"]
    assert sibling.invitation_id != first.invitation_id


def test_the_academy_sends_its_students_invitation_again_and_no_other_does(
    academy, sign_up, registered, deliver, published
):
    deliver(registered(guardian_email="g@example.org"))
    [invitation] = published(InvitationCreated)
    path = f"/invitations/{invitation.invitation_id}/resend/"

    assert sign_up("sponsor@example.org", "sponsor").post(path).status_code == 404
    assert academy.post(path).status_code == 200


def test_ten_thousand_are_invited_in_a_few_statements(service, database, registered, published, counted):
    events = [registered(email=f"student{n}@example.org", birth_date=ADULT) for n in range(10_000)]

    with counted() as statements:
        for start in range(0, len(events), 500):
            with database.transaction("system") as session:
                service.consumers[StudentRegistered](session, events[start : start + 500])

    assert len(published(InvitationCreated)) == 10_000
    assert len(statements) <= 20 * 13


def test_an_organization_that_keeps_a_student_no_longer_forgets_whom_it_invited(registered, academy, deliver, session):
    gone, accepted = uuid4(), uuid4()
    for student in (gone, accepted):
        deliver(registered(student_id=student, email=f"{student}@e.org", birth_date=ADULT))
    session.execute(text("update invitations set state = 'accepted' where student_id = :id"), {"id": accepted})
    for student in (gone, accepted):
        organization = UUID(academy.organization["id"])
        deliver(RetentionEnded(student_id=student, organization_id=organization, ended_at=now()))

    left = session.scalars(text("select student_id from invitations where purpose = 'student'")).all()
    assert left == [accepted], "an account's own link to the student stays"
