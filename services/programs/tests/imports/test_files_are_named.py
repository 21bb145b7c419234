"""Encodings, delimiters, headers and manifests that are not the standard's: named, and nothing is taken in."""

import pytest


@pytest.fixture
def files(school_rows, table, manifest):
    """The school's files by name, as text."""
    rows = school_rows()
    found = {name: table(name, told) for name, told in rows.items()}
    return {"manifest.csv": manifest(dict.fromkeys(rows, "bulk")), **found}


@pytest.fixture
def refusal(school, packed):
    """Import files of which one cannot be read; the problem it tells."""

    def run(files):
        found = school.run(packed(files))
        assert (found["state"], found["rows"]) == ("failed", 0)
        return found["problem"]

    return run


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-16", "The file is UTF-16; send it as UTF-8."),
        ("utf-16-le", "The file is UTF-16; send it as UTF-8."),
        ("utf-16-be", "The file is UTF-16; send it as UTF-8."),
        ("utf-32", "The file is UTF-32; send it as UTF-8."),
        ("latin-1", "The file is not UTF-8; it looks like Latin-1 or Windows-1252."),
        ("cp1252", "The file is not UTF-8; it looks like Latin-1 or Windows-1252."),
    ],
)
def test_another_encoding_is_named(refusal, files, encoding, told):
    users = files["users.csv"].replace("Amina", "Amïna").encode(encoding)
    problem = refusal({**files, "users.csv": users})
    assert (problem["code"], problem["file"], problem["message"]) == ("encoding", "users.csv", told)


def test_utf_8_is_read_with_and_without_a_mark(school, files, packed, published):
    from contracts.events.programs import StudentRegistered

    users = files["users.csv"].replace("Amina", "Amïna 山")
    found = school.run(packed({**files, "users.csv": users.encode("utf-8-sig")}))
    assert found["state"] == "done"
    assert "Amïna 山 Otieno" in {event.name for event in published(StudentRegistered)}


@pytest.mark.parametrize(("sign", "called"), [(";", "a semicolon"), ("\t", "a tab"), ("|", "a vertical bar")])
def test_another_delimiter_is_named(refusal, files, sign, called):
    problem = refusal({**files, "orgs.csv": files["orgs.csv"].replace(",", sign)})
    assert problem == {
        "code": "delimiter",
        "file": "orgs.csv",
        "line": 1,
        "message": f"The columns are separated by {called}; OneRoster separates them by a comma.",
    }


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("parentSourcedId", "parent", "The header lacks: parentSourcedId."),
        (",identifier,parentSourcedId", "", "The header lacks: identifier, parentSourcedId."),
        ("parentSourcedId", "parentSourcedId,motto", "The header has columns the standard does not know: motto. "
         "Columns of your own begin with metadata."),
        ("parentSourcedId", "parentSourcedId,name", "The header has twice: name."),
    ],
)  # fmt: skip
def test_a_wrong_header_is_named(refusal, files, before, after, told):
    problem = refusal({**files, "orgs.csv": files["orgs.csv"].replace(before, after, 1)})
    assert (problem["code"], problem["file"], problem["line"], problem["message"]) == ("header", "orgs.csv", 1, told)


def test_an_empty_file_lacks_even_its_header(refusal, files):
    assert refusal({**files, "orgs.csv": ""})["code"] == "empty"


def test_a_spreadsheet_is_no_csv(refusal, files):
    assert refusal({**files, "orgs.csv": b"PK\x03\x04" + b"spreadsheet" * 20})["message"].startswith("This is a zip")


def test_columns_of_the_senders_own_and_another_order_are_fine(school, files, packed):
    lines = files["orgs.csv"].splitlines()
    turned = [",".join([*reversed(line.split(",")), "x"]) for line in lines]
    turned[0] = turned[0].removesuffix("x") + "metadata.motto"
    found = school.run(packed({**files, "orgs.csv": "\n".join(turned)}))
    assert (found["state"], found["errors"]) == ("done", 0)


MANIFESTS = [
    ({"oneroster_version": "1.2"}, "oneroster.version is '1.2'; this reads 1.1."),
    ({"oneroster_version": ""}, "oneroster.version is not there; this reads 1.1."),
    ({"file_users": "full"}, "file.users must be one of: absent, bulk, delta."),
    ({"file_users": "absent"}, "users.csv is in the zip, but file.users is not bulk or delta."),
    ({"file_resources": "bulk"}, "file.resources is bulk, but resources.csv is not in the zip."),
]


@pytest.mark.parametrize(("changes", "told"), MANIFESTS)
def test_a_manifest_that_disagrees_is_named(refusal, files, school_rows, manifest, changes, told):
    wrong = manifest(dict.fromkeys(school_rows(), "bulk"), **changes)
    problem = refusal({**files, "manifest.csv": wrong})
    assert (problem["code"], problem["file"], problem["message"]) == ("manifest", "manifest.csv", told)


def test_without_a_manifest_there_is_nothing_to_go_by(refusal, files):
    assert refusal({name: text for name, text in files.items() if name != "manifest.csv"})["code"] == "manifest_missing"


def test_files_that_say_nothing_here_are_listed(school, files, packed, school_rows, manifest):
    modes = {**dict.fromkeys(school_rows(), "bulk")}
    told = manifest(modes, file_resources="bulk")
    found = school.run(packed({**files, "manifest.csv": told, "resources.csv": "whatever"}))
    assert found["state"] == "done"
    assert {"name": "resources.csv", "mode": "bulk", "rows": 0}.items() <= found["files"][-1].items()
