"""The report says what a technician and an owner need, escapes what the site calls itself, and stays light."""

import re
from dataclasses import replace
from functools import cache

import pytest
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from features.acceptance.report import html
from features.acceptance.report.proofs import requirements
from features.acceptance.results import Answer, Check, Exchange, Proof, Reading, Run, Verdict
from features.acceptance.settings import Site
from tests.acceptance.example_run import AWKWARD, SCRIPT, STATION, example

MEGABYTE = 1_000_000


@cache
def example_report() -> str:
    return html.render(example())


def page(run: Run, **more: Run) -> HtmlElement:
    report = example_report() if run == example() else html.render(run, **more)
    return document_fromstring(report)


def words(element: HtmlElement | None) -> str:
    """Give the text that a reader sees."""
    assert element is not None
    return " ".join(" ".join(element.itertext()).split())


def section(run: Run, name: str, **more: Run) -> HtmlElement:
    return page(run, **more).get_element_by_id(name)


def lines(run: Run, name: str, **more: Run) -> list[str]:
    """Give the rows of a section's tables, without their heads."""
    return [words(row) for row in section(run, name, **more).iterfind(".//tbody/tr")]


def check(verdict: Verdict, reason: str = "", *items: str, proof: Proof = Proof.READ_ONLY, ids: str = "D-2") -> Check:
    return Check("data points", f"Scenario that is {verdict}", (ids,), proof, verdict, reason, items)


def run(*checks: Check, readings: list[Reading] | None = None) -> Run:
    return Run("site", "2026-11-23T08:00:00Z", checks=list(checks), readings=readings or [])


def reading(number: int, verdict: Verdict = Verdict.PASS, note: str = "") -> Reading:
    name = f"DataPoint{number % 26}"
    item = f"EVCE Zones/Z1/EVSimu{number // 26}/Connector-1/{name}"
    return Reading(item, name, "Double", "kW", "1.0", f"{number / 100}", "Good", number / 100 - 1, verdict, note)


def requirement(name: str, *checks: Check, **more: Run) -> str:
    return next(line for line in lines(run(*checks), "requirements", **more) if line.startswith(f"{name} "))


# headline


@pytest.mark.parametrize(
    ("checks", "title", "sentence"),
    [
        ([Verdict.PASS, Verdict.PASS], "Passed", "Of 2 checks, 2 passed."),
        ([Verdict.PASS], "Passed", "Of 1 check, 1 passed."),
        (
            [Verdict.PASS, Verdict.DEVIATION, Verdict.INCONCLUSIVE],
            "Passed",
            "Of 3 checks, 1 passed, 1 failed as the known deviations say, 1 did not apply or stayed undecided.",
        ),
        ([Verdict.PASS, Verdict.FAIL], "Failed", "Of 2 checks, 1 failed, 1 passed."),
        (
            [Verdict.ERROR, Verdict.UNEXPECTED_PASS],
            "Failed",
            "Of 2 checks, 1 could not be carried out, 1 passed although the known deviations say otherwise.",
        ),
        (
            [Verdict.NOT_APPLICABLE],
            "Nothing proven",
            "Of 1 check none passed and none failed: this run proves nothing about the site.",
        ),
        ([], "Nothing proven", "Of 0 checks none passed and none failed: this run proves nothing about the site."),
    ],
)
def test_the_headline_tells_the_verdict_with_counts(checks: list[Verdict], title: str, sentence: str) -> None:
    banner = page(run(*map(check, checks))).find_class("banner")[0]
    assert words(banner) == f"{title} {sentence}"


def test_each_verdict_is_counted() -> None:
    assert [words(one) for one in page(example()).find_class("counts")[0]] == [
        "6 ✓ pass",
        "1 ✗ fail",
        "1 ≈ known deviation",
        "1 ! unexpected pass",
        "1 ○ not applicable",
        "1 ? inconclusive",
        "1 ⚠ error",
    ]


def test_site_environment_and_approver_stand_at_the_top() -> None:
    head = words(page(example()).find(".//header"))
    assert "Parkhaus Süd & Händel-Straße <P2>" in head
    assert "EVCE API 6.0.2" in head
    assert "Writes approved by Ådne O'Brien & Søn" in head
    assert "Connector https://10.1.2.4:8093/EcoStruxure/DataExchange" in head
    assert "Took 1 min 47 s" in head


