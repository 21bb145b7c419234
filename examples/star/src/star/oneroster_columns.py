"""The columns of OneRoster 1.1's CSV files, as a sender knows them.

Written down apart from those that the importer reads by, as any other sender's are: a slip in one of the two shows.
Source: 1EdTech OneRoster 1.1, CSV tables.
"""

_EVERY = ("sourcedId", "status", "dateLastModified")
COLUMNS = {
    "orgs": (*_EVERY, "name", "type", "identifier", "parentSourcedId"),
    "academicSessions": (*_EVERY, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "courses": (
        *_EVERY, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes",
    ),
    "classes": (
        *_EVERY, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId",
        "termSourcedIds", "subjects", "subjectCodes", "periods",
    ),
    "users": (
        *_EVERY, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName",
        "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
    ),
    "demographics": (
        *_EVERY, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
        "nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces",
        "hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth",
        "publicSchoolResidenceStatus",
    ),
    "enrollments": (
        *_EVERY, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate",
    ),
    "categories": (*_EVERY, "title"),
    "lineItems": (
        *_EVERY, "title", "description", "assignDate", "dueDate", "classSourcedId", "categorySourcedId",
        "gradingPeriodSourcedId", "resultValueMin", "resultValueMax",
    ),
    "results": (*_EVERY, "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate", "comment"),
}  # fmt: skip
ABSENT = ("classResources", "courseResources", "resources")
