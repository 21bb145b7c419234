"""A partner sponsors students, sees them as they allow, and cancels."""

from uuid import UUID

from chassis.ids import new_id
from contracts.events.programs import SponsorshipCreated, SponsorshipEnded, StudentRegistered
from contracts.pseudonym import pseudonym


def test_a_sponsorship_is_made_for_each_student_and_waits_for_money(partner, pupils, academy, published):
    course = academy.course("CBC Mathematics Grade 5")
    amani, baraka = pupils("Amani", "Baraka")
    answer = partner.sponsor(amani, baraka, type="course_specific", course_ids=[course, course])
    assert answer.status_code == 201
    ids = answer.json["sponsorship_ids"]
    assert answer.json == {
        "sponsorships_created": 2,
        "sponsorship_ids": ids,
        "total_amount": 50000,
        "currency": "KES",
        "status": "pending",
        "message": "Sponsorships created successfully. Payment required to activate.",
    }
    told = published(SponsorshipCreated)
    assert [str(event.sponsorship_id) for event in told] == ids
    assert [event.student_id for event in told] == [amani, baraka]
    assert (told[0].kind, told[0].amount_minor, told[0].course_ids) == ("course_specific", 2_500_000, (UUID(course),))


def test_the_partner_comes_to_know_the_student_as_who_registered_them_said(partner, pupils, published):
    (amani,) = pupils({"external_id": "7", "name": "Amani", "grade_level": "Grade 5", "county": "Nairobi"})
    partner.sponsored(amani)
    told = [event for event in published(StudentRegistered) if event.organization_id == partner.id]
    assert [(event.student_id, event.name, event.county, event.taught) for event in told] == [
        (amani, "Amani", "Nairobi", False)
    ]


def test_a_student_who_consented_is_listed_by_name(partner, pupils, privacy):
    (amani,) = pupils({"external_id": "7", "name": "Amani", "grade_level": "5", "school": "Uhuru", "county": "Nairobi"})
    privacy.visible_students = {amani}
    (made,) = partner.sponsored(amani)
    shown = partner.listed()
    assert {name: shown[name] for name in ("total", "page", "limit", "pages")} == {
        "total": 1, "page": 1, "limit": 20, "pages": 1
    }  # fmt: skip
    (line,) = shown["sponsorships"]
    created = line.pop("created_at")
    assert created.endswith("Z")
    assert line == {
        "id": made,
        "student": {
            "id": str(amani), "name": "Amani", "pseudonymous": False, "grade_level": 5, "school": "Uhuru",
            "county": "Nairobi",
        },
        "type": "full_scholarship",
        "status": "pending",
        "courses_covered": [],
        "total_amount": 25000,
        "amount_disbursed": 0,
        "currency": "KES",
        "start_date": "2026-03-01T00:00:00Z",
        "end_date": "2099-12-31T00:00:00Z",
        "student_performance": {"average_score": None, "courses_completed": 0, "courses_in_progress": 0},
    }  # fmt: skip


def test_who_did_not_consent_is_listed_by_a_pseudonym_and_nothing_that_tells_who_it_is(partner, pupils):
    (amani,) = pupils({"external_id": "7", "name": "Amani", "grade_level": "5", "school": "Uhuru", "county": "Nairobi"})
    (made,) = partner.sponsored(amani)
    hidden = {
        "id": None, "name": pseudonym(partner.id, amani), "pseudonymous": True, "grade_level": None,
    }  # fmt: skip
    assert partner.listed()["sponsorships"][0]["student"] == {**hidden, "school": None, "county": None}
    assert partner.sponsorship(made)["student"] == {**hidden, "avatar_url": None}


def test_privacy_is_asked_once_for_a_page_and_enters_the_reads_in_the_log(partner, pupils, privacy):
    partner.sponsored(*pupils("A", "B", "C"))
    partner.listed(limit=2)
    (asked,) = privacy.asked
    assert len(asked["student_ids"]) == 2
    assert (asked["scope"], asked["log_reads"], asked["organization_id"]) == ("sponsor_view", True, partner.id)


def test_a_list_can_be_trimmed_to_some_fields(partner, pupils):
    (made,) = partner.sponsored(*pupils("A"))
    shown = partner.listed(fields="id,status")
    assert shown["total"] == 1
    assert shown["sponsorships"] == [{"id": made, "status": "pending"}]


