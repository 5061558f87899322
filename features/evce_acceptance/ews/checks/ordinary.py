"""The ordinary request by which it is seen that a server still answers as before."""

from __future__ import annotations

from evce_acceptance.ews.checking import Case, expect
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.contract import operations
from evce_acceptance.ews.messages import envelope, every, listed, local, request, text
from evce_acceptance.ews.speaking import Answer

OPERATION = "GetContainerItems"
MARK = "evce-acceptance-mark"


def content() -> str:
    """Write the ids of the ordinary request: the root by its empty id, and one that nobody has."""
    return listed("GetContainerItemsIds", ("", UNKNOWN))


def body(case: Case, inner: str | None = None, header: str = "") -> bytes:
    """Write the ordinary request, or one with another element in its place."""
    return envelope(request(OPERATION, case.server.version, content()) if inner is None else inner, header)


def shape(answer: Answer) -> tuple[str, ...]:
    """Return what an answer to the ordinary request says, without what moves by itself."""
    found = answer.content
    if found is None or answer.fault is not None:
        return (answer.in_words,)
    rows = [*every(found, "ContainerItem"), *every(found, "ErrorResult")]
    return (local(found), *(f"{local(row)} {text(row, 'Id')}" for row in rows))


def usual(case: Case) -> tuple[str, ...]:
    """Return what the ordinary request was answered with, when it was sent first."""
    return case.kept("ordinary", lambda: again(case))


def again(case: Case) -> tuple[str, ...]:
    """Return what the ordinary request is answered with now; the exchange before is the one that a failure shows."""
    with case.server.shown():
        return shape(case.server.ask(OPERATION, content()))


def is_answered_as_usual(case: Case, what: str, odd: bytes, media: str | None = None) -> None:
    """Send the ordinary request in another form, which must be answered all the same."""
    wanted = usual(case)
    answer = case.server.send_oddly(OPERATION, odd, media)
    got = shape(answer)
    if answer.fault is not None or got[0] != operations()[OPERATION].response:
        expect(
            False, f"{OPERATION} {what} was answered by {answer.in_words}; the same request in plain form is answered."
        )
    expect(got == wanted, f"{OPERATION} {what} was answered otherwise than the same request in plain form.")


def is_refused(case: Case, what: str, odd: bytes, media: str | None = None, codes: tuple[str, ...] = ()) -> Answer:
    """Send what must be refused by a fault (of one of the codes), after which the server must answer as before."""
    before = usual(case)
    answer = case.server.send_oddly(OPERATION, odd, media)
    wanted = f"a fault with the code {' or '.join(codes)}" if codes else "a fault"
    expect(answer.fault is not None, f"{what} was answered by {answer.in_words}, not by {wanted}.")
    code = answer.fault.code if answer.fault is not None else ""
    expect(not codes or code in codes, f"{what} was answered by a fault with the code {code}, not by {wanted}.")
    expect(again(case) == before, f"After {what} the server answers an ordinary request otherwise than before.")
    return answer