def test_a_run_that_wrote_nothing_and_never_ended_says_so() -> None:
    head = words(page(run()).find(".//header"))
    assert "Writes approved by nobody: the site was only read" in head
    assert "Ended not ended: the run was broken off" in head


# what failed, and what was not decided


def test_failures_come_first_with_reason_items_and_both_readings() -> None:
    report = page(example())
    assert report.find(".//section").get("id") == "failed"
    first = words(report.get_element_by_id("failure-1"))
    assert first.startswith("1. Polled values follow the controller ✗ fail data points · site, read-only · D-2, O-2")
    assert "the connector shows W where the guide says kW. Correct the factor" in first
    assert f"{STATION}/Connector-1/ConnectorOverallActivePower2 7.41 kW 7410.00 kW Good +7402.59 kW 1000 times" in first
    assert f"{STATION}/Connector-1/Gone & away has no line in the point-to-point sheet" in first


def test_errors_and_unexpected_passes_are_failures_and_explained() -> None:
    failed = words(section(example(), "failed"))
    assert "2. An alarm that was too old is gone" in failed
    assert "what was noted as a known deviation is mended" in failed
    assert "3. EWS 1.1 answers without parts of 1.2" in failed
    assert "nothing is said about the connector" in failed


def test_failures_come_before_unexpected_passes_and_errors() -> None:
    checks = [check(verdict) for verdict in (Verdict.ERROR, Verdict.UNEXPECTED_PASS, Verdict.FAIL)]
    headings = [words(one) for one in section(run(*checks), "failed").iter("h3")]
    assert [one.partition(" that is ")[2] for one in headings] == ["fail", "unexpected pass", "error"]


def test_a_run_without_failures_has_no_such_section() -> None:
    assert 'id="failed"' not in html.render(run(check(Verdict.PASS)))


def test_a_failure_without_a_reason_points_to_the_wire_log() -> None:
    assert "gives no reason; see the wire log" in words(section(run(check(Verdict.FAIL)), "failed"))


def test_of_very_many_items_the_rest_is_counted() -> None:
    items = [f"item {number}" for number in range(50)]
    failed = words(section(run(check(Verdict.FAIL, "All wrong.", *items)), "failed"))
    assert "item 39" in failed
    assert "item 40" not in failed
    assert "and 10 further items, named in run.json under this check." in failed


def test_what_was_not_decided_is_grouped_by_its_reason() -> None:
    checks = [check(Verdict.INCONCLUSIVE, "No fault was seen.")] * 8 + [check(Verdict.NOT_APPLICABLE, "Not claimed.")]
    first, second = lines(run(*checks), "open")
    assert first.startswith("? inconclusive No fault was seen. data points: Scenario that is inconclusive; ")
    assert first.endswith("; and 2 more")
    assert second.startswith("○ not applicable Not claimed.")


# requirements


def test_every_requirement_of_the_guide_has_a_row_with_its_statement() -> None:
    rows = lines(run(), "requirements")
    assert len(rows) == len(requirements())
    assert all(f"{one.id} {one.statement}" in row for one, row in zip(requirements(), rows, strict=True))


@pytest.mark.parametrize("proof", Proof)
def test_a_pass_proves_a_requirement_where_it_was_made(proof: Proof) -> None:
    assert requirement("D-2", check(Verdict.PASS, proof=proof)).endswith(f"Proven: {proof}")


def test_of_several_proofs_the_strongest_is_named() -> None:
    checks = [check(Verdict.PASS, proof=proof) for proof in (Proof.LEASE, Proof.SIMULATION, Proof.READ_ONLY)]
    assert requirement("D-2", *checks).endswith("Proven: site, with lease")


def test_the_simulation_proves_beside_the_site() -> None:
    simulation = run(check(Verdict.PASS, proof=Proof.SIMULATION, ids="O-1"))
    assert requirement("O-1", simulation=simulation).endswith("✓ 1 · · Proven: simulation")
    assert "Simulation: the run of 2026-11-23 08:00:00 UTC." in words(
        section(run(), "requirements", simulation=simulation)
    )


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.ERROR])
def test_a_pass_does_not_outweigh_what_fails(verdict: Verdict) -> None:
    row = requirement("D-2", check(Verdict.PASS), check(verdict, "Why."), check(Verdict.PASS, proof=Proof.LEASE))
    assert f"{html.MARKS[verdict]} 1 of 2" in row
    assert row.endswith(f"Not proven: {verdict}. See failure 1.")


