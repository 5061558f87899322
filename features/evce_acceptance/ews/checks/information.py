"""GetWebServiceInformation, and what it claims."""

from __future__ import annotations

import re
from collections import Counter

from evce_acceptance.ews.checking import Case, NotTestedError, check, expect, some
from evce_acceptance.ews.contract import HARMFUL, NAMESPACE, operations
from evce_acceptance.ews.messages import every, text
from lxml import etree

_DOTTED = re.compile(r"\d+(\.\d+){1,3}.*")
_BEGIN_NOTHING = frozenset({"Subscribe"})


def _information(case: Case) -> etree._Element:
    return case.server.good("GetWebServiceInformation")


@check("information.version")
def is_of_the_version_asked_for(case: Case) -> None:
    found = _information(case)
    said = [text(found, f"GetWebServiceInformationVersion/{part}Version") for part in ("Major", "Minor")]
    expect(
        ".".join(said) == case.server.version,
        f"GetWebServiceInformation of version {case.server.version} says that it is version {'.'.join(said)}.",
    )


@check("information.namespace")
def names_the_namespace(case: Case) -> None:
    said = text(case.site.information, "GetWebServiceInformationVersion/UsedNameSpace")
    expect(said == NAMESPACE, f"UsedNameSpace is {said!r}, not {NAMESPACE}.")


@check("information.operations")
def lists_operations_of_the_contract(case: Case) -> None:
    named = [part.text or "" for part in every(_information(case), "Operation")]
    expect("GetWebServiceInformation" in named, "SupportedOperations does not name GetWebServiceInformation itself.")
    strange = [name for name in named if name not in operations()]
    expect(not strange, f"SupportedOperations names what the contract does not have: {some(strange)}.")
    double = [name for name, count in Counter(named).items() if count > 1]
    expect(not double, f"SupportedOperations names {some(double)} more than once.")


@check("information.of-1.1")
def lists_none_of_1_2_in_1_1(case: Case) -> None:
    named = [part.text or "" for part in every(_information(case), "Operation")]
    later = [name for name in named if name in operations() and operations()[name].since > "1.1"]
    expect(not later, f"In version 1.1 SupportedOperations names {some(later)}, which came with 1.2.")


@check("information.system")
def names_the_system(case: Case) -> None:
    system = next(every(_information(case), "GetWebServiceInformationSystem"), None)
    version = text(system, "Version")
    expect(_DOTTED.fullmatch(version), f"The system's Version is {version!r}, which is no dotted version.")
    for name in ("Id", "Name"):
        expect(text(system, name).strip(), f"The system has no {name}.")


@check("information.not-offered")
def refuses_what_it_does_not_offer(case: Case) -> None:
    version = case.server.version
    not_offered = [name for name, row in operations().items() if name not in case.site.offered]
    asked = [name for name in not_offered if name not in HARMFUL | _BEGIN_NOTHING]
    if version == "1.1":
        asked = [name for name in asked if operations()[name].since == "1.1"]
    if not asked:
        raise NotTestedError("every operation that only reads is offered")
    for name in asked:
        case.server.faulty(name, "is not offered, and", "", "Operation_Not_Supported")


@check("information.offered")
def answers_what_it_offers(case: Case) -> None:
    said = {part.text or "" for part in every(case.site.information, "Operation")}
    for name, exchange in case.server.refused.items():
        if name in said:
            case.server.last = exchange
            expect(False, f"SupportedOperations names {name}, which is answered by Operation_Not_Supported.")
