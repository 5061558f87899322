"""SOAP and HTTP: what is no request of the contract is refused as SOAP has it."""

from __future__ import annotations

from evce_acceptance.ews.checking import Case, check, expect
from evce_acceptance.ews.checks.ordinary import (
    again,
    body,
    is_answered_as_usual,
    is_refused,
    operation,
    ordinary,
    shape,
    usual,
)
from evce_acceptance.ews.contract import NAMESPACE
from evce_acceptance.ews.messages import SOAP, SOAP_1_1, content_type, envelope

_NOBODYS = "urn:evce-acceptance:nobody"


@check("soap.malformed")
def refuses_what_is_no_xml(case: Case) -> None:
    is_refused(case, "A body that is not well-formed", body(case)[:-20], codes=("Sender",))


@check("soap.empty")
def refuses_an_empty_request(case: Case) -> None:
    before = usual(case)
    answer = case.server.send_oddly(operation(case), b"")
    expect(answer.status >= 400, f"A request without a body was answered by {answer.in_words}.")
    expect(again(case) == before, "After a request without a body the server answers otherwise than before.")


@check("soap.no-envelope")
def refuses_what_is_no_envelope(case: Case) -> None:
    bare = ordinary(case).encode()
    is_refused(case, "A request without an envelope", bare, codes=("VersionMismatch", "Sender"))


@check("soap.empty-body")
def refuses_an_empty_body(case: Case) -> None:
    is_refused(case, "An envelope with an empty body", envelope(""))


@check("soap.unknown-operation")
def refuses_an_unknown_operation(case: Case) -> None:
    unknown = f'<GetNothingRequest xmlns="{NAMESPACE}" version="{case.server.version}"/>'
    media = content_type("GetNothing")
    is_refused(case, "An operation that the contract does not have", body(case, unknown), media)


@check("soap.foreign-namespace")
def refuses_a_foreign_namespace(case: Case) -> None:
    foreign = ordinary(case).replace(NAMESPACE, _NOBODYS)
    is_refused(
        case, "A request in a namespace that is not the contract's", body(case, foreign), media=_without_action()
    )


@check("soap.1.1")
def answers_soap_1_1_in_kind_or_not_at_all(case: Case) -> None:
    old = envelope(ordinary(case), namespace=SOAP_1_1)
    answer = case.server.send(operation(case), old, "text/xml; charset=utf-8")
    if answer.envelope is not None and answer.envelope.tag == f"{{{SOAP_1_1}}}Envelope":
        return
    if answer.status == 415:
        return
    is_right = answer.fault is not None and answer.fault.code == "VersionMismatch"
    expect(
        is_right,
        f"An envelope of SOAP 1.1 was answered by {answer.in_words}, neither in SOAP 1.1 nor by VersionMismatch.",
    )


@check("soap.other-version")
def refuses_another_soap(case: Case) -> None:
    other = body(case).replace(SOAP.encode(), b"urn:evce-acceptance:soap")
    is_refused(case, "An envelope of a SOAP that does not exist", other, codes=("VersionMismatch",))


@check("soap.media-type")
def refuses_another_media_type(case: Case) -> None:
    answer = case.server.send(operation(case), body(case), "application/json")
    expect(
        answer.status == 415,
        f"A request of the type application/json was answered by {answer.in_words}, not by HTTP 415.",
    )


@check("soap.must-understand")
def understands_or_refuses_headers(case: Case) -> None:
    header = f'<s:Header><n:Unknown xmlns:n="{_NOBODYS}" s:mustUnderstand="true">1</n:Unknown></s:Header>'
    is_refused(case, "A header that must be understood", body(case, header=header), codes=("MustUnderstand",))


@check("soap.other-header")
def ignores_other_headers(case: Case) -> None:
    header = f'<s:Header><n:Unknown xmlns:n="{_NOBODYS}">1</n:Unknown></s:Header>'
    is_answered_as_usual(case, "with a header that nobody knows", body(case, header=header))


@check("soap.no-action")
def needs_no_action(case: Case) -> None:
    is_answered_as_usual(case, "without an action", body(case), _without_action())


@check("soap.get")
def answers_no_request_by_get(case: Case) -> None:
    speaker = case.server.speaker
    before = usual(case)
    case.server.last = None  # what follows was sent by no POST
    got = speaker.fetch()
    expect(shape(got) != before, "A GET was answered as if it were the ordinary request.")
    expect(got.status < 500, f"A GET was answered by HTTP {got.status}, an error of the server.")


def _without_action() -> str:
    return "application/soap+xml; charset=utf-8"
