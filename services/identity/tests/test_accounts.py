"""Signing up, logging in, and who one then is."""


def test_a_sponsor_signs_up_and_is_the_administrator_of_its_organization(sign_up):
    amina = sign_up("amina@example.org", "sponsor", organization="Bright Futures")

    me = amina.get("/me/").json

    assert me["user"]["email"] == "amina@example.org"
    assert me["organization"]["slug"] == "bright-futures"
    assert me["organization"]["currency"] == "KES"
    assert [role["role"] for role in me["roles"]] == ["sponsor_admin"]
    assert "org.manage" in me["permissions"]


def test_login_answers_what_the_analytics_contract_asks(client, sign_up):
    amina = sign_up("amina@example.org", "customer")

    answer = client.post("/api/v1/auth/login", json={"email": "Amina@Example.org", "password": amina.password})

    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "refresh_token", "user", "expires_in"}
    assert set(answer.json["user"]) == {"id", "email", "name", "role", "customer_id", "permissions"}
    assert answer.json["user"]["role"] == "admin"
    assert answer.json["user"]["customer_id"] == amina.organization["id"]
