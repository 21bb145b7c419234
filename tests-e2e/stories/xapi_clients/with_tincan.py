"""Post and read back with the Python client tincan. usage: with_tincan.py ENDPOINT USER KEY EMAIL COURSE"""

import sys
import uuid

from tincan import Activity, Agent, RemoteLRS, Result, Score, Statement, Verb

endpoint, user, key, email, course = sys.argv[1:]
lrs = RemoteLRS(endpoint=endpoint, username=user, password=key)
wrong = RemoteLRS(endpoint=endpoint, username=user, password=key[:-1] + ("A" if key[-1] != "A" else "B"))


def statement(verb, **more):
    return Statement(
        id=str(uuid.uuid4()),
        actor=Agent(mbox=f"mailto:{email}"),
        verb=Verb(id=f"http://adlnet.gov/expapi/verbs/{verb}"),
        object=Activity(id=f"https://lms.example/courses/{course}"),
        **more,
    )


assert "1.0.3" in lrs.about().content.version

passed = statement("passed", result=Result(score=Score(raw=80, max=100), success=True))
saved = lrs.save_statement(passed)
assert saved.success, saved.data
again = lrs.save_statement(passed)
assert again.success, again.data

many = [statement("experienced") for _ in range(12)]
batch = lrs.save_statements(many)
assert batch.success, batch.data

one = lrs.retrieve_statement(passed.id)
assert one.success, one.data
assert (one.content.result.score.raw, str(one.content.id)) == (80, str(passed.id))

page = lrs.query_statements({"verb": Verb(id="http://adlnet.gov/expapi/verbs/experienced"), "limit": 5})
seen = []
while True:
    assert page.success, page.data
    seen += [str(found.id) for found in page.content.statements]
    if not page.content.more:
        break
    page = lrs.more_statements(page.content)
assert sorted(seen) == sorted(str(sent.id) for sent in many), (len(seen), len(many))

refused = wrong.save_statement(statement("passed"))
assert not refused.success
assert refused.response.status == 401, refused.response.status
print("tincan: written and read back")
