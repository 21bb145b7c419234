"""The files of the standard: their names, their columns in order, and which of them say something here.

Source: 1EdTech OneRoster 1.1, CSV tables.
"""

_EVERY = ("sourcedId", "status", "dateLastModified")

MANIFEST = "manifest.csv"
MANIFEST_COLUMNS = ("propertyName", "value")

COLUMNS = {
    "orgs.csv": (*_EVERY, "name", "type", "identifier", "parentSourcedId"),
    "academicSessions.csv": (*_EVERY, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "courses.csv": (
        *_EVERY, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes",
    ),
    "classes.csv": (
        *_EVERY, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId",
        "termSourcedIds", "subjects", "subjectCodes", "periods",
    ),
    "users.csv": (
        *_EVERY, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName",
        "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
    ),
    "demographics.csv": (
        *_EVERY, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
        "nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces",
        "hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth",
        "publicSchoolResidenceStatus",
    ),
    "enrollments.csv": (
        *_EVERY, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate",
    ),
    "categories.csv": (*_EVERY, "title"),
    "lineItems.csv": (
        *_EVERY, "title", "description", "assignDate", "dueDate", "classSourcedId", "categorySourcedId",
        "gradingPeriodSourcedId", "resultValueMin", "resultValueMax",
    ),
    "results.csv": (
        *_EVERY, "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate", "comment",
    ),
}  # fmt: skip
"""The files that are read, in an order in which nothing comes before what it names."""

IGNORED = ("classResources.csv", "courseResources.csv", "resources.csv")
"""Files of the standard that say nothing here."""

KNOWN = (MANIFEST, *COLUMNS, *IGNORED)

ABSENT, BULK, DELTA = "absent", "bulk", "delta"
MODES = (ABSENT, BULK, DELTA)

METADATA = "metadata."
"""What the names of a sender's own columns begin with."""


def property_of(name: str) -> str:
    """What the manifest calls the file: ``file.users`` for ``users.csv``."""
    return f"file.{name.removesuffix('.csv')}"