def test_a_known_deviation_is_no_proof() -> None:
    row = requirement("D-2", check(Verdict.DEVIATION, "Empty."), check(Verdict.PASS))
    assert row.endswith("Not proven: known deviation. Empty.")


@pytest.mark.parametrize("verdict", [Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE])
def test_what_was_not_decided_says_why(verdict: Verdict) -> None:
    assert requirement("D-2", check(verdict, "The cable.")).endswith(f"Not proven: {verdict}. The cable.")
    both = requirement("D-2", check(verdict, "The cable."), check(Verdict.PASS))
    assert both.endswith("✓ 1 of 2 · Proven: site, read-only; 1 check not decided: The cable.")


@pytest.mark.parametrize(
    ("name", "conclusion"),
    [("D-2", "Not proven: no check here."), ("C-2", "Not proven: no check here; shown by browser test.")],
)
def test_a_requirement_that_nothing_checked_says_so(name: str, conclusion: str) -> None:
    assert requirement(name).endswith(f"· · · {conclusion}")


def test_a_requirement_that_the_guide_does_not_know_has_a_row_too() -> None:
    row = requirement("X-1", check(Verdict.PASS, ids="X-1"))
    assert row == "X-1 It is not in the table of requirements. · ✓ 1 · Proven: site, read-only"


# checks


def test_every_check_has_a_row_by_feature() -> None:
    rows = lines(example(), "checks")
    assert len(rows) == 12 + len({one.feature for one in example().checks})
    assert rows[0] == "tree"
    assert rows[1] == "Zones hold stations, stations hold connectors ✓ pass site, read-only D-4 1.2 s"


def test_of_very_many_checks_the_passing_ones_are_counted() -> None:
    rows = lines(run(*[check(Verdict.PASS)] * 1200, check(Verdict.FAIL, "Wrong.")), "checks")
    assert rows[:2] == ["data points", "1,200 checks passed; each stands in junit.xml and run.json."]
    assert len(rows) == 3


# point-to-point sheet


def test_every_item_has_a_row_in_its_folder() -> None:
    rows = lines(example(), "sheet")
    assert len([row for row in rows if "Connector" in row]) >= 300
    assert rows[:3] == [
        STATION,
        "StationId Integer 1 1 Good 0 ✓ pass",
        "StationModel String EVlink Good ≈ known deviation 6.1",
    ]


@pytest.mark.parametrize(
    ("item", "name", "folder"),
    [("Z1/a", "a", "Z1"), ("Z1/a/b", "a/b", "Z1"), ("a", "a", "(root)"), ("Z1/x", "y", "Z1")],
)
def test_an_item_stands_in_its_folder_even_when_names_hold_slashes(item: str, name: str, folder: str) -> None:
    one = Reading(item, name, "String", "", "1", "1", "Good", None, Verdict.PASS)
    assert lines(run(readings=[one]), "sheet")[0] == folder


def test_up_to_2000_items_each_has_a_row() -> None:
    rows = lines(run(readings=[reading(number) for number in range(2000)]), "sheet")
    assert len([row for row in rows if row.startswith("DataPoint")]) == 2000


def test_on_a_larger_site_items_that_agree_are_grouped_by_data_point() -> None:
    odd = [reading(1, Verdict.FAIL), reading(2, Verdict.PASS, "It moved.")]
    rows = lines(run(readings=[*odd, *(reading(number) for number in range(3, 2604))]), "sheet")
    assert rows[0] == "DataPoint3 Double kW 101 0.03 to 26.03 +25.03 kW ✓ pass"
    assert len(rows) == 26 + 1 + 2
    assert rows[-1] == "DataPoint2 Double kW 1.0 0.02 Good -0.98 kW ✓ pass It moved."


def test_a_group_tells_the_greatest_difference_either_way() -> None:
    readings = [replace(reading(number), difference=0.01) for number in range(2600)]
    readings[26] = replace(readings[26], difference=-0.5)
    assert lines(run(readings=readings), "sheet")[0] == "DataPoint0 Double kW 100 0 to 25.74 -0.5 kW ✓ pass"


