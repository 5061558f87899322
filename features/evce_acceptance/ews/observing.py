"""What is looked at in every answer, whatever was asked: form, schema, version, times, words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from evce_acceptance.ews.contract import FAULT_NAMESPACE, NAMESPACE, NEW_IN_1_2, offence, operations
from evce_acceptance.ews.messages import SOAP, local, text
from evce_acceptance.ews.results import Exchange
from evce_acceptance.ews.speaking import Answer, Fault

CODES = ("VersionMismatch", "MustUnderstand", "DataEncodingUnknown", "Sender", "Receiver")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TIMES = frozenset({"TimeStamp", "TimeFrom", "TimeTo", "TimeStampOccurrence", "TimeStampTransition"})
_UTC = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]00:00)")


@dataclass
class Observed:
    """What the answers of a version showed so far, by subject: how many were looked at, and what was wrong first."""

    looked: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, tuple[str, Exchange]] = field(default_factory=dict)

    def note(self, subject: str, problem: str, exchange: Exchange) -> None:
        """Count a look at a subject; `problem` is a sentence, empty where there is none."""
        self.looked[subject] += 1
        if problem:
            self.wrong.setdefault(subject, (problem, exchange))


def observe(observed: Observed, answer: Answer, exchange: Exchange, version: str) -> None:
    """Look at an answer to a request of an operation of the contract."""
    observed.note("envelope", _envelope(answer, exchange.operation), exchange)
    if answer.content is None:
        return
    observed.note("media-type", _media_type(answer), exchange)
    if (fault := answer.fault) is not None:
        look_at_fault(observed, answer, fault, exchange)
        return
    if local(answer.content) != operations()[exchange.operation].response:
        return
    observed.note(f"schema {exchange.operation}", _schema(answer, exchange.operation), exchange)
    observed.note("times", _times(answer), exchange)
    if exchange.operation != "SetValues":  # its response alone has no version
        said = answer.content.get("version")
        problem = f"{exchange.operation} was asked in {version} and answered in {said or 'no version'}"
        observed.note("version", "" if said == version else problem, exchange)
    if version == "1.1":
        new = next((local(part) for part in answer.content.iter("{*}*") if local(part) in NEW_IN_1_2), "")
        observed.note("of-1.2", f"the answer to {exchange.operation} in 1.1 holds {new}" if new else "", exchange)


def look_at_fault(observed: Observed, answer: Answer, fault: Fault, exchange: Exchange) -> None:
    """Look at a fault, of whatever came."""
    observed.note("fault-form", _fault_form(fault), exchange)
    observed.note("fault-status", _fault_status(answer, fault), exchange)
    if fault.name:
        known = {name for operation in operations().values() for name in operation.faults}
        namespace = next(
            (str(part.tag) for part in fault.element.iter("{*}*") if local(part) == f"Fault_{fault.name}"), ""
        )
        right = fault.name in known and namespace.startswith(f"{{{FAULT_NAMESPACE}}}")
        observed.note("fault-detail", "" if right else f"the fault's detail is {namespace}", exchange)


def _envelope(answer: Answer, operation: str) -> str:
    if answer.envelope is None:
        return f"{operation} was answered by {answer.in_words}, which is no SOAP envelope"
    if answer.envelope.tag != f"{{{SOAP}}}Envelope":
        return f"{operation} was asked in SOAP 1.2 and answered in SOAP 1.1"
    if len(answer.contents) != 1:
        return f"the body of the answer to {operation} holds {len(answer.contents)} elements, not one"
    content = answer.contents[0]
    wanted = operations()[operation].response
    if answer.fault is None and content.tag != f"{{{NAMESPACE}}}{wanted}":
        return f"{operation} was answered by {content.tag}, not by {wanted} of the contract's namespace"
    return ""


def _media_type(answer: Answer) -> str:
    said = answer.headers.get("Content-Type", "")
    return (
        ""
        if said.partition(";")[0].strip().lower() == "application/soap+xml"
        else f"the type of an answer is {said or 'not stated'}"
    )


def _schema(answer: Answer, operation: str) -> str:
    assert answer.content is not None
    problem = offence(answer.content)
    return f"the answer to {operation} breaks the schema: {problem}" if problem else ""


def _times(answer: Answer) -> str:
    assert answer.content is not None
    for part in answer.content.iter("{*}*"):
        if local(part) in _TIMES and not _UTC.fullmatch((part.text or "").strip()):
            return f"{local(part)} is {part.text!r}, which is no time in UTC with Z"
    return ""


def _fault_form(fault: Fault) -> str:
    if fault.element.tag != f"{{{SOAP}}}Fault":
        return ""
    value = fault.element.find(f"{{{SOAP}}}Code/{{{SOAP}}}Value")
    if value is None or fault.code not in CODES:
        return f"the code of a fault is {text(fault.element, 'Code/Value') or 'missing'}; SOAP knows {', '.join(CODES)}"
    prefix = (value.text or "").strip().rpartition(":")[0]
    if value.nsmap.get(prefix or None) != SOAP:
        return f"the code {value.text!r} of a fault is not of SOAP's namespace"
    reason = fault.element.find(f"{{{SOAP}}}Reason/{{{SOAP}}}Text")
    if reason is None or not (reason.text or "").strip() or reason.get(_XML_LANG) is None:
        return "a fault has no reason whose text names its language"
    return ""


def _fault_status(answer: Answer, fault: Fault) -> str:
    allowed = (400, 500) if fault.code == "Sender" else (500,)
    if answer.status in allowed or (400 < answer.status < 600 and answer.status != 500):
        return ""
    return f"a fault with the code {fault.code} came with HTTP {answer.status}"
