"""Seats: a student needs one, buying N means N can be given, one serves all of a student's cohorts."""

from contracts.events.programs import SeatAssigned, SeatReleased, StudentEnrolled


def enrolments(answer):
    return [row["enrollment_id"] for row in answer.json["results"]]


def test_each_student_takes_a_seat_until_none_is_left(sponsor, grant):
    grant(sponsor, 2)
    cohort = sponsor.cohort()
    answer = sponsor.enrol(cohort, "Amina", "Brian", "Chebet")
    assert answer.status_code == 207
    assert [row["status"] for row in answer.json["results"]] == ["enrolled", "enrolled", "no_seat"]
    assert answer.json["counts"] == {"enrolled": 2, "already_enrolled": 0, "no_seat": 1, "invalid": 0}


def test_without_any_seats_bought_nobody_is_enrolled(sponsor):
    answer = sponsor.enrol(sponsor.cohort(), "Amina")
    assert answer.json["results"] == [
        {
            "row": 1,
            "status": "no_seat",
            "reasons": [{"field": "", "message": "No seat of your organization is free now."}],
        }
    ]


def test_who_got_no_seat_leaves_nothing_behind(sponsor, published):
    cohort = sponsor.cohort()
    sponsor.enrol(cohort, "Amina")
    assert published(StudentEnrolled) == published(SeatAssigned) == []
    again = sponsor.enrol(cohort, {"email": "amina@school.example"})
    assert again.json["results"][0]["reasons"][0]["field"] == "name"


def test_a_cohorts_own_cap_holds_beside_the_seats(sponsor, grant):
    grant(sponsor, 10)
    cohort = sponsor.cohort(seats=2)
    answer = sponsor.enrol(cohort, "A", "B", "C")
    assert [row["status"] for row in answer.json["results"]] == ["enrolled", "enrolled", "no_seat"]
    assert "full" in answer.json["results"][2]["reasons"][0]["message"]
    assert sponsor.statuses(sponsor.cohort(), "C") == ["enrolled"]


def test_an_academys_cohort_is_capped_too(academy):
    assert academy.statuses(academy.cohort(seats=1), "A", "B") == ["enrolled", "no_seat"]


def test_one_student_in_two_cohorts_uses_one_seat(sponsor, grant, published):
    grant(sponsor, 1)
    first, second = sponsor.cohort(), sponsor.cohort()
    assert sponsor.statuses(first, "Amina") == sponsor.statuses(second, "Amina") == ["enrolled"]
    assert len(published(SeatAssigned)) == 1
    assert sponsor.statuses(second, "Brian") == ["no_seat"]


def test_withdrawing_frees_the_seat_when_nothing_else_needs_it(sponsor, grant, published):
    grant(sponsor, 1)
    first, second = sponsor.cohort(), sponsor.cohort()
    (in_first,) = enrolments(sponsor.enrol(first, "Amina"))
    (in_second,) = enrolments(sponsor.enrol(second, "Amina"))
    assert sponsor.post(f"enrollments/{in_first}/withdraw/").json["status"] == "withdrawn"
    assert published(SeatReleased) == []
    assert sponsor.statuses(first, "Brian") == ["no_seat"]
    sponsor.post(f"enrollments/{in_second}/withdraw/")
    assert [event.reason for event in published(SeatReleased)] == ["withdrawn"]
    assert sponsor.statuses(first, "Brian") == ["enrolled"]


def test_a_withdrawn_student_can_be_enrolled_again(sponsor, grant, published):
    grant(sponsor, 1)
    cohort = sponsor.cohort()
    (enrolment,) = enrolments(sponsor.enrol(cohort, "Amina"))
    sponsor.post(f"enrollments/{enrolment}/withdraw/")
    answer = sponsor.enrol(cohort, "Amina")
    assert (answer.json["results"][0]["status"], enrolments(answer)) == ("enrolled", [enrolment])
    assert len(published(StudentEnrolled)) == 2


def test_only_an_active_enrolment_moves(sponsor, grant):
    grant(sponsor, 2)
    done, left = enrolments(sponsor.enrol(sponsor.cohort(), "Amina", "Brian"))
    assert sponsor.post(f"enrollments/{done}/complete/").status_code == 200
    assert sponsor.post(f"enrollments/{left}/withdraw/").status_code == 200
    for enrolment in (done, left):
        for move in ("complete", "withdraw"):
            answer = sponsor.post(f"enrollments/{enrolment}/{move}/")
            assert (answer.status_code, answer.json["code"]) == (409, "enrollment_not_active")


