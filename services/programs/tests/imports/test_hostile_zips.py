"""Zips that are none, that lie, that explode or climb: refused with the reason, and nothing of them is taken in."""

import io
import struct
import zipfile

import pytest
from sqlalchemy import text


@pytest.fixture
def files(school_rows, table, manifest):
    """The school's files by name."""
    rows = school_rows()
    found = {name: table(name, told) for name, told in rows.items()}
    return {"manifest.csv": manifest(dict.fromkeys(rows, "bulk")), **found}


@pytest.fixture
def refusal(school, session):
    """Import a zip that is refused; the problem it tells. Nothing of it may have arrived."""

    def run(content):
        found = school.run(content)
        assert found["state"] == "failed", found
        assert session.scalar(text("select count(*) from outbox where type like '%programs%'")) == 0
        assert session.scalar(text("select count(*) from roster_items")) == 0
        problem = found["problem"]
        return problem["code"], problem["file"], problem["message"]

    return run


def zipped(files, **how):
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", how.pop("method", zipfile.ZIP_DEFLATED)) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return found.getvalue()


def patched(content, name, **fields):
    """The zip with other values in the central directory's entry of a file, and in its local header."""
    places = {"flags": (8, 6, "<H"), "crc": (16, 14, "<I"), "packed": (20, 18, "<I"), "size": (24, 22, "<I")}
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        local = archive.getinfo(name).header_offset
    central = content.index(b"PK\x01\x02")
    while changed[central + 46 : central + 46 + len(name)] != name.encode():
        central = content.index(b"PK\x01\x02", central + 4)
    for field, value in fields.items():
        if field == "mode":
            struct.pack_into("<I", changed, central + 38, value << 16)
            continue
        in_directory, in_header, kind = places[field]
        struct.pack_into(kind, changed, central + in_directory, value)
        struct.pack_into(kind, changed, local + in_header, value)
    return bytes(changed)


def test_a_file_that_is_no_zip_is_refused_at_the_door(school, session):
    for content in (b"sourcedId,status\r\n", b"%PDF-1.7", b""):
        answer = school.send(content)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "file")
    assert session.scalar(text("select count(*) from imports")) == 0


def test_what_only_begins_like_a_zip_is_none(refusal, files):
    whole = zipped(files)
    for content in (b"PK\x03\x04 and nothing more", whole[: len(whole) // 2], whole[:-30]):
        assert refusal(content)[0] == "not_a_zip"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../users.csv", "unknown_file"),
        ("/etc/users.csv", "unknown_file"),
        ("roster/users.csv", "unknown_file"),
        ("C:\\users.csv", "unknown_file"),
        ("Users.csv", "unknown_file"),
        ("inner.zip", "unknown_file"),
        ("users.csv.exe", "unknown_file"),
        (".hidden", "unknown_file"),
    ],
)
def test_only_the_standards_files_at_the_top_are_read(refusal, files, name, code):
    assert refusal(zipped({**files, name: "x"}))[:2] == (code, name)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_comes_twice_is_refused(refusal, files):
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for name in (*files, "users.csv"):
            archive.writestr(name, files[name])
    assert refusal(found.getvalue())[:2] == ("duplicate_file", "users.csv")


def test_an_encrypted_file_is_refused(refusal, files):
    assert refusal(patched(zipped(files), "users.csv", flags=1))[:2] == ("encrypted", "users.csv")


def test_another_packing_is_refused(refusal, files):
    assert refusal(zipped(files, method=zipfile.ZIP_LZMA))[0] == "compression"


def test_a_link_is_refused(refusal, files):
    assert refusal(patched(zipped(files), "users.csv", mode=0o120777))[:2] == ("not_a_file", "users.csv")


@pytest.mark.parametrize("change", [-1, 1, 1000])
def test_a_size_that_lies_is_refused_before_anything_is_taken_in(refusal, files, change):
    size = len(files["users.csv"].encode()) + change
    assert refusal(patched(zipped(files), "users.csv", size=size))[:2] == ("zip_broken", "users.csv")


def test_bytes_that_were_changed_on_the_way_are_noticed_before_anything_is_taken_in(refusal, files):
    assert refusal(patched(zipped(files), "results.csv", crc=7))[:2] == ("zip_broken", "results.csv")


def test_a_bomb_is_refused(refusal, files, table):
    bomb = table("users.csv", []) + "x" * 30_000_000
    assert refusal(zipped({**files, "users.csv": bomb}))[:2] == ("zip_bomb", "users.csv")


def test_files_that_share_their_bytes_are_refused(refusal, files):
    content = bytearray(zipped(files))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    assert refusal(bytes(content))[0] == "zip_bomb"


def test_more_unpacked_bytes_than_any_school_has_are_refused(refusal, files, monkeypatch):
    from programs.rules.oneroster import archive

    monkeypatch.setattr(archive, "LARGEST_TOTAL", 1000)
    assert refusal(zipped(files))[0] == "zip_too_large"


def test_a_table_of_contents_of_many_thousand_entries_is_not_read(refusal):
    assert refusal(zipped({f"{'x' * 60}{number}.csv": "" for number in range(12_000)}))[0] == "not_a_zip"


def test_a_directory_hidden_behind_another_is_not_trusted(refusal, files):
    content = zipped(files)
    end = content.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**7, 10**7, 2**31, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    assert refusal(content[:end] + record + locator + content[end:])[0] == "not_a_zip"


def test_a_row_without_an_end_is_refused(refusal, files):
    for tail in ("x" * 70_000, '"' + "x\n" * 200_000, '"never closed,' * 30_000):
        code, file, _ = refusal(zipped({**files, "users.csv": files["users.csv"] + tail}))
        assert (code, file) == ("csv", "users.csv")


def test_more_rows_than_are_read_are_refused(refusal, files, monkeypatch):
    from programs.rules.oneroster import table

    monkeypatch.setattr(table, "MOST_ROWS", 20)
    many = files["categories.csv"] + "".join(f"g{number},,,Tests\r\n" for number in range(20))
    assert refusal(zipped({**files, "categories.csv": many}))[:2] == ("too_many_rows", "categories.csv")