def test_the_list_is_filtered_and_sorted(partner, pupils):
    first, second, third = pupils("A", "B", "C")
    partner.sponsored(first, amount_per_student=3, end_date="2099-01-02")
    partner.sponsored(second, amount_per_student=1, end_date="2099-01-03")
    (gone,) = partner.sponsored(third, amount_per_student=2, end_date="2099-01-01")
    partner.post(f"sponsorships/{gone}/cancel")

    def amounts(**query):
        return [line["total_amount"] for line in partner.listed(**query)["sponsorships"]]

    assert amounts() == [2, 1, 3]
    assert amounts(sort_order="asc") == [3, 1, 2]
    assert amounts(sort_by="amount") == [3, 2, 1]
    assert amounts(sort_by="end_date", sort_order="asc") == [2, 3, 1]
    assert amounts(status="pending") == [1, 3]
    assert amounts(status="cancelled") == [2]
    assert amounts(status="active") == []
    assert [amounts(limit=2, page=page) for page in (1, 2, 3)] == [[2, 1], [3], []]


def test_sorting_by_name_sorts_what_is_shown_and_so_tells_no_hidden_name(partner, pupils, privacy):
    students = pupils("Zuri", "Amani", "Aaliyah", "Zz")
    privacy.visible_students = {students[0], students[1]}
    partner.sponsored(*students)
    for order in ("asc", "desc"):
        pages = [partner.listed(sort_by="student_name", sort_order=order, limit=3, page=page) for page in (1, 2)]
        names = [line["student"]["name"] for page in pages for line in page["sponsorships"]]
        assert names == sorted(
            ["Zuri", "Amani", *(pseudonym(partner.id, id) for id in students[2:])],
            key=str.casefold,
            reverse=order == "desc",
        )
        assert (pages[0]["total"], pages[0]["pages"]) == (4, 2)


def test_a_filter_value_that_is_none_is_400(partner):
    for query in ({"status": "gone"}, {"sort_by": "name"}, {"sort_order": "up"}, {"limit": 101}, {"page": 0}):
        answer = partner.get("sponsorships", **query)
        assert answer.status_code == 400, query
        assert isinstance(answer.json["detail"], str)
    assert partner.get("sponsorships", status="gone").json["detail"] == "Invalid sponsorship status"


def test_an_unknown_type_is_400_in_the_documents_words(partner, pupils):
    answer = partner.sponsor(*pupils("A"), type="gift")
    assert (answer.status_code, answer.json["detail"]) == (400, "Invalid sponsorship type")


def test_an_unknown_student_is_named_by_their_place_and_nobody_is_sponsored(partner, pupils, published):
    answer = partner.sponsor(*pupils("A"), new_id())
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json["detail"]] == [["body", "student_ids", "1"]]
    assert published(SponsorshipCreated) == []
    assert partner.listed()["total"] == 0


def test_a_second_one_of_the_same_type_on_the_same_days_is_a_conflict(partner, pupils, partners, academy):
    amani, baraka = pupils("Amani", "Baraka")
    partner.sponsored(amani, start_date="2026-03-01", end_date="2026-12-31")
    again = {"start_date": "2026-12-31", "end_date": "2027-01-01"}
    refused = partner.sponsor(baraka, amani, **again)
    assert refused.status_code == 409
    assert "student_ids.1" in refused.json["detail"]
    assert partner.sponsor(amani, start_date="2027-01-01", end_date="2027-12-31").status_code == 201
    assert partner.sponsor(amani, type="partial", **again).status_code == 201
    assert partners().sponsor(amani, **again).status_code == 201


def test_cancelling_makes_room_for_another(partner, pupils, published):
    (amani,) = pupils("Amani")
    (made,) = partner.sponsored(amani)
    answer = partner.post(f"sponsorships/{made}/cancel")
    assert (answer.status_code, answer.json["status"]) == (200, "cancelled")
    assert "student" not in answer.json
    timeline = partner.sponsorship(made)["timeline"]
    assert [one["event"] for one in timeline] == ["Sponsorship created", "Sponsorship cancelled"]
    (told,) = published(SponsorshipEnded)
    assert (str(told.sponsorship_id), told.state, told.reason) == (made, "cancelled", "cancelled")
    assert partner.post(f"sponsorships/{made}/cancel").status_code == 409
    assert partner.sponsor(amani).status_code == 201


def test_the_same_key_makes_the_same_sponsorships_once(partner, pupils):
    (amani,) = pupils("Amani")
    body = {
        "student_ids": [str(amani)], "type": "partial", "amount_per_student": 1, "start_date": "2026-03-01",
        "end_date": "2026-12-31",
    }  # fmt: skip
    first, second = (partner.post("sponsorships", body, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert second.headers["Idempotent-Replayed"] == "true"
    assert partner.listed()["total"] == 1


def test_what_is_polled_answers_304_and_paths_take_a_slash(partner, pupils):
    (made,) = partner.sponsored(*pupils("Amani"))
    for path in ("sponsorships", "sponsorships/", f"sponsorships/{made}", f"sponsorships/{made}/"):
        answer = partner.get(path)
        assert answer.status_code == 200, path
        tag = {**partner.headers, "If-None-Match": answer.headers["ETag"]}
        assert partner.client.get(f"/api/v1/partner/{path}", headers=tag).status_code == 304
