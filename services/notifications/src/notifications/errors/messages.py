"""Messages, their templates and who reads them."""

from chassis.errors import Conflict, NotFound


class NoSuchCohort(NotFound):
    """There is none, or it is another organization's."""

    message = "There is no such cohort here."


class NoSuchTemplate(NotFound):
    """There is none, or it is another organization's."""

    message = "There is no such template here."


class NoSuchMessage(NotFound):
    """There is none, it is another organization's, or not in the caller's cohort."""

    message = "There is no such message here."


class TemplateNameTaken(Conflict):
    """Templates are told apart by name."""

    code, message = "template_name_taken", "There is a template of this name already."


class AlreadyLeft(Conflict):
    """Nothing of the message waits any more."""

    code, message = "already_left", "The message has left already; nothing of it waits."


class NoSuchNotice(NotFound):
    """No notice of this key goes by this channel, or its wording is not an organization's to choose."""

    message = "There is no such notice by this channel."
