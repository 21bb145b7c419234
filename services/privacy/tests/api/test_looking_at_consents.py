"""Everybody sees where they stand: students, guardians, and the organizations something was granted to."""

from typing import Any

from chassis.ids import new_id

MY = "/api/v1/privacy/consents/my/"
HISTORY = "/api/v1/privacy/consents/history/"


def test_a_student_sees_their_own_and_how_they_came_about(adult: Any, client: Any, as_: Any, consent: Any) -> None:
    consent(adult.student_user, adult.organization)
    consent(adult.student_user, adult.organization, granted=False)
    consent(adult.student_user, None, "public_portfolio")
    me = as_(user=adult.student_user)
    mine = client.get(MY, headers=me).json
    assert [(item["scope"], item["state"], item["granted"]) for item in mine["items"]] == [
        ("public_portfolio", "granted", True),
        ("sponsor_view", "withdrawn", False),
    ]
    assert (mine["total"], mine["page"], mine["limit"], mine["pages"]) == (2, 1, 20, 1)
    history = client.get(HISTORY, headers=me).json["items"]
    assert [(item["scope"], item["action"], item["acted_by"]) for item in history] == [
        ("public_portfolio", "granted", "self"),
        ("sponsor_view", "withdrawn", "self"),
        ("sponsor_view", "granted", "self"),
    ]
    assert history[-1]["policy_version"] == "1"
    assert history[-1]["user_id"] == str(adult.student_user)


def test_a_guardian_sees_the_childs_and_by_name_whose(child: Any, client: Any, as_: Any, consent: Any) -> None:
    consent(child.guardian_user, child.organization)
    item = client.get(MY, headers=as_(user=child.guardian_user)).json["items"][0]
    assert (item["student_name"], item["granted_by"]) == ("Amina Otieno", "guardian")
    assert client.get(HISTORY, headers=as_(user=child.guardian_user)).json["total"] == 1


def test_a_former_guardian_sees_nothing_of_an_adult(adult: Any, client: Any, as_: Any, consent: Any) -> None:
    consent(adult.student_user, adult.organization)
    for url in (MY, HISTORY):
        assert client.get(url, headers=as_(user=adult.guardian_user)).json["total"] == 0


def test_an_organization_sees_what_was_granted_to_it_without_names(
    adult: Any, world: Any, client: Any, as_: Any, consent: Any
) -> None:
    other = world.organization()
    consent(adult.student_user, adult.organization)
    consent(adult.student_user, adult.organization, "employer_share")
    consent(adult.student_user, adult.organization, "employer_share", granted=False)
    consent(adult.student_user, other)
    page = client.get(MY, headers=as_("consents.check", organization=adult.organization)).json
    assert [(item["student_id"], item["scope"], item["student_name"]) for item in page["items"]] == [
        (str(adult.student), "sponsor_view", None)
    ]
    assert "Amina" not in str(page)


def test_an_organizations_list_is_for_those_who_check_consents_in_all_of_it(
    adult: Any, client: Any, as_: Any, consent: Any
) -> None:
    consent(adult.student_user, adult.organization)
    narrow = as_(organization=adult.organization, narrowed={new_id(): ("consents.check",)})
    assert client.get(MY, headers=narrow).json["total"] == 0
    assert client.get(f"{MY}?view=organization", headers=narrow).status_code == 403
    assert client.get(f"{MY}?view=organization", headers=as_(user=adult.student_user)).status_code == 403


def test_a_member_who_learns_too_can_ask_for_their_own(adult: Any, client: Any, as_: Any, consent: Any) -> None:
    consent(adult.student_user, adult.organization)
    headers = as_("consents.check", organization=adult.organization, user=adult.student_user)
    assert client.get(f"{MY}?view=person", headers=headers).json["items"][0]["student_name"] == "Amina Otieno"


def test_lists_are_paged_filtered_and_refuse_nonsense(adult: Any, client: Any, as_: Any, consent: Any) -> None:
    for scope in ("sponsor_view", "employer_share", "placement_tracking"):
        consent(adult.student_user, adult.organization, scope)
    me = as_(user=adult.student_user)
    page = client.get(f"{MY}?limit=2&page=2", headers=me).json
    assert (len(page["items"]), page["total"], page["pages"]) == (1, 3, 2)
    assert client.get(f"{MY}?scope=employer_share", headers=me).json["total"] == 1
    assert client.get(f"{MY}?fields=scope&limit=1", headers=me).json["items"][0].keys() == {"scope"}
    for bad in ("page=0", "limit=101", "scope='--", "student_id=1", "view=all", "page=999999999999999999999"):
        assert client.get(f"{MY}?{bad}", headers=me).status_code == 400, bad
    assert client.get(MY).status_code == 401


def test_the_texts_are_public_and_say_which_is_current(client: Any) -> None:
    page = client.get("/api/v1/privacy/policies/").json
    assert [(item["scope"], item["version"], item["current"], item["for_anyone"]) for item in page["items"]] == [
        ("employer_share", "1", True, False),
        ("placement_tracking", "1", True, False),
        ("public_portfolio", "1", True, True),
        ("sponsor_view", "1", True, False),
    ]


def test_identity_learns_what_a_person_has_granted(child: Any, client: Any, as_service: Any, consent: Any) -> None:
    consent(child.guardian_user, child.organization)
    url = f"/internal/scopes?user_id={child.guardian_user}"
    granted = client.get(url, headers=as_service("identity")).json["granted"]
    assert [(item["student_id"], item["scope"]) for item in granted] == [(str(child.student), "sponsor_view")]
    assert client.get(url, headers=as_service("billing")).status_code == 403
