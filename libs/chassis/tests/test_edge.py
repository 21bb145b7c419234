"""The edge every service stands on: who may, one transaction, one effect a key, refusals in shape."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from marshmallow import Schema, fields
from sqlalchemy import column, select, table, text
from sqlalchemy.exc import DBAPIError

from chassis.access import public, requires, requires_role, services_only, signed_in
from chassis.blueprint import Blueprint
from chassis.database import SYSTEM
from chassis.errors import Conflict
from chassis.fields import Count, Text
from chassis.ids import new_id
from chassis.paging import PageQuery, PageSchema, ordered, paginate
from chassis.resource import Resource
from chassis.service import Service
from chassis.settings import ServiceSettings

NOTES = table("notes", column("id"), column("organization_id"), column("text"))
blp = Blueprint("notes", __name__, url_prefix="/api/v1/notes")


class NoteSchema(Schema):
    id = fields.UUID(dump_only=True)
    text = Text(40, required=True)
    stars = Count(max=5, load_only=True, load_default=0)


class NotesPage(PageSchema):
    items = fields.List(fields.Nested(NoteSchema))


class NotesQuery(PageQuery):
    sort = fields.String(load_default="text")


@blp.route("/")
class Notes(Resource):
    etag = True

    @requires("notes.read")
    @blp.arguments(NotesQuery, location="query")
    @blp.response(200, NotesPage)
    def get(self, query):
        """List notes."""
        statement = ordered(select(NOTES.c.id, NOTES.c.text), query["sort"], {"text": NOTES.c.text}, NOTES.c.id)
        return paginate(self.session, statement, page=query["page"], limit=query["limit"])

    @requires("notes.write")
    @blp.arguments(NoteSchema)
    @blp.response(201, NoteSchema)
    def post(self, body):
        """Write a note."""
        row = {"id": new_id(), "organization_id": self.caller.organization_id, "text": body["text"]}
        self.session.execute(NOTES.insert().values(row))
        if body["text"] == "never":
            raise Conflict("Not this one.")
        return row


@blp.route("/unmarked/")
class Unmarked(Resource):
    def get(self):
        """A view somebody forgot to mark."""
        return {"open": True}


@blp.route("/inside/")
class Inside(Resource):
    @services_only("gateway")
    def get(self):
        """For the gateway."""
        return {"ok": True}


@blp.route("/mine/")
class Mine(Resource):
    for_person = True

    @signed_in
    def get(self):
        """For people."""
        return {"user": str(self.caller.user_id)}


@blp.route("/guests/")
class Guests(Resource):
    @requires_role("guest")
    def get(self):
        """For a role's whole family."""
        return {"ok": True}


@blp.route("/full/")
class Full(Resource):
    @requires("notes.write")
    def post(self):
        """What PostgreSQL says when its disk is full."""
        self.session.execute(NOTES.insert().values(id=new_id(), organization_id=self.caller.organization_id, text="x"))
        self.session.execute(text("do $$ begin raise exception 'no space left' using errcode = 'disk_full'; end $$"))


@blp.route("/front/")
class Front(Resource):
    @public
    def get(self):
        """For all."""
        return {"ok": True}


TOY = Service(
    name="toy",
    title="Toy",
    settings=ServiceSettings,
    migrations=Path(__file__).parent / "toy_migrations",
    blueprints=[blp],
    consumers={},
    wire=lambda database, settings: None,
)


@pytest.fixture
def service():
    return TOY


@pytest.fixture
def writer(as_):
    return as_("notes.read", "notes.write", organization=new_id())


def write(client, headers, text="hello", **more):
    return client.post("/api/v1/notes/", json={"text": text}, headers={**headers, **more})


def texts(client, headers):
    return [note["text"] for note in client.get("/api/v1/notes/", headers=headers).json["items"]]


def test_a_note_is_written_and_listed_with_and_without_the_slash(client, writer):
    assert write(client, writer).status_code == 201
    assert client.get("/api/v1/notes", headers=writer).json["total"] == 1
    assert texts(client, writer) == ["hello"]


def test_a_refusal_rolls_everything_back(client, writer):
    answer = write(client, writer, "never")
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.json["error"]["code"] == "CONFLICT"
    assert texts(client, writer) == []


def test_another_organization_sees_nothing_even_where_the_query_forgets_to_ask(client, writer, as_):
    write(client, writer)
    assert texts(client, as_("notes.read", organization=new_id())) == []


def test_the_database_refuses_a_row_for_another_organization(database):
    mine, theirs = new_id(), new_id()
    with pytest.raises(DBAPIError, match="row-level security"), database.transaction(mine) as session:
        session.execute(NOTES.insert().values(id=new_id(), organization_id=theirs, text="theirs"))


def test_the_database_refuses_to_change_what_is_append_only(database):
    with database.transaction(SYSTEM) as session:
        session.execute(text("insert into journal values (:id, 'once')"), {"id": new_id()})
    for statement in ("update journal set line = 'twice'", "delete from journal"):
        with pytest.raises(DBAPIError, match="append-only"), database.transaction(SYSTEM) as session:
            session.execute(text(statement))


