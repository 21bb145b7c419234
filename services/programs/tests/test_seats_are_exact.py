"""Seats: a student needs one, buying N means N can be given, one serves all of a student's cohorts."""


def test_each_student_takes_a_seat_until_none_is_left(sponsor, grant):
    grant(sponsor, 2)
    cohort = sponsor.cohort()
    answer = sponsor.enrol(cohort, "Amina", "Brian", "Chebet")
    assert answer.status_code == 207
    assert [row["status"] for row in answer.json["results"]] == ["enrolled", "enrolled", "no_seat"]
    assert answer.json["counts"] == {"enrolled": 2, "already_enrolled": 0, "no_seat": 1, "invalid": 0}
