"""Odd requests: forms of XML that are right and seldom, and forms that must be refused and harm nothing."""

from __future__ import annotations

from evce_acceptance.ews.checking import Case, check, expect
from evce_acceptance.ews.checks.containers import UNKNOWN
from evce_acceptance.ews.checks.ordinary import (
    MARK,
    again,
    body,
    is_answered_as_usual,
    is_refused,
    list_,
    operation,
    ordinary,
    usual,
)
from evce_acceptance.ews.contract import NAMESPACE, operations
from evce_acceptance.ews.messages import SOAP

_KIB = 1024
_DEEP = 5_000


def _plain(case: Case) -> str:
    return body(case).decode()


def _before_list(case: Case, text: str) -> bytes:
    """Write the ordinary request with a text before its list of ids."""
    start = f"<{list_(operation(case))}>"
    return _plain(case).replace(start, text + start).encode()


@check("odd.prefixes")
def takes_other_prefixes(case: Case) -> None:
    name = operation(case)
    tag, ids = operations()[name].request, f"e:{list_(name)}"
    ids = f"<{ids}><e:Id/><e:Id>{UNKNOWN}</e:Id></{ids}>"
    inner = f'<e:{tag} version="{case.server.version}">{ids}</e:{tag}>'
    text = f'<env:Envelope xmlns:env="{SOAP}" xmlns:e="{NAMESPACE}"><env:Body>{inner}</env:Body></env:Envelope>'
    is_answered_as_usual(case, "with other prefixes", text.encode())


@check("odd.default-namespace")
def takes_no_prefix(case: Case) -> None:
    text = f'<Envelope xmlns="{SOAP}"><Body>{ordinary(case)}</Body></Envelope>'
    is_answered_as_usual(case, "in an envelope without a prefix", text.encode())


@check("odd.whitespace")
def takes_whitespace(case: Case) -> None:
    text = _plain(case).replace("><", ">\r\n\t <").replace("<Id>\r\n\t </Id>", "<Id></Id>")
    is_answered_as_usual(case, "with whitespace between its elements", text.encode())


@check("odd.comments")
def takes_comments(case: Case) -> None:
    text = _before_list(case, "<!-- <Id>b</Id> -->").replace(b"<Id></Id>", b"<Id></Id><!-- c -->")
    is_answered_as_usual(case, "with comments", text)


@check("odd.cdata")
def takes_cdata(case: Case) -> None:
    text = _plain(case).replace(UNKNOWN, f"<![CDATA[{UNKNOWN}]]>")
    is_answered_as_usual(case, "with an id in CDATA", text.encode())


@check("odd.references")
def takes_character_references(case: Case) -> None:
    written = "".join(f"&#x{ord(letter):x};" for letter in UNKNOWN)
    is_answered_as_usual(case, "with an id in character references", _plain(case).replace(UNKNOWN, written).encode())


@check("odd.bom")
def takes_a_mark_of_the_byte_order(case: Case) -> None:
    is_answered_as_usual(case, "with a byte order mark of UTF-8", b"\xef\xbb\xbf" + body(case))


@check("odd.no-declaration")
def takes_no_declaration(case: Case) -> None:
    is_answered_as_usual(case, "without an XML declaration", body(case).partition(b"?>")[2])


@check("odd.long")
def takes_a_long_request(case: Case) -> None:
    is_answered_as_usual(case, "with 100 KiB of whitespace", _before_list(case, " " * (100 * _KIB)))


@check("odd.dtd")
def refuses_a_dtd(case: Case) -> None:
    text = _with_dtd(case, "<!DOCTYPE x [<!ELEMENT x ANY>]>")
    is_refused(case, "A request with a document type definition", text)


@check("odd.entity")
def expands_no_entity(case: Case) -> None:
    text = _with_dtd(case, f'<!DOCTYPE x [<!ENTITY e "{MARK}">]>', "&e;")
    answer = is_refused(case, "A request with an entity of its own", text)
    expect(MARK.encode() not in answer.body, "The fault repeats what an entity of the request stands for.")


@check("odd.external-entity")
def fetches_no_entity(case: Case) -> None:
    text = _with_dtd(case, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///evce-acceptance/no-such-file">]>', "&e;")
    is_refused(case, "A request with an entity of a file", text)


@check("odd.many-entities")
def multiplies_no_entities(case: Case) -> None:
    rows = ['<!ENTITY a "a">', *(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in ("ab", "bc", "cd", "de"))]
    text = _with_dtd(case, f"<!DOCTYPE x [{''.join(rows)}]>", "&e;")
    is_refused(case, "A request with entities that multiply", text)


@check("odd.deep")
def survives_deep_nesting(case: Case) -> None:
    before = usual(case)
    case.server.send(operation(case), _before_list(case, "<a>" * _DEEP + "</a>" * _DEEP))
    expect(
        again(case) == before,
        f"After a request that is {_DEEP} elements deep the server answers otherwise than before.",
    )


@check("odd.bytes")
def refuses_what_is_no_utf_8(case: Case) -> None:
    is_refused(case, "A request with bytes that are no UTF-8", body(case).replace(UNKNOWN.encode(), b"\xff\xfe\xff"))


def _with_dtd(case: Case, dtd: str, id_: str = UNKNOWN) -> bytes:
    return _plain(case).replace("?>", f"?>{dtd}", 1).replace(UNKNOWN, id_).encode()
