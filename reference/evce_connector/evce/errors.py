"""What can go wrong between us and the charge controller: one class per cause that an operator acts on differently."""

from __future__ import annotations

from evce_connector.errors import ConnectorError


class EvceError(ConnectorError):
    """Root of all troubles with the controller."""


class EvceUnreachableError(EvceError):
    """No answer: refused, reset, timed out, or a certificate that is not trusted; `cause` says which, in words."""

    def __init__(self, url: str, cause: str) -> None:
        self.cause = cause
        super().__init__(f"The charge controller at {url} does not answer: {cause}.")


class EvceCutError(EvceUnreachableError):
    """The connector ends and waits for no answer any longer: this says nothing of the controller."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "the connector is being stopped and waits no longer")


class EvceLoginError(EvceError):
    """The controller refuses our login, or what it may do; trying again soon could lock the account.

    `login` is empty where a key alone is sent. `forbidden` is the path for which the login has no right (403); empty
    when the login itself is refused.
    """

    def __init__(self, url: str, login: str, forbidden: str = "") -> None:
        where, advice = "", "check evce.login and evce.password" if login else "check evce.password"
        if forbidden:
            where, advice = f" at {forbidden} (403)", f"give it the right to use the API, or {advice}"
        who = f"login {login!r}" if login else "key"
        super().__init__(f"The charge controller at {url} refuses the {who}{where}: {advice}.")


class EvceBusyError(EvceError):
    """The controller asks us to come back later (429 or 503); `retry_after` is in seconds, 0 when it does not say."""

    def __init__(self, url: str, status: int, retry_after: float) -> None:
        self.retry_after = retry_after
        later = f", asks to wait {retry_after:.0f} s" if retry_after else ""
        super().__init__(f"The charge controller is busy: {url} answers {status}{later}.")


class EvceAnswerError(EvceError):
    """An answer that is not what the API promises: not JSON, a list that does not add up, a server error."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"The charge controller gives an unusable answer at {url}: {why}.")


class EvceShiftedListError(EvceAnswerError):
    """A list that changed while its pages were fetched, so that an object may be missing from all of them."""

    def __init__(self, url: str, before: int, after: int) -> None:
        super().__init__(url, f"it announced {before} objects, and with the next page {after}")


class EvceShrunkListError(EvceAnswerError):
    """A list that is empty, or misses so much of what set-up found that the controller may still be starting up."""

    def __init__(self, name: str, missing: int, known: int, *, empty: bool) -> None:
        advice = (
            "a controller without zones is not believed: if it is right, run evce-connector setup --prune"
            if empty and name == "zones"
            else "if they were taken away, run evce-connector setup --prune, or wait: four polls in a row that miss "
            "the same are believed"
        )
        super().__init__(f"/{name}", f"{missing} of the {known} {name} that set-up found are missing; {advice}")


class EvceRefusalError(EvceError):
    """The controller understood a request and refuses it (4xx), with its reason."""

    def __init__(self, url: str, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(f"The charge controller refuses {url}: {status} {reason.removesuffix('.')}.")


class EvceVersionError(EvceError):
    """An API version that we were told to refuse."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            f"The charge controller speaks API version {found or 'unknown'}, and evce.refuse_other_versions allows "
            f"only {expected}."
        )
