"""What a person can object to."""

CONSENTS = "consents"
"""What was granted, to one organization when it is named, else to all: it is withdrawn."""

MESSAGES = "messages"
"""Organizations' messages, by any channel; notices about the person's own account still come."""

ANALYTICS = "analytics"
"""Being named in figures and having it noticed when a mail is opened."""

PURPOSES = (CONSENTS, MESSAGES, ANALYTICS)
