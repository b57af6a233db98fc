"""What Google means when it refuses: who must act, whether time will mend it, or whether a cursor is lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from guardian.domain.errors import CursorExpired, GuardianError, TryLater, UserError

_SLOW_DOWN = frozenset(
    "rateLimitExceeded userRateLimitExceeded RATE_LIMIT_EXCEEDED RESOURCE_EXHAUSTED backendError".split()
)
_TODAY_IS_OVER = frozenset("dailyLimitExceeded quotaExceeded dailyLimitExceededUnreg".split())
_NOT_SWITCHED_ON = frozenset("accessNotConfigured SERVICE_DISABLED".split())
_SCOPES = frozenset("insufficientPermissions ACCESS_TOKEN_SCOPE_INSUFFICIENT".split())
_NO_SERVICE = frozenset("failedPrecondition FAILED_PRECONDITION notACalendarUser domainPolicy".split())
_LOST = frozenset("EXPIRED_SYNC_TOKEN fullSyncRequired updatedMinTooLongAgo".split())
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_AN_HOUR = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An answer of status 300 or more; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def reasons(self) -> frozenset[str]:
        """The reasons that the answer names, in the old form and in the new (google.rpc.ErrorInfo)."""
        try:
            error = json.loads(self.body)["error"]
            listed = [*error.get("errors", ()), *error.get("details", ()), {"reason": error.get("status")}]
            return frozenset(str(one["reason"]) for one in listed if one.get("reason"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return frozenset()

    @property
    def retry_after(self) -> float | None:
        """The seconds to wait that the answer names, or None."""
        said = self.headers.get("retry-after", "")
        return float(said) if said.isascii() and said.isdigit() else None

    @property
    def may_pass(self) -> bool:
        """Say whether the same request may succeed a little later."""
        slow_down = self.status in (403, 429) and bool(self.reasons & _SLOW_DOWN)
        return slow_down or (self.status in _PASSING and not self.reasons & _TODAY_IS_OVER)


def error_of(refused: Refused, *, mailbox: str, api: str, resuming: bool) -> GuardianError:
    """Return what a refusal that will not pass means; `resuming` says whether the request carried a cursor."""
    reasons = refused.reasons
    if reasons & _TODAY_IS_OVER:
        wait = refused.retry_after or _AN_HOUR
        return TryLater(f"The daily quota of the {api} API is used up.", after_seconds=wait)
    if refused.may_pass:
        return TryLater(f"The {api} API asks to wait (HTTP {refused.status}).", after_seconds=refused.retry_after)
    no_service = bool(reasons & _NO_SERVICE) and not reasons & _LOST
    if resuming and refused.status in (400, 404, 410) and not no_service:
        return CursorExpired(f"{api} no longer knows the place where we left off in {mailbox}.")
    if no_service:
        return UserError(f"{mailbox} cannot use {api}; give the user that service, or take it off the mailboxes.")
    return _what_to_grant(refused, mailbox=mailbox, api=api)


def _what_to_grant(refused: Refused, *, mailbox: str, api: str) -> UserError:
    reasons = refused.reasons
    if refused.status == 401:
        return UserError(f"Google refuses the login for {mailbox}; check the key, then connect again.")
    if reasons & _NOT_SWITCHED_ON:
        return UserError(f"Switch on the {api} API for the project of the key in the Google Cloud console.")
    if reasons & _SCOPES:
        return UserError(f"The login may not read {api}; authorise the scopes that the connector's page lists.")
    if refused.status in (403, 404):
        return UserError(f"Google does not let us read {api} of {mailbox}; check that the mailbox exists.")
    return UserError(
        f"{api} does not accept our request (HTTP {refused.status}); see whether Guardian has an update."
    )


_NO_SUCH_USER = ("invalid email", "not a valid email", "user id", "invalid impersonation", "account has been deleted")
# What the token endpoint says in lower case, in the order in which it counts, and what that means for people.
_LOGIN_ERRORS = (
    (
        ("account restricted", "account disabled"),
        "{mailbox} is suspended or restricted at Google; restore the user, or take it off the mailboxes.",
    ),
    (
        ("unauthorized_client", "access_denied", "invalid_scope"),
        "Authorise the service account's client id in the Admin console (domain-wide delegation) for {scopes}.",
    ),
    (
        ("admin_policy_enforced",),
        "The policies of {mailbox}'s organisation forbid this; trust the application in the Admin console (Security, "
        "API controls).",
    ),
    (
        ("disabled_client", "deleted_client", "org_internal"),
        "The application was switched off, deleted or kept to another organisation; mend that in the Google Cloud "
        "console.",
    ),
    (_NO_SUCH_USER, "Google knows no user {mailbox}; mend the mailboxes."),
    (("expired or revoked", "invalid_rapt"), "The login of {mailbox} was revoked or has expired; connect it again."),
    (("short-lived", "iat and exp"), "Google refuses the login because this machine's clock is wrong; set it."),
    (("invalid_client",), "Google does not know this client; check client_id and client_secret."),
)


def login_error(text: str, *, mailbox: str, scopes: str, personal: bool = False) -> GuardianError:
    """Return what it means that the token endpoint refused; `text` is what it said, `personal` a user's own login."""
    said = text.lower()
    for marks, meaning in _LOGIN_ERRORS:
        if any(mark in said for mark in marks):
            return UserError(meaning.format(mailbox=mailbox, scopes=scopes))
    if "invalid_grant" in said and personal:
        return UserError(f"The login of {mailbox} was revoked or has expired; connect it again.")
    if "invalid_grant" in said:
        return UserError("Google refuses the key of the service account; make a new one in the Cloud console.")
    return TryLater("Google's login gives no reason why it refuses; the next run asks again.")
