"""The pages behind the links in mails, as a browser meets them."""

import re

import pytest

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def invitation(sign_up, link_token):
    amina = sign_up("amina@example.org", "sponsor", organization='<script>alert("x")</script>')
    path = f"/orgs/{amina.organization['id']}/members/"
    token = link_token(
        "invitation", amina.post(path, email="b@example.org", role="sponsor_staff").json["invitation_id"]
    )
    return f"/api/v1/auth/invitations/{token}/accept/"


def test_a_browser_gets_a_form_for_its_invitation(client, invitation):
    answer = client.get(invitation, headers=BROWSER)

    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert 'name="name"' in answer.text
    assert f'data-to="{invitation}"' in answer.text


def test_a_program_gets_the_same_as_json(client, invitation):
    assert client.get(invitation).json["email"] == "b@example.org"


def test_what_an_organization_calls_itself_cannot_run_on_the_page(client, invitation):
    answer = client.get(invitation, headers=BROWSER)

    assert "<script>alert" not in answer.text
    nonce = re.search(r"script-src 'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]
    assert re.findall(r"<script[^>]*>", answer.text) == [f'<script nonce="{nonce}">']
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_link_that_is_over_says_so(client):
    answer = client.get("/api/v1/auth/invitations/never-made/accept/", headers=BROWSER)

    assert answer.status_code == 404
    assert "not valid any more" in answer.text


def test_opening_the_verification_link_proves_nothing_yet(client, sign_up, link_token):
    amina = sign_up("amina@example.org")
    token = link_token("email_verification", amina.id)

    answer = client.get(f"/api/v1/auth/email/verify/?token={token}", headers=BROWSER)

    assert answer.status_code == 200
    assert f'value="{token}"' in answer.text
    assert amina.get("/me/").json["user"]["email_verified"] is False


def test_a_token_in_a_link_cannot_break_out_of_the_page(client):
    answer = client.get('/api/v1/auth/email/verify/?token="><script>alert(1)</script>', headers=BROWSER)

    assert "<script>alert" not in answer.text


def test_a_verification_link_without_its_token_is_refused(client):
    assert client.get("/api/v1/auth/email/verify/").status_code == 400
