"""The ordinary request by which it is seen that a server still answers as before."""

from __future__ import annotations

from evce_acceptance.ews.checking import Case, NotTestedError, expect
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.contract import operations
from evce_acceptance.ews.messages import envelope, every, listed, local, request, text
from evce_acceptance.ews.speaking import Answer

CHOICE = ("GetContainerItems", "GetValues")
"""Operations of which the first that a server answers is asked for, each by ids."""
MARK = "evce-acceptance-mark"


def operation(case: Case) -> str:
    """Return the operation of the ordinary request; NotTestedError when none that could be is answered."""
    return case.kept("ordinary operation", lambda: _answered(case))


def _answered(case: Case) -> str:
    for name in CHOICE:
        found = case.server.ask(name, listed(list_(name), ("", UNKNOWN))).content
        if found is not None and local(found) == operations()[name].response:
            return name
    raise NotTestedError(f"neither {' nor '.join(CHOICE)} is answered, by which it would be seen")


def list_(name: str) -> str:
    """Return the element that holds the ids of an operation."""
    return f"{name}Ids"


def ordinary(case: Case) -> str:
    """Write the ordinary request: for an empty id, which is the root's, and one that nobody has."""
    name = operation(case)
    return request(name, case.server.version, listed(list_(name), ("", UNKNOWN)))


def body(case: Case, inner: str | None = None, header: str = "") -> bytes:
    """Write the ordinary request in its envelope, or one with another element in its place."""
    return envelope(ordinary(case) if inner is None else inner, header)


def shape(answer: Answer) -> tuple[str, ...]:
    """Return what an answer to the ordinary request says, without what moves by itself."""
    found = answer.content
    if found is None or answer.fault is not None:
        return (answer.in_words,)
    rows = [row for name in ("ContainerItem", "ValueItem", "ErrorResult") for row in every(found, name)]
    return (local(found), *(f"{local(row)} {text(row, 'Id')}" for row in rows))


def usual(case: Case) -> tuple[str, ...]:
    """Return what the ordinary request was answered with, when it was sent first."""
    return case.kept("ordinary", lambda: again(case))


def again(case: Case) -> tuple[str, ...]:
    """Return what the ordinary request is answered with now; the exchange before is the one that a failure shows."""
    with case.server.shown():
        name = operation(case)
        return shape(case.server.ask(name, listed(list_(name), ("", UNKNOWN))))


def is_answered_as_usual(case: Case, what: str, odd: bytes, media: str | None = None) -> None:
    """Send the ordinary request in another form, which must be answered all the same; WrongError when it is not."""
    wanted, name = usual(case), operation(case)
    answer = case.server.send_oddly(name, odd, media)
    got = shape(answer)
    plain = "the same request in plain form"
    expect(got[0] == wanted[0], f"{name} {what} was answered by {answer.in_words}; {plain} is answered by {wanted[0]}.")
    expect(got == wanted, f"{name} {what} was answered otherwise than {plain}.")


def is_refused(case: Case, what: str, odd: bytes, media: str | None = None, codes: tuple[str, ...] = ()) -> Answer:
    """Send what must be refused by a fault (of one of the codes), after which the server must answer as before.

    WrongError when one of both is not so.
    """
    before = usual(case)
    answer = case.server.send_oddly(operation(case), odd, media)
    wanted = f"a fault with the code {' or '.join(codes)}" if codes else "a fault"
    expect(answer.fault is not None, f"{what} was answered by {answer.in_words}, not by {wanted}.")
    code = answer.fault.code if answer.fault is not None else ""
    expect(not codes or code in codes, f"{what} was answered by a fault with the code {code}, not by {wanted}.")
    expect(again(case) == before, f"After {what} the server answers an ordinary request otherwise than before.")
    return answer
