"""Who may come in, and with what: passwords, codes, sessions."""

from chassis.errors import Conflict, Forbidden, Invalid, Refusal, Unauthenticated


class BadCredentials(Unauthenticated):
    """Address, password or organization do not belong together; which of them is not said."""

    code = "bad_credentials"
    message = "The e-mail address or the password is not right."


class TooManyAttempts(Refusal):
    """The address is locked for a while after too many failures, whether anybody has it or not."""

    code, status = "too_many_attempts", 429
    message = "Too many failed attempts to sign in; try again later."

    def __init__(self, retry_after: int) -> None:
        super().__init__(headers={"Retry-After": str(max(1, retry_after))})


class TooManyResets(Refusal):
    """The address was asked for often lately, whether anybody has it or not."""

    code, status = "too_many_resets", 429
    message = "A new password was asked for too often; use the link of the latest mail, or try again later."

    def __init__(self, retry_after: int) -> None:
        super().__init__(headers={"Retry-After": str(max(1, retry_after))})


class CodeNeeded(Unauthenticated):
    """The password is right, and the account has a second factor."""

    code = "mfa_required"
    message = "Send the six digits of your authenticator app too, or a recovery code, as `code`."

    def __init__(self) -> None:
        super().__init__()
        self.details = {"methods": ["totp", "recovery_code"]}


class WrongCode(Unauthenticated):
    """Not the code of now, one that was used before, or no recovery code of this account."""

    code, message = "wrong_code", "This code is not right, or was used before."


class NotReauthenticated(Forbidden):
    """Signed in, but what was given again to prove it is not right: nothing is wrong with the token."""

    code, message = "not_reauthenticated", "The password or the code is not right."


class SecondFactorOn(Conflict):
    """There is one already."""

    code, message = "second_factor_on", "This account already has an authenticator app; take it away first."


class SecondFactorOff(Conflict):
    """Nothing to confirm, use or take away."""

    code, message = "second_factor_off", "This account has no authenticator app."


class OwnFactorFirst(Conflict):
    """Whoever demands a second factor of others without having one is out with the next refresh."""

    code, message = "own_second_factor_first", "Set up your own authenticator app first."


class SecondFactorDemanded(Forbidden):
    """Signed in, and the organization asks for more than a password."""

    code = "second_factor_required"
    message = "This organization demands an authenticator app: set one up at /api/v1/auth/totp/enrol/, then try again."


class AddressNotProved(Conflict):
    """A second factor on an account somebody opened with another's address would keep its owner out."""

    code, message = "address_not_proved", "Confirm your e-mail address first."


class FactorUnreadable(Refusal):
    """The secret was sealed with a key that this process was not given."""

    code, status, message = "factor_unreadable", 503, "Your authenticator app cannot be checked at the moment."


class RefreshRefused(Unauthenticated):
    """The refresh token is unknown, over, or was used before."""

    code = "refresh_refused"
    message = "The refresh token no longer holds; sign in again."


class SessionEnded(Unauthenticated):
    """The session of this access token was ended."""

    code = "session_ended"
    message = "This session has ended; sign in again."


class WeakPassword(Invalid):
    """The password is one that guessers try."""

    code = "weak_password"

    def __init__(self, reason: str, field: str = "password") -> None:
        super().__init__(reason, errors=[{"field": field, "message": reason}])


class UnknownClient(Unauthenticated):
    """Not a service we know, or not its secret."""

    code, message = "invalid_client", "The client's name or secret is not right."


class NoSigningKey(Refusal):
    """Nothing can be signed until a key is there."""

    code, status, message = "no_signing_key", 503, "The service has no signing key yet."
