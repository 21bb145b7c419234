"""An authenticator app beside the password: asked at every door, each code once; ten recovery codes in its place."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import text

from chassis.clock import now
from contracts.events.identity import CredentialsChanged, PasswordResetRequested

LOGIN = "/api/v1/auth/login"


def enter(client, person, **more):
    return client.post(LOGIN, json={"email": person.email, "password": person.password, **more})


def test_signing_in_asks_for_a_code(client, protected):
    amina, app = protected("amina@example.org", "sponsor")

    without, with_it = enter(client, amina), enter(client, amina, code=app.code())

    assert (without.status_code, without.json["code"]) == (401, "mfa_required")
    assert without.json["error"]["details"] == {"methods": ["totp", "recovery_code"]}
    assert with_it.status_code == 200
    assert set(with_it.json) == {"access_token", "refresh_token", "user", "expires_in"}


def test_without_the_password_nobody_learns_that_there_is_one(client, protected):
    amina, app = protected("amina@example.org")

    answer = client.post(LOGIN, json={"email": amina.email, "password": "a wrong one, but long", "code": app.code()})

    assert (answer.status_code, answer.json["code"]) == (401, "bad_credentials")
    assert enter(client, amina, code=app.code()).status_code == 200, "the code was not used up"


def test_a_code_opens_once_and_none_before_it_opens_after(client, protected):
    amina, app = protected("amina@example.org")
    assert enter(client, amina, code=app.code()).status_code == 200

    for old in (app.code(), app.code(-1)):
        again = enter(client, amina, code=old)
        assert (again.status_code, again.json["code"]) == (401, "wrong_code")
    assert enter(client, amina, code=app.code(1)).status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_clocks_may_differ_by_one_step(client, protected, later, steps, status):
    amina, app = protected("amina@example.org")
    later(60)

    assert enter(client, amina, code=app.code(steps)).status_code == status


def test_a_code_is_read_however_it_is_typed(client, protected):
    amina, app = protected("amina@example.org")
    code = app.code()

    assert enter(client, amina, code=f" {code[:3]} {code[3:]} ").status_code == 200


@pytest.mark.parametrize("code", ["", "12345", 123456, None, "x" * 41])
def test_what_is_no_code_is_not_valid(client, protected, code):
    amina, _ = protected("amina@example.org")

    assert enter(client, amina, code=code).status_code == 422


def test_guesses_of_a_code_lock_like_guesses_of_a_password(client, protected):
    amina, app = protected("amina@example.org")
    wrong = f"{(int(app.code()) + 500_000) % 1_000_000:06}"

    statuses = [enter(client, amina, code=wrong).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]
    assert enter(client, amina, code=app.code()).status_code == 429


def test_the_right_password_between_guesses_of_a_code_forgets_none(client, protected):
    amina, _ = protected("amina@example.org")
    for _ in range(5):
        enter(client, amina, code="aaaa-aaaa-aaaa-aaaa")
        enter(client, amina)

    assert enter(client, amina).status_code == 429


def test_a_recovery_code_opens_once(client, protected, published):
    amina, app = protected("amina@example.org", "sponsor")
    assert len(set(app.recovery_codes)) == 10

    first = enter(client, amina, code=app.recovery_codes[3].upper().replace("-", " "))
    again = enter(client, amina, code=app.recovery_codes[3])

    assert (first.status_code, again.status_code) == (200, 401)
    amina.use(first.json)
    assert amina.get("/totp/").json["recovery_codes_left"] == 9
    assert published(CredentialsChanged)[-1].what == "recovery_code_used"
    assert amina.get(f"/orgs/{amina.organization['id']}/audit/").json["items"][0]["details"] == {"left": 9}


def test_new_recovery_codes_replace_the_old(client, protected):
    amina, app = protected("amina@example.org")

    made = amina.post("/totp/recovery-codes/", password=amina.password, code=app.code()).json["recovery_codes"]

    assert not set(made) & set(app.recovery_codes)
    assert enter(client, amina, code=app.recovery_codes[0]).status_code == 401
    assert enter(client, amina, code=made[0]).status_code == 200


def test_taking_it_away_needs_password_and_code(client, protected, published):
    amina, app = protected("amina@example.org")

    for body in (
        {"password": "a wrong but long passphrase", "code": app.code()},
        {"password": amina.password, "code": "000000" if app.code() != "000000" else "111111"},
    ):
        refused = amina.post("/totp/disable/", **body)
        assert (refused.status_code, refused.json["code"]) == (403, "not_reauthenticated")
    assert amina.post("/totp/disable/", password=amina.password).status_code == 422
    assert amina.post("/totp/disable/", password=amina.password, code=app.code()).status_code == 204

    assert enter(client, amina).status_code == 200
    assert [told.what for told in published(CredentialsChanged)] == ["totp_enabled", "totp_disabled"]
    assert amina.post("/totp/disable/", password=amina.password, code=app.code()).json["code"] == "second_factor_off"


def test_nothing_changes_until_a_code_is_confirmed(client, sign_up, verify):
    amina = verify(sign_up("amina@example.org"))
    begun = amina.post("/totp/enrol/", password=amina.password).json

    wrong = amina.post("/totp/confirm/", code="000000" if pyotp.TOTP(begun["secret"]).now() != "000000" else "111111")

    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "code")
    nothing = {"enabled": False, "confirmed_at": None, "recovery_codes_left": 0, "required_by": []}
    assert amina.get("/totp/").json == nothing
    assert enter(client, amina).status_code == 200
    asked = parse_qs(urlsplit(begun["otpauth_uri"]).query)
    assert (asked["secret"], asked["issuer"]) == ([begun["secret"]], ["Ufadhili"])


def test_enrolling_needs_the_password_a_proved_address_and_no_app_before(sign_up, verify, protected):
    amina = sign_up("amina@example.org")
    assert amina.post("/totp/enrol/", password=amina.password).json["code"] == "address_not_proved"
    verify(amina)
    assert amina.post("/totp/enrol/", password="a wrong but long passphrase").status_code == 403
    assert amina.post("/totp/confirm/", code="123456").json["code"] == "second_factor_off"

    baraka, app = protected("baraka@example.org")
    assert baraka.post("/totp/enrol/", password=baraka.password).json["code"] == "second_factor_on"
    assert baraka.post("/totp/confirm/", code=app.code()).json["code"] == "second_factor_on"


def test_a_new_password_does_not_take_it_away(client, protected, link_token, published):
    amina, app = protected("amina@example.org")
    client.post("/api/v1/auth/password/reset/", json={"email": amina.email})
    token = link_token("password_reset", published(PasswordResetRequested)[-1].reset_id)
    amina.password = "quite another passphrase 8"
    confirmed = client.post("/api/v1/auth/password/reset/confirm/", json={"token": token, "password": amina.password})

    assert confirmed.status_code == 204
    assert enter(client, amina).json["code"] == "mfa_required"
    assert enter(client, amina, code=app.code()).status_code == 200


def test_an_invitation_opens_no_door_around_it(client, sign_up, protected, link_token):
    boss = sign_up("boss@example.org", "sponsor")
    members = f"/orgs/{boss.organization['id']}/members/"
    invited = boss.post(members, email="amina@example.org", role="sponsor_staff").json["invitation_id"]
    amina, app = protected("amina@example.org")
    path = f"/api/v1/auth/invitations/{link_token('invitation', invited)}/accept/"

    without = client.post(path, json={"password": amina.password})
    wrong = client.post(path, json={"password": amina.password, "code": "aaaa-aaaa-aaaa-aaaa"})
    with_it = client.post(path, json={"password": amina.password, "code": app.code()})

    assert (without.status_code, without.json["code"]) == (401, "mfa_required")
    assert (wrong.status_code, wrong.json["code"]) == (401, "wrong_code")
    assert with_it.status_code == 200


def test_neither_secret_nor_recovery_codes_can_be_read_in_the_database(protected, session):
    amina, app = protected("amina@example.org")

    kept = session.execute(text("select secret from totp_factors")).scalar_one()
    rows = session.execute(text("select r::text from recovery_codes r")).scalars().all()

    assert app.secret.encode() not in kept
    assert len(rows) == 10
    assert not any(code.replace("-", "") in row or code in row for code in app.recovery_codes for row in rows)
    assert amina.get("/totp/").json["recovery_codes_left"] == 10


def test_a_secret_is_useless_in_another_persons_row(client, protected, session):
    amina, app = protected("amina@example.org")
    baraka, _ = protected("baraka@example.org")
    swapped = "select secret from totp_factors where user_id = :his"
    session.execute(
        text(f"update totp_factors set secret = ({swapped}) where user_id = :hers"),  # noqa: S608 - our own words
        {"his": amina.id, "hers": baraka.id},
    )
    session.flush()

    answer = enter(client, baraka, code=app.code())

    assert (answer.status_code, answer.json["code"]) == (503, "factor_unreadable")


def test_of_many_with_one_code_at_once_one_comes_in(committing, sign_up):
    amina = sign_up("amina@example.org", through=committing.client)
    with committing.database.transaction("system") as session:
        session.execute(text("update users set email_verified_at = now()"))
    app = pyotp.TOTP(amina.post("/totp/enrol/", password=amina.password).json["secret"])
    amina.post("/totp/confirm/", code=app.at(now(), counter_offset=-1))
    code = app.at(now())

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: enter(committing.client, amina, code=code).status_code, range(4)))

    assert sorted(statuses) == [200, 401, 401, 401]
