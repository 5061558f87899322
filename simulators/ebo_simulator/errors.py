"""What can go wrong for an EWS client: one class per cause, each message a sentence that says what to do."""


class EboError(Exception):
    """Root of everything that this package raises on purpose; its text is one line for a technician."""


class ServerUnreachableError(EboError):
    """Nothing answers at the address."""

    def __init__(self, url: str, cause: str) -> None:
        super().__init__(f"No answer from {url}: {cause}. Check the address and that the EWS server is running.")
        self.url = url


class ServerTooSlowError(EboError):
    """The server accepted the request and did not answer in time."""

    def __init__(self, url: str, operation: str, timeout: float) -> None:
        super().__init__(
            f"{operation} at {url} was not answered within {timeout:g} s. "
            "Ask for fewer ids at a time or allow more with --timeout."
        )
        self.operation = operation


class UntrustedCertificateError(EboError):
    """The server's TLS certificate is not signed by anyone we trust, is made out to another name, or out of time."""

    def __init__(self, url: str, cause: str, what_to_do: str = "") -> None:
        usual = "Name its issuer with --ca FILE, or use --insecure on a test bench."
        super().__init__(f"The certificate of {url} is not trusted: {cause}. {what_to_do or usual}")
        self.url = url


class NoTlsError(EboError):
    """The address begins with https, and what answers there does not speak TLS."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"What answers at {url} does not speak TLS: it is plain HTTP, or another service. "
            "Write http:// into --url, or correct the port."
        )
        self.url = url


class LoginRefusedError(EboError):
    """HTTP 401 or 403: user name, password or digest algorithm do not fit; 429: and that too often."""

    def __init__(self, url: str, user: str, http_status: int, said: str = "") -> None:
        super().__init__(
            f"{url} refused the login of user {user!r} (HTTP {http_status}{f': {said}' if said else ''}). "
            "Check --user and --password against the EWS server's configuration."
        )
        self.http_status = http_status


class NoServiceError(EboError):
    """HTTP 404: the host answers, the path does not."""

    def __init__(self, url: str, http_status: int) -> None:
        super().__init__(
            f"There is no EWS service at {url} (HTTP {http_status}). "
            "The path is case sensitive, usually /EcoStruxure/DataExchange."
        )
        self.http_status = http_status


class UnreadableAnswerError(EboError):
    """What came back is no EWS answer: not XML, not SOAP 1.2, or not as the contract says."""

    def __init__(self, operation: str, cause: str, http_status: int | None) -> None:
        status = "" if http_status is None else f" (HTTP {http_status})"
        super().__init__(
            f"The answer to {operation} cannot be read{status}: {cause.rstrip('.')}. "
            "Check that --url leads to an EWS server; --lenient reads what breaks the contract as far as it goes."
        )
        self.operation = operation
        self.http_status = http_status


class EndlessAnswerError(EboError):
    """The server refers to the same next page twice."""

    def __init__(self, more_data_ref: str) -> None:
        super().__init__(
            f"The server's pages go in circles: MoreDataRef {more_data_ref!r} came twice. "
            "Report it to the server's maker."
        )
        self.more_data_ref = more_data_ref


class BadOptionError(EboError):
    """An option or argument that cannot be used; the message names it."""


class UnknownPathError(EboError):
    """A path of names that leads to nothing in the discovered tree."""

    def __init__(self, path: str, nearest: list[str]) -> None:
        hint = f" Did you mean {' or '.join(repr(name) for name in nearest)}?" if nearest else ""
        super().__init__(f"Nothing is called {path!r} in the server's tree.{hint}")
        self.path = path


class EwsFault(EboError):  # noqa: N818 (a fault is what EWS calls it)
    """A SOAP fault.

    `name` is the contract's (`Invalid_Id` for the detail element `Fault_Invalid_Id`), or the SOAP code (`Sender`) when
    the fault has no detail of the contract; `reason` and `detail` are its texts, `http_status` the status it came with.
    """

    def __init__(self, name: str, reason: str, detail: str, http_status: int | None) -> None:
        texts = dict.fromkeys(text.rstrip(".") for text in (reason, detail) if text)
        super().__init__(f"The EWS server answered with the fault {name}: {'; '.join(texts) or 'no text'}.")
        self.name = name
        self.reason = reason
        self.detail = detail
        self.http_status = http_status
