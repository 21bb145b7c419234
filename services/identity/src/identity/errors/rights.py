"""Accounts, organizations, members, invitations and API keys."""

from chassis.errors import Conflict, Forbidden, NotFound


class EmailTaken(Conflict):
    """Somebody signed up with this address before."""

    code, message = "email_taken", "There is already an account with this e-mail address."


class SlugTaken(Conflict):
    """Another organization has this short name."""

    code, message = "slug_taken", "Another organization already uses this slug."


class LinkNotValid(NotFound):
    """The link is unknown, was used, or is over: the three look the same."""

    code, message = "link_not_valid", "This link is not valid any more; ask for a new one."


class AccountNotYours(Forbidden):
    """Holding the link is not enough: whoever opened the account may be somebody else."""

    code = "account_not_yours"
    message = "Sign in to the account, or give its password, to confirm its address."


class NotTheInvited(Forbidden):
    """Signed in with another address than the invited one."""

    code, message = "not_the_invited", "This invitation is for another e-mail address."


class InvitationNotPending(Conflict):
    """Accepted, taken back or over."""

    code, message = "invitation_not_pending", "This invitation is no longer open."


class ResentTooOften(Conflict):
    """The address has had enough mail."""

    code, message = "resent_too_often", "This invitation was sent too often; take it back and make another."


class AlreadyVerified(Conflict):
    """Nothing is left to prove."""

    code, message = "already_verified", "This e-mail address is already verified."


class AlreadyMember(Conflict):
    """The person holds a role here; roles are changed, not added again."""

    code, message = "already_member", "This person is already a member; change their roles instead."


class AlreadyInvited(Conflict):
    """An open invitation for the same role waits."""

    code, message = "already_invited", "This address is already invited; send the invitation again instead."


class LastAdmin(Conflict):
    """An organization is never left without somebody who can manage it."""

    code, message = "last_admin", "The last administrator cannot be removed; make somebody else one first."


class CannotGive(Forbidden):
    """Nobody can give what they do not hold."""

    code, message = "cannot_give", "You cannot give a role that holds more than you hold yourself."


class TooManyApiKeys(Conflict):
    """An organization has only so many keys at a time."""

    code, message = "too_many_api_keys", "Your organization has as many keys as it can; revoke one first."


class ApiKeyReplaced(Conflict):
    """It has a successor already."""

    code, message = "api_key_replaced", "This key was replaced before; rotate its successor."


class UnknownApiKey(NotFound):
    """Unknown, revoked or over: the three look the same."""

    code, message = "unknown_api_key", "This key opens nothing."