def test_completing_keeps_the_seat_until_its_window_ends(sponsor, grant, published):
    grant(sponsor, 1)
    cohort = sponsor.cohort()
    (enrolment,) = enrolments(sponsor.enrol(cohort, "Amina"))
    sponsor.post(f"enrollments/{enrolment}/complete/")
    assert published(SeatReleased) == []
    assert sponsor.statuses(cohort, "Amina", "Brian") == ["already_enrolled", "no_seat"]


def test_seats_bought_for_a_cohort_serve_no_other(sponsor, grant):
    first, second = sponsor.cohort(), sponsor.cohort()
    grant(sponsor, 1, cohort=first)
    assert sponsor.statuses(second, "Amina") == ["no_seat"]
    assert sponsor.statuses(first, "Amina") == ["enrolled"]


def test_a_cohorts_own_seats_are_used_before_the_general_ones(sponsor, grant):
    first, second = sponsor.cohort(), sponsor.cohort()
    grant(sponsor, 1)
    grant(sponsor, 1, cohort=first)
    assert sponsor.statuses(first, "Amina") == ["enrolled"]
    assert sponsor.statuses(second, "Brian") == ["enrolled"]


def test_nobody_is_refused_while_moving_a_seat_would_make_room(sponsor, grant):
    first, second = sponsor.cohort(), sponsor.cohort()
    grant(sponsor, 1)
    assert sponsor.statuses(first, "Amina") == ["enrolled"]  # on the general seat
    grant(sponsor, 1, cohort=first)
    assert sponsor.statuses(second, "Brian") == ["enrolled"]  # Amina moves to her cohort's own
    assert sponsor.statuses(second, "Chebet") == ["no_seat"]


def test_who_leaves_a_cohort_leaves_its_own_seat_to_it(sponsor, grant, published):
    first, second = sponsor.cohort(), sponsor.cohort()
    grant(sponsor, 1, cohort=first)
    (in_first,) = enrolments(sponsor.enrol(first, "Amina"))
    assert sponsor.statuses(second, "Amina") == ["enrolled"]
    sponsor.post(f"enrollments/{in_first}/withdraw/")
    assert [event.reason for event in published(SeatReleased)] == ["lapsed"]
    assert sponsor.statuses(first, "Brian") == ["enrolled"]


def test_who_leaves_a_cohort_moves_to_a_general_seat_when_one_is_free(sponsor, grant, published):
    first, second = sponsor.cohort(), sponsor.cohort()
    grant(sponsor, 1, cohort=first)
    (in_first,) = enrolments(sponsor.enrol(first, "Amina"))
    sponsor.enrol(second, "Amina")
    grant(sponsor, 1)
    sponsor.post(f"enrollments/{in_first}/withdraw/")
    assert published(SeatReleased) == []
    assert sponsor.statuses(first, "Brian") == ["enrolled"]
    assert sponsor.statuses(second, "Chebet") == ["no_seat"]


def test_seats_of_a_window_that_has_not_begun_cannot_be_given(sponsor, grant):
    grant(sponsor, 1, start=3)
    assert sponsor.statuses(sponsor.cohort(), "Amina") == ["no_seat"]


def test_another_organizations_seats_are_its_own(sponsor, organization, grant):
    grant(organization("sponsor"), 5)
    assert sponsor.statuses(sponsor.cohort(), "Amina") == ["no_seat"]


def test_the_same_grant_told_twice_counts_once(sponsor, deliver):
    from datetime import timedelta

    from chassis.clock import now
    from chassis.ids import new_id
    from contracts.events.billing import SeatsGranted

    event = SeatsGranted(
        organization_id=sponsor.id, grant_id=new_id(), payment_id=new_id(), quantity=1,
        valid_from=now() - timedelta(days=1), valid_until=now() + timedelta(days=1),
    )  # fmt: skip
    deliver(event, event)
    assert sponsor.statuses(sponsor.cohort(), "Amina", "Brian") == ["enrolled", "no_seat"]
