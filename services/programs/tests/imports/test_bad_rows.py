"""One bad row in each file: the rest goes in, and exactly those are named, with file, line, column and reason."""

import pytest


def with_one_bad_row_each(rows):
    """The school with a bad row at the end of each file."""
    user = {"role": "student", "givenName": "X", "familyName": "Y", "orgSourcedIds": "S"}
    bad = {
        "orgs.csv": {"sourcedId": "S2", "name": "Nowhere", "type": "castle"},
        "academicSessions.csv": {"sourcedId": "T2", "title": "Term 2", "type": "term", "startDate": "2026-05-04",
                                 "endDate": "2026-05-01", "schoolYear": "2026"},
        "courses.csv": {"sourcedId": "C2", "title": "", "orgSourcedId": "S"},
        "classes.csv": {"sourcedId": "K2", "title": "2 West", "courseSourcedId": "C2", "schoolSourcedId": "S",
                        "termSourcedIds": "T1"},
        "users.csv": {"sourcedId": "c", **user, "email": "not an address"},
        "demographics.csv": {"sourcedId": "c", "birthDate": "2018-13-01"},
        "enrollments.csv": {"sourcedId": "e9", "classSourcedId": "K2", "schoolSourcedId": "S", "userSourcedId": "a",
                            "role": "student"},
        "categories.csv": {"sourcedId": "", "title": "Nameless"},
        "lineItems.csv": {"sourcedId": "L2", "title": "Quiz", "classSourcedId": "K", "resultValueMin": "0",
                          "resultValueMax": "0"},
        "results.csv": {"sourcedId": "r9", "lineItemSourcedId": "L2", "studentSourcedId": "a",
                        "scoreStatus": "fully graded", "score": "5", "scoreDate": "2026-04-09"},
    }  # fmt: skip
    return {name: [*told, bad[name]] for name, told in rows.items()}


NAMED = [
    ("orgs.csv", 4, "type", "Give one of: department, school, district, local, state, national."),
    ("academicSessions.csv", 4, "endDate", "It ends before it starts."),
    ("courses.csv", 3, "title", "A value is needed."),
    ("classes.csv", 3, "courseSourcedId", "C2 was refused (courses.csv, line 3)."),
    ("users.csv", 6, "email", "This is no mail address."),
    ("demographics.csv", 4, "birthDate", "Give a day as YYYY-MM-DD."),
    ("enrollments.csv", 5, "classSourcedId", "K2 was refused (classes.csv, line 3)."),
    ("categories.csv", 3, "sourcedId", "A value is needed."),
    ("lineItems.csv", 3, "resultValueMax", "Give a number above 0 and above resultValueMin."),
    ("results.csv", 4, "lineItemSourcedId", "L2 was refused (lineItems.csv, line 3)."),
]


def test_a_bad_row_in_each_file_is_named_and_the_rest_goes_in(school, school_rows, roster):
    found = school.run(roster(with_one_bad_row_each(school_rows())))

    assert found["state"] == "done"
    assert sorted(school.errors(found["id"])) == sorted(NAMED)
    assert found["errors"] == 10
    assert {file["name"]: file["refused"] for file in found["files"]} == dict.fromkeys(school_rows(), 1)
    good = {file["name"]: file["rows"] - file["refused"] - file["ignored"] for file in found["files"]}
    assert {file["name"]: file["created"] for file in found["files"]} == good
    (cohort,) = school.organization.get("cohorts/").json["items"]
    assert cohort["active"] + cohort["completed"] == 2


def test_what_was_refused_goes_in_once_it_is_right(school, school_rows, roster):
    school.run(roster(with_one_bad_row_each(school_rows())))
    rows = with_one_bad_row_each(school_rows())
    rows["courses.csv"][-1] = {**rows["courses.csv"][-1], "title": "Reading"}
    found = school.run(roster(rows))
    refused = {file["name"]: file["refused"] for file in found["files"] if not file["refused"]}
    assert set(refused) == {"courses.csv", "classes.csv", "enrollments.csv"}


