"""The report says what a technician and an owner need, escapes what the site calls itself, and needs nothing else."""

import re
from dataclasses import replace

import pytest
from evce_acceptance.report import html
from evce_acceptance.results.run import Answer, Check, Exchange, Proof, Reading, Run, Verdict
from evce_acceptance.site.settings import Site
from lxml import etree
from lxml.html import document_fromstring

from tests.evce_acceptance.report.example_run import AWKWARD, SCRIPT, STATION, example
from tests.evce_acceptance.report.report_page import check, example_report, lines, page, run, section, words

pytestmark = pytest.mark.once

# headline


@pytest.mark.parametrize(
    ("checks", "title", "sentence"),
    [
        ([Verdict.PASS, Verdict.PASS], "Passed", "Of 2 checks, 2 passed."),
        ([Verdict.PASS], "Passed", "Of 1 check, 1 passed."),
        (
            [Verdict.PASS, Verdict.DEVIATION, Verdict.INCONCLUSIVE],
            'Passed, read-only: "Scenario that is inconclusive" not tested',
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


@pytest.mark.parametrize(
    ("checks", "tone"),
    [
        ([Verdict.PASS], "good"),
        ([Verdict.PASS, Verdict.INCONCLUSIVE], "warn"),
        ([Verdict.FAIL], "bad"),
        ([Verdict.INCONCLUSIVE], "warn"),
    ],
)
def test_only_a_run_that_tested_everything_is_green(checks: list[Verdict], tone: str) -> None:
    banner = page(run(*map(check, checks))).find_class("banner")[0]
    assert banner.get("class") == f"banner {tone}"


def test_a_failure_has_the_command_that_shows_it_again() -> None:
    failed = replace(check(Verdict.FAIL, "It is not.", "Z1/Name"), again="ebo-simulator values 'Z1/Name'")
    assert "See it again: ebo-simulator values 'Z1/Name'" in words(page(run(failed)).get_element_by_id("failed"))


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


# the other sections


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
    plots = [etree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", example_report(), re.DOTALL)]
    assert len(plots) == len({one.party for one in example().exchanges})


def test_each_printed_page_tells_the_run_in_its_foot() -> None:
    assert r'@bottom-left { content: "Parkhaus\20 S\fc d\20 \26 \20 H\e4 ndel\2d Stra\df e\20 \3c P2' in html.render(
        example()
    )


def test_equal_runs_give_equal_reports() -> None:
    assert html.render(example()) == example_report()
