"""A school sends its OneRoster files: everybody and everything is in, once."""

from sqlalchemy import text

from contracts.events.programs import (
    CohortCreated,
    CourseCreated,
    EnrollmentCompleted,
    ResultRecorded,
    StudentEnrolled,
    StudentRegistered,
)


def counts(found, name):
    (file,) = [file for file in found["files"] if file["name"] == name]
    return {key: file[key] for key in ("created", "updated", "unchanged", "removed", "ignored", "refused") if file[key]}


def test_everything_in_the_files_is_here(school, school_rows, roster, published):
    found = school.run(roster(school_rows()))

    assert (found["state"], found["errors"], found["read"], found["problem"]) == ("done", 0, 19, None)
    assert school.errors(found["id"]) == []
    (course,), (cohort,) = published(CourseCreated), published(CohortCreated)
    assert (course.title, course.subject_area, course.grade_level) == ("Mathematics, grade 2", "Maths", "2")
    assert (cohort.name, cohort.kind, cohort.course_ids) == ("2 East", "academy", (course.course_id,))
    assert (str(cohort.start_date), str(cohort.end_date)) == ("2026-01-05", "2026-11-30")
    amina, brian = sorted(published(StudentRegistered), key=lambda one: one.name)
    assert (amina.name, amina.email, amina.school, amina.grade_level, str(amina.birth_date), amina.guardian_email) == (
        "Amina Otieno", "amina@school.example", "Uhuru School", "2", "2018-03-01", "mary@mail.example",
    )  # fmt: skip
    assert (brian.email, brian.guardian_email, str(brian.birth_date), brian.taught) == (None, None, "2017-09-12", True)
    assert {one.student_id for one in published(StudentEnrolled)} == {amina.student_id, brian.student_id}


def test_a_score_that_is_missing_stays_missing_and_completes_nothing(school, school_rows, roster, published):
    school.run(roster(school_rows()))
    graded, untaken = published(ResultRecorded)
    assert (graded.score, graded.max_score, graded.completed, str(graded.result_date)) == (488, 600, True, "2026-04-09")
    assert (untaken.score, untaken.completed) == (None, False)
    assert [one.student_id for one in published(EnrollmentCompleted)] == [graded.student_id]


def test_staff_are_ignored_and_nothing_of_them_is_kept(school, school_rows, roster, session):
    found = school.run(roster(school_rows()))
    assert (counts(found, "users.csv"), counts(found, "enrollments.csv")) == (
        {"created": 3, "ignored": 1},
        {"created": 2, "ignored": 1},
    )
    kept = session.scalar(text("select facts from roster_items where kind = 'user' and sourced_id = 't'"))
    assert kept == {"role": "teacher", "email": None}


def test_the_same_file_again_changes_nothing_and_says_nothing(school, school_rows, roster, session):
    said = text("select count(*) from outbox")
    content = roster(school_rows())
    first = school.run(content)
    before = session.scalar(said)
    again = school.run(content)
    assert session.scalar(said) == before
    assert first["sha256"] == again["sha256"]
    assert first["id"] != again["id"]
    changed = {name: sum(file[name] for file in again["files"]) for name in ("created", "updated", "removed")}
    assert changed == {"created": 0, "updated": 0, "removed": 0}
    assert (again["state"], again["errors"], again["read"]) == ("done", 0, 19)


def test_a_later_file_tells_what_has_changed(school, school_rows, roster, published):
    from contracts.events.programs import CohortUpdated, StudentUpdated

    school.run(roster(school_rows()))
    rows = school_rows()
    rows["orgs.csv"][1] = {**rows["orgs.csv"][1], "name": "Uhuru Primary"}
    rows["classes.csv"][0] = {**rows["classes.csv"][0], "title": "2 West"}
    rows["results.csv"][0] = {**rows["results.csv"][0], "score": "500.5"}
    found = school.run(roster(rows))
    assert [counts(found, name).get("updated") for name in ("orgs.csv", "classes.csv", "users.csv", "results.csv")] == [
        1, 1, 2, 1,
    ]  # fmt: skip
    assert {event.school for event in published(StudentUpdated)} == {"Uhuru Primary"}
    assert [event.name for event in published(CohortUpdated)] == ["2 West"]
    assert [str(event.score) for event in published(ResultRecorded)] == ["488", "None", "500.5"]


def test_who_reads_the_cohorts_sees_the_class(school, school_rows, roster, privacy, published):
    school.run(roster(school_rows()))
    (cohort,) = school.organization.get("cohorts/").json["items"]
    assert (cohort["name"], cohort["active"], cohort["completed"]) == ("2 East", 1, 1)
    privacy.visible_students = {event.student_id for event in published(StudentRegistered)}
    assert sorted(line["student"]["name"] for line in school.organization.listed(cohort["id"])["items"]) == [
        "Amina Otieno",
        "Brian Mwangi",
    ]


def test_a_guardian_may_be_named_by_either_row(school, school_rows, roster, published):
    rows = school_rows(
        users=[
            {"sourcedId": "r", "role": "relative", "givenName": "Rose", "familyName": "Mwangi", "orgSourcedIds": "S",
             "email": "rose@mail.example", "agentSourcedIds": "b"},
            {"sourcedId": "g", "role": "guardian", "givenName": "Grace", "familyName": "Mwangi", "orgSourcedIds": "S",
             "email": "grace@mail.example", "agentSourcedIds": "b,a"},
        ]
    )  # fmt: skip
    school.run(roster(rows))
    guardians = {event.name: event.guardian_email for event in published(StudentRegistered)}
    assert guardians == {"Amina Otieno": "mary@mail.example", "Brian Mwangi": "grace@mail.example"}


def test_a_course_of_another_name_is_told_with_its_rule_and_once(school, school_rows, roster, published):
    from contracts.events.programs import CourseUpdated

    school.run(roster(school_rows()))
    id = school.organization.get("courses/").json["items"][0]["id"]
    school.organization.patch(f"courses/{id}/", {"completion": "score", "min_score": 60})
    rows = school_rows()
    rows["courses.csv"][0] = {**rows["courses.csv"][0], "title": "Mathematics 2"}
    school.run(roster(rows))
    rows["courses.csv"][0] = {**rows["courses.csv"][0], "orgSourcedId": ""}
    school.run(roster(rows))
    assert [(str(one.course_id), one.title, one.min_score) for one in published(CourseUpdated)][1:] == [
        (id, "Mathematics 2", 60)
    ]