def test_a_group_of_words_tells_how_many_there_are() -> None:
    def text(number: int, value: str) -> Reading:
        return Reading(f"Z{number}/a{value[0]}", f"a{value[0]}", "String", "", value, value, "Good", None, Verdict.PASS)

    same, other = (
        [text(number, "yes") for number in range(1500)],
        [text(number, f"n{number}") for number in range(1500)],
    )
    assert lines(run(readings=[*same, *other]), "sheet") == [
        "ay String 1,500 yes ✓ pass",
        "an String 1,500 1,500 different ✓ pass",
    ]


def test_nothing_is_left_out_silently_when_very_many_items_fail() -> None:
    readings = [reading(number, Verdict.FAIL) for number in range(10_000)]
    sheet = section(run(readings=readings), "sheet")
    assert "7,000 such items did not fit and stand in the groups by verdict." in words(sheet)
    counted = [int(words(row[3]).replace(",", "")) for row in sheet.find(".//table").iterfind("tbody/tr")]
    assert sum(counted) == 7000


def test_failing_items_are_listed_before_those_that_need_a_word() -> None:
    readings = [*(reading(number, Verdict.PASS, "It moved.") for number in range(3000)), reading(3000, Verdict.FAIL)]
    rows = lines(run(readings=readings), "sheet")
    assert "DataPoint10 Double kW 1.0 30.0 Good +29 kW ✗ fail" in rows


def test_a_report_of_40000_items_stays_below_5_megabytes() -> None:
    wrong = [reading(number, Verdict.FAIL, "It differs " * 5) for number in range(4000)]
    readings = [*wrong, *(reading(number) for number in range(4000, 40_000))]
    assert len(html.render(run(readings=readings)).encode()) < 5 * MEGABYTE


# answer times, and the other sections


def test_answer_times_are_drawn_for_each_party_and_told_for_each_operation() -> None:
    part = section(example(), "latency")
    assert [words(one) for one in part.iter("h3")] == ["Connector", "Controller"]
    assert len(list(part.iter("svg"))) == 2
    assert "● GetValues 51 4.4 ms 12 ms 10.0 s 10.0 s ✗ 1" in lines(example(), "latency")
    assert len(lines(example(), "latency")) == 8


def test_a_plot_of_very_many_exchanges_is_a_picture_and_small() -> None:
    many = [
        Exchange(f"2026-11-23T08:{n // 60 % 60:02}:{n % 60:02}Z", "connector", "GetValues", "", 200, 0.01 * (1 + n % 7))
        for n in range(20_000)
    ]
    report = html.render(replace(run(), exchanges=many))
    assert "data:image/png;base64," in report
    assert len(report) < MEGABYTE


def test_more_operations_than_colours_have_other_marks() -> None:
    many = [Exchange("2026-11-23T08:00:00Z", "connector", f"Op{n:02}", "", 200, 0.01) for n in range(20)]
    rows = lines(replace(run(), exchanges=many), "latency")
    assert [row[0] for row in rows] == ["●"] * 8 + ["▲"] * 8 + ["■"] * 4


def test_an_exchange_without_a_time_of_day_is_still_counted() -> None:
    assert lines(replace(run(), exchanges=[Exchange("noon", "connector", "Op", "", 401, 0.0)]), "latency") == [
        "● Op 1 0.0 ms 0.0 ms 0.0 ms 0.0 ms"
    ]


@pytest.mark.parametrize(
    ("status", "error", "failed"),
    [(200, "", False), (401, "", False), (404, "", True), (500, "", True), (None, "Timeout", True), (200, "Cut", True)],
)
def test_an_exchange_without_a_proper_answer_is_counted(status: int | None, error: str, failed: bool) -> None:
    one = Exchange("2026-11-23T08:00:00Z", "connector", "GetValues", "", status, 0.1, error=error)
    (row,) = lines(replace(run(), exchanges=[one]), "latency")
    assert row.endswith("✗ 1") is failed


def test_known_deviations_have_their_links() -> None:
    link = section(example(), "deviations").find(".//a")
    assert link.get("href") == link.text == "https://support.example/4711?a=1&b=2"


