"""What every answer of every service says of itself."""

import re

from chassis.ids import new_id
from chassis.testing import token


def test_no_answer_sets_a_cookie_is_kept_by_others_or_guessed_at(house, who):
    client = house.test_client()
    headers = {"Authorization": f"Bearer {token(**who, perms=['platform'])}"}
    asked = 0
    for rule in house.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and "GET" in (rule.methods or ()):
            asked += 1
            for sent in (headers, {}):
                answer = client.get(re.sub(r"<[^>]+>", lambda _: str(new_id()), rule.rule), headers=sent)
                assert "Set-Cookie" not in answer.headers, rule
                assert answer.headers["X-Content-Type-Options"] == "nosniff", rule
                assert not re.search(r"\bpublic\b", answer.headers["Cache-Control"]) or sent == {}, rule
                assert "private" in answer.headers["Cache-Control"] or answer.status_code == 200, rule
                kind = answer.headers["Content-Type"]
                assert not kind.startswith("text/") or "charset=utf-8" in kind.lower(), rule
    assert asked