LINES = [
    ("users.csv", "x,active", "", "The row has 2 cells; the header has another number of columns."),
    ("users.csv", {"sourcedId": "a", "role": "student", "givenName": "A", "familyName": "B"}, "sourcedId",
     "Line 2 has the same sourcedId."),
    ("users.csv", {"sourcedId": "x", "role": "student", "givenName": "A\x07", "familyName": "B"}, "givenName",
     "Control characters are not allowed."),
    ("users.csv", {"sourcedId": "x", "role": "boss"}, "role",
     "Give one of: administrator, aide, guardian, parent, proctor, relative, student, teacher."),
    ("users.csv", {"sourcedId": "x", "role": "student", "givenName": "A", "familyName": "B", "orgSourcedIds": "N"},
     "orgSourcedIds", "N is not known: it stands in no orgs.csv so far."),
    ("users.csv", {"sourcedId": "x" * 256, "role": "student"}, "sourcedId", "Longer than 255 characters."),
    ("users.csv", {"sourcedId": "x", "status": "inactive", "role": "student"}, "status",
     "Give one of: active, tobedeleted."),
    ("demographics.csv", {"sourcedId": "nobody", "birthDate": "2018-01-01"}, "sourcedId",
     "nobody is not known: it stands in no users.csv so far."),
    ("demographics.csv", {"sourcedId": "t", "birthDate": "2999-01-01"}, "birthDate",
     "Give a day between 1900 and 2199."),
    ("demographics.csv", {"sourcedId": "t", "birthDate": "2198-01-01"}, "birthDate", "This day has not come yet."),
    ("orgs.csv", {"sourcedId": "X", "name": "Lost", "type": "school", "parentSourcedId": "Z"}, "parentSourcedId",
     "Z is not known: it stands in no orgs.csv so far."),
    ("enrollments.csv", {"sourcedId": "x", "classSourcedId": "K", "schoolSourcedId": "S", "userSourcedId": "m",
                         "role": "student"}, "userSourcedId", "This user is no student."),
    ("results.csv", {"sourcedId": "x", "lineItemSourcedId": "L", "studentSourcedId": "a", "scoreStatus": "submitted",
                     "score": "4,5", "scoreDate": "2026-04-09"}, "score",
     "Give a number, with a point, below a thousand million, of at most six decimals."),
    ("results.csv", {"sourcedId": "x", "lineItemSourcedId": "L", "studentSourcedId": "a", "scoreStatus": "perfect",
                     "scoreDate": "2026-04-09"}, "scoreStatus",
     "Give one of: exempt, fully graded, not submitted, partially graded, submitted."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "bad", "column", "reason"), LINES, ids=[str(place) for place in range(len(LINES))])
def test_a_bad_row_says_what_is_wrong(school, school_rows, roster, name, bad, column, reason):
    rows = school_rows()
    rows[name] = [*rows[name], bad]
    found = school.run(roster(rows))
    assert school.errors(found["id"]) == [(name, len(rows[name]) + 1, column, reason)]
    (file,) = [file for file in found["files"] if file["name"] == name]
    assert (file["refused"], file["created"] + file["ignored"]) == (1, len(rows[name]) - 1)


def test_whoever_hangs_on_a_refused_parent_is_refused_too(school, school_rows, roster):
    rows = school_rows()
    chain = [("X", "Z"), ("W", "X"), ("V", "W")]
    rows["orgs.csv"] += [{"sourcedId": id, "name": id, "type": "school", "parentSourcedId": up} for id, up in chain]
    found = school.run(roster(rows))
    assert [(line, reason.split()[0]) for _, line, _, reason in school.errors(found["id"])] == [
        (4, "Z"), (5, "X"), (6, "W"),
    ]  # fmt: skip
    assert {key: found["files"][0][key] for key in ("created", "refused")} == {"created": 2, "refused": 3}


def test_lines_are_counted_as_an_editor_counts_them(school, school_rows, roster):
    rows = school_rows(
        categories=[
            '"two\nlines",,,Quoted over lines',
            "",
            {"sourcedId": "", "title": "Nameless"},
        ]
    )
    found = school.run(roster(rows))
    assert [(line, column) for _, line, column, _ in school.errors(found["id"])] == [(3, "sourcedId"), (6, "sourcedId")]


def test_a_formula_in_a_cell_stays_text(school, school_rows, roster):
    formula = '=cmd|" /C calc"!A0'
    rows = school_rows(enrollments=[
        {"sourcedId": "x", "classSourcedId": formula, "schoolSourcedId": "S", "userSourcedId": "a", "role": "student"},
    ])  # fmt: skip
    found = school.run(roster(rows))
    ((_, _, _, reason),) = school.errors(found["id"])
    assert reason == f"'{formula} is not known: it stands in no classes.csv so far."


def test_a_row_that_the_database_refuses_is_refused_alone(school, school_rows, roster, monkeypatch):
    from programs.usecases.import_roster.kinds import courses

    create = courses._created

    def trip(run, one):
        if one.facts["title"] == "Poison":
            raise RuntimeError("something nobody thought of")
        return create(run, one)

    monkeypatch.setattr(courses, "_created", trip)
    more = [{"sourcedId": f"c{n}", "title": "Poison" if n == 7 else f"Course {n}"} for n in range(20)]
    found = school.run(roster(school_rows(courses=more)))
    assert school.errors(found["id"]) == [("courses.csv", 10, "", "This row could not be stored.")]
    assert found["files"][2]["created"] == 20
    assert school.organization.get("courses/").json["total"] == 20


def test_only_so_many_refused_rows_are_kept_but_all_are_counted(school, school_rows, roster, monkeypatch):
    from programs.usecases.import_roster import run

    monkeypatch.setattr(run, "MOST_KEPT", 5)
    found = school.run(roster(school_rows(categories=[{"sourcedId": str(n), "title": ""} for n in range(12)])))
    assert (found["errors"], len(school.errors(found["id"]))) == (12, 5)