def test_who_may(client, as_, as_service):
    org = new_id()
    assert client.get("/api/v1/notes/").status_code == 401
    assert client.get("/api/v1/notes/").headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/api/v1/notes/", headers=as_("other", organization=org)).status_code == 403
    assert client.get("/api/v1/notes/", headers=as_("notes.read")).status_code == 403, "no organization chosen"
    assert client.get("/api/v1/notes/unmarked/", headers=as_("platform")).status_code == 403
    assert client.get("/api/v1/notes/inside/", headers=as_("platform")).status_code == 403
    assert client.get("/api/v1/notes/inside/", headers=as_service("billing")).status_code == 403
    assert client.get("/api/v1/notes/inside/", headers=as_service("gateway")).status_code == 200
    assert client.get("/api/v1/notes/mine/", headers=as_service("gateway")).status_code == 403
    assert client.get("/api/v1/notes/mine/", headers=as_(user=org)).json == {"user": str(org)}
    assert client.get("/api/v1/notes/front/").status_code == 200
    assert client.get("/api/v1/notes/", headers=as_("platform")).status_code == 200


def test_the_same_key_replays_the_first_answer_byte_for_byte(client, writer):
    first = write(client, writer, **{"Idempotency-Key": "k1"})
    again = write(client, writer, **{"Idempotency-Key": "k1"})
    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert texts(client, writer) == ["hello"]


def test_a_key_serves_one_request_and_one_caller_only(client, writer, as_):
    write(client, writer, **{"Idempotency-Key": "k1"})
    other = write(client, writer, "another", **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    stranger = as_("notes.read", "notes.write", organization=new_id())
    assert "Idempotent-Replayed" not in write(client, stranger, **{"Idempotency-Key": "k1"}).headers


def test_a_refused_request_may_be_tried_again_with_its_key(client, writer):
    assert write(client, writer, "never", **{"Idempotency-Key": "k1"}).status_code == 409
    assert write(client, writer, "never", **{"Idempotency-Key": "k1"}).status_code == 409


def test_fifty_at_once_with_one_key_have_one_effect(committing, writer):
    def once(_):
        return write(committing.client, writer, **{"Idempotency-Key": "k1"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(once, range(50)))
    done = {answer.data for answer in answers if answer.status_code == 201}
    assert len(done) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert texts(committing.client, writer) == ["hello"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"text": "\\u0000"}', 400),
        (b'{"text": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"text": NaN}', 400),
        (b'"\xff"', 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"text": 5}', 422),
        (b'{"text": ""}', 422),
        (b'{"text": "a\\u0007b"}', 422),
        (b'{"text": "x", "organization_id": "0190"}', 422),
        (b'{"text": "x", "stars": 6}', 422),
        (b'{"text": "x", "stars": true}', 422),
        (b'{"text": "x", "stars": 1e400}', 400),
        (b'{"text": "' + b"x" * 41 + b'"}', 422),
    ],
)
def test_bad_bodies_are_refused_in_shape_and_change_nothing(client, writer, body, status):
    answer = client.post("/api/v1/notes/", data=body, headers=writer, content_type="application/json")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert texts(client, writer) == []


def test_other_bad_requests(client, writer):
    assert client.post("/api/v1/notes/", data="text=x", headers=writer).status_code == 415
    assert client.post("/api/v1/notes/", data=b"x" * 9_000_000, headers=writer).status_code == 413
    assert client.delete("/api/v1/notes/", headers=writer).status_code == 405
    assert client.get("/api/v1/notes/?page=0", headers=writer).status_code == 400
    assert client.get("/api/v1/notes/?sort=id;drop", headers=writer).status_code == 400
    assert client.get("/api/v1/notes/?q=%00", headers=writer).status_code == 400
    assert client.get("/api/v1/notes/?unknown=1", headers=writer).status_code == 200
    assert client.get("/api/v1/elsewhere", headers=writer).json["code"] == "not_found"


def test_a_role_is_asked_for_in_the_words_of_its_document(client, as_, writer):
    refused = client.get("/api/v1/notes/guests/", headers=writer)
    assert (refused.status_code, refused.json["detail"]) == (403, "Role 'guest' required")
    assert client.get("/api/v1/notes/guests/", headers=as_("guest", organization=new_id())).status_code == 200


def test_a_full_disk_is_told_as_busy_and_leaves_nothing_half_done(client, writer):
    answer = client.post("/api/v1/notes/full/", headers=writer)
    assert (answer.status_code, answer.json["code"]) == (503, "busy")
    assert answer.headers["Retry-After"]
    assert "space" not in answer.text
    assert texts(client, writer) == []


def test_a_partner_path_is_refused_in_the_partner_shape(client):
    answer = client.get("/api/v1/partner/nothing")
    assert set(answer.json) == {"detail", "request_id"}


def test_a_polled_read_answers_304_until_something_changes(client, writer):
    tag = client.get("/api/v1/notes/", headers=writer).headers["ETag"]
    assert client.get("/api/v1/notes/", headers={**writer, "If-None-Match": tag}).status_code == 304
    write(client, writer)
    assert client.get("/api/v1/notes/", headers={**writer, "If-None-Match": tag}).status_code == 200


def test_fields_trims_a_list(client, writer):
    write(client, writer)
    page = client.get("/api/v1/notes/?fields=text", headers=writer).json
    assert page["items"] == [{"text": "hello"}]
    assert page["total"] == 1


def test_the_request_id_is_kept_when_harmless(client):
    given = {"X-Request-ID": "order-4711-abc"}
    assert client.get("/api/v1/notes/front/", headers=given).headers["X-Request-ID"] == "order-4711-abc"
    odd = client.get("/api/v1/notes/front/", headers={"X-Request-ID": "a b<script>"}).headers["X-Request-ID"]
    assert UUID(odd)


def test_health_and_metrics(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json["status"] == "ready"
    assert b"inbox_pending" in client.get("/metrics").data
