"""Logging in: by address and password, for one organization, telling guessers nothing."""

from argon2 import PasswordHasher
from sqlalchemy import text


def test_login_answers_what_the_analytics_contract_asks(client, sign_up):
    amina = sign_up("amina@example.org", "customer")

    answer = client.post("/api/v1/auth/login", json={"email": "Amina@Example.org", "password": amina.password})

    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "refresh_token", "user", "expires_in"}
    assert answer.json["expires_in"] == 900
    assert answer.json["user"] == {
        "id": amina.id,
        "email": "amina@example.org",
        "name": "Amina",
        "role": "admin",
        "customer_id": amina.organization["id"],
        "permissions": ["dashboard.view", "org.manage", "reports.create", "users.view"],
    }


def test_the_customer_domain_says_for_whom_the_token_speaks(client, sign_up):
    amina = sign_up("amina@example.org", "sponsor", organization="First One")
    second = amina.post("/orgs/", name="Second One", kind="employer").json
    credentials = {"email": amina.email, "password": amina.password}

    def organization(**more):
        return client.post("/api/v1/auth/login", json={**credentials, **more}).json["user"]["customer_id"]

    assert organization(customer_domain="second-one") == second["id"]
    assert organization(customer_domain="first-one") == amina.organization["id"]
    # Without one it is the organization of the latest session.
    assert organization() == amina.organization["id"]


def test_wrong_password_unknown_address_and_foreign_domain_look_the_same(client, sign_up):
    amina = sign_up("amina@example.org", "sponsor", organization="First One")
    sign_up("other@example.org", "sponsor", organization="Not Hers")
    good = {"email": amina.email, "password": amina.password}

    answers = [
        client.post("/api/v1/auth/login", json={**good, **change})
        for change in (
            {"password": "another long passphrase"},
            {"email": "nobody@example.org"},
            {"customer_domain": "not-hers"},
            {"customer_domain": "never-heard-of"},
        )
    ]

    shown = {(answer.status_code, answer.json["code"], answer.json["detail"]) for answer in answers}
    assert shown == {(401, "bad_credentials", "The e-mail address or the password is not right.")}


def test_a_hash_of_other_parameters_is_renewed_at_the_next_login(client, sign_up, session):
    amina = sign_up("amina@example.org")
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(amina.password)
    session.execute(text("update users set password_hash = :old"), {"old": old})

    answer = client.post("/api/v1/auth/login", json={"email": amina.email, "password": amina.password})

    assert answer.status_code == 200
    assert "m=19456,t=2,p=1" in session.scalar(text("select password_hash from users"))
