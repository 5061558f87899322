"""The JUnit file has the shape that build servers read, and says what each verdict means to them."""

from dataclasses import replace

import pytest
from evce_acceptance.report import junit
from evce_acceptance.results.run import Check, Proof, Run, Verdict
from lxml import etree

from tests.evce_acceptance.report.example_run import example

SHAPE = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <!-- what Jenkins, GitLab and Azure agree on -->
  <xs:attributeGroup name="totals">
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="skipped" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="time" type="xs:decimal" use="required"/>
  </xs:attributeGroup>
  <xs:complexType name="ended"><xs:simpleContent><xs:extension base="xs:string">
    <xs:attribute name="message" type="xs:string" use="required"/>
    <xs:attribute name="type" type="xs:string" use="required"/>
  </xs:extension></xs:simpleContent></xs:complexType>
  <xs:complexType name="skipped"><xs:simpleContent><xs:extension base="xs:string">
    <xs:attribute name="message" type="xs:string" use="required"/>
  </xs:extension></xs:simpleContent></xs:complexType>
  <xs:complexType name="case"><xs:sequence>
    <xs:choice minOccurs="0">
      <xs:element name="skipped" type="skipped"/>
      <xs:element name="error" type="ended"/>
      <xs:element name="failure" type="ended"/>
    </xs:choice>
    <xs:element name="system-out" type="xs:string" minOccurs="0"/>
    <xs:element name="system-err" type="xs:string" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="classname" type="xs:string" use="required"/>
    <xs:attribute name="time" type="xs:decimal" use="required"/>
  </xs:complexType>
  <xs:complexType name="suite"><xs:sequence>
    <xs:element name="properties" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:element name="property" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
        <xs:attribute name="name" type="xs:string" use="required"/>
        <xs:attribute name="value" type="xs:string" use="required"/>
      </xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="testcase" type="case" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
    <xs:attributeGroup ref="totals"/>
    <xs:attribute name="timestamp">
      <xs:simpleType><xs:restriction base="xs:dateTime">
        <xs:pattern value="[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"/>
      </xs:restriction></xs:simpleType>
    </xs:attribute>
  </xs:complexType>
  <xs:element name="testsuites"><xs:complexType><xs:sequence>
    <xs:element name="testsuite" type="suite" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence><xs:attributeGroup ref="totals"/>
  </xs:complexType></xs:element>
</xs:schema>"""


def tree(run: Run) -> etree._Element:
    return etree.fromstring(junit.render(run))


def check(verdict: Verdict, reason: str = "", *items: str) -> Check:
    return Check(
        "logs", "Energy is logged", ("O-7", "P-3"), Proof.LEASE, verdict, reason, items, 1.25, "https://x.example/1"
    )


def case(one: Check) -> etree._Element:
    (found,) = tree(Run("site", "", checks=[one])).iter("testcase")
    return found


@pytest.mark.parametrize("run", [example(), Run("", ""), Run("\x00", "soon", environment={"\ud800": "\x1b"})])
def test_the_file_has_the_shape_that_build_servers_read(run: Run) -> None:
    etree.XMLSchema(etree.fromstring(SHAPE)).assertValid(tree(run))


def test_each_feature_is_a_suite_with_its_totals() -> None:
    suites = {suite.get("name"): suite for suite in tree(example())}
    assert list(suites) == ["tree", "data points", "logs", "alarms", "ews versions", "writes"]
    totals = {name: suites["data points"].get(name) for name in ("tests", "failures", "errors", "skipped", "time")}
    assert totals == {"tests": "4", "failures": "1", "errors": "0", "skipped": "1", "time": "9.350"}
    assert suites["data points"].get("timestamp") == "2026-11-23T08:00:00"


def test_the_whole_has_the_totals_of_all_suites() -> None:
    whole = tree(example())
    totals = {name: whole.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert totals == {"tests": "12", "failures": "2", "errors": "1", "skipped": "3"}


def test_a_pass_is_a_case_with_its_time_proof_and_requirements() -> None:
    passed = case(check(Verdict.PASS))
    assert dict(passed.attrib) == {"name": "Energy is logged", "classname": "logs", "time": "1.250"}
    assert [(one.tag, one.text) for one in passed] == [
        ("system-out", "proof: site, with lease\nrequirements: O-7, P-3")
    ]


@pytest.mark.parametrize(
    ("verdict", "element"),
    [
        (Verdict.FAIL, "failure"),
        (Verdict.UNEXPECTED_PASS, "failure"),
        (Verdict.ERROR, "error"),
        (Verdict.DEVIATION, "skipped"),
        (Verdict.NOT_APPLICABLE, "skipped"),
        (Verdict.INCONCLUSIVE, "skipped"),
    ],
)
def test_each_verdict_has_its_element_with_reason_link_and_items(verdict: Verdict, element: str) -> None:
    found = case(check(verdict, "Because.", "Z1/a", "Z1/b"))[0]
    assert found.tag == element
    assert found.get("message") == f"{verdict.capitalize()}: Because. https://x.example/1"
    assert found.text == "Z1/a\nZ1/b"


def test_a_check_without_requirements_says_so() -> None:
    assert case(replace(check(Verdict.PASS), requirements=())).findtext("system-out").endswith("requirements: none")


def test_site_approver_and_versions_are_properties_of_each_suite() -> None:
    for suite in tree(example()):
        properties = {one.get("name"): one.get("value") for one in suite.iter("property")}
        assert properties["site"] == "Parkhaus Süd & Händel-Straße <P2>"
        assert properties["approved by"] == "Ådne O'Brien & Søn"
        assert properties["EVCE API"] == "6.0.2"