def test_a_link_that_is_no_web_address_is_only_text() -> None:
    assert "javascript:alert(1)" in words(section(example(), "failed"))
    assert 'href="javascript' not in example_report()


def test_manual_steps_have_their_answers() -> None:
    assert lines(example(), "manual")[0].endswith("unplug Unplug the cable of EVSimu1/1 & wait for 'available'. done")


def test_lease_entries_are_told_in_order() -> None:
    rows = lines(example(), "lease")
    assert rows[0] == "2026-11-23 08:01:10 UTC plan zone 1, ZoneReduction 10 % for 120 s 0.4 of 60 kW min"
    assert [row.split()[3] for row in rows] == ["plan", "write", "read", "restore", "prove"]


def test_settings_are_named_as_in_the_file() -> None:
    assert "claims.history True" in lines(example(), "settings")


def test_passwords_of_the_sites_file_are_not_in_the_report() -> None:
    end = {"url": "https://10.1.2.3", "password": "hunter2"}
    site = Site.model_validate({"name": "site", "controller": end, "connector": end})
    report = html.render(replace(run(), settings=site.model_dump(mode="json")))
    assert "https://10.1.2.3" in report
    assert "hunter2" not in report


def test_an_empty_run_is_a_report_too() -> None:
    text = words(page(Run("", "")))
    for sentence in ("No check was carried out.", "Nothing was sent.", "No item was compared.", "Nothing was written"):
        assert sentence in text


def test_there_are_lines_to_sign_and_to_witness() -> None:
    sign = words(section(example(), "sign"))
    for role in ("Carried out by", "Writes approved by Ådne O'Brien & Søn", "Accepted by (owner)", "Witness"):
        assert role in sign
    assert "Parkhaus Süd & Händel-Straße <P2> , run of 2026-11-23 08:00:00 UTC: failed ." in sign


# safe, self-contained, well formed


def everywhere(text: str) -> Run:
    """Put a text wherever the site or a technician can put one."""
    items = (f"{text}/x",)
    return Run(
        text,
        text,
        text,
        text,
        {text: text},
        {text: {text: text}},
        [
            Check(text, f"{text} {verdict}", (text,), Proof.READ_ONLY, verdict, text, items, 0, text)
            for verdict in Verdict
        ],
        [Reading(f"{text}/x", "x", text, text, text, text, text, None, Verdict.FAIL, text)],
        [Exchange(text, text, text, text, 200, 0.1, text, text, text)],
        [Answer(text, text, text, text)],
        example().lease,
    )


@pytest.mark.parametrize("text", [SCRIPT, f"</style>{SCRIPT}", f'">{SCRIPT}', f"]]>{SCRIPT}", f"{{{{ 7 }}}}{SCRIPT}"])
def test_no_text_of_the_site_becomes_markup(text: str) -> None:
    report = html.render(everywhere(text))
    assert "<script" not in report
    assert "onerror" not in report
    assert SCRIPT in words(document_fromstring(report).get_element_by_id("sheet"))


def test_awkward_names_are_shown_and_control_characters_marked() -> None:
    assert AWKWARD.replace("\x07", "\ufffd") in words(section(example(), "sheet"))
    html.render(everywhere("\x00\ud800\ufffe")).encode()


def test_the_report_needs_nothing_else() -> None:
    report = example_report()
    assert "<script" not in report
    assert "<link" not in report
    assert "@import" not in report
    assert not re.search(r'(?:src|xlink:href)="(?!#|data:)', report)
    assert not re.search(r"url\((?!#)", report)


def test_ids_are_unique_and_links_within_the_page_lead_somewhere() -> None:
    report = page(example())
    ids = report.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in report.xpath("//a/@href") if link.startswith("#")} <= set(ids)


def test_plots_are_well_formed_on_their_own() -> None:
    for svg in re.findall(r"<svg.*?</svg>", example_report(), re.DOTALL):
        etree.fromstring(svg)


def test_each_printed_page_tells_the_run_in_its_foot() -> None:
    assert r'@bottom-left { content: "Parkhaus\20 S\fc d\20 \26 \20 H\e4 ndel\2d Stra\df e\20 \3c P2' in html.render(
        example()
    )


def test_equal_runs_give_equal_reports() -> None:
    assert html.render(example()) == example_report()
