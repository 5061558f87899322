"""Steps of an inspector, who changes nothing and knows nothing of the connector but what the guide says."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evce_acceptance.checks import by_itself, history_and_alarms, service
from evce_acceptance.checks.checkout import wrong_states, wrong_values
from evce_acceptance.checks.inspection import Inspection
from evce_acceptance.checks.placing import wrongly_placed
from evce_acceptance.checks.shown import Rule
from evce_acceptance.checks.sums import sums
from evce_acceptance.results.verdicts import InconclusiveError, all_right
from pytest_bdd import given, parsers, then

NOTHING_GOOD = "Nothing that it is about is shown as Good. Run again when the connector reaches its controller."


def _fit(inspection: Inspection, rules: Iterable[Rule], *, twice: bool = False) -> None:
    judged = inspection.fitting(rules, twice=twice)
    all_right(judged.findings)
    if not judged.decided:
        raise InconclusiveError(NOTHING_GOOD)


@given(parsers.parse('the site "{site}" under inspection'), target_fixture="inspection")
def site_under_inspection(inspect: Callable[[str], Inspection], site: str) -> Inspection:
    return inspect(site)


@then("every zone, station and connector of the controller stands in the tree, and no other")
def tree_is_the_site(inspection: Inspection) -> None:
    all_right(inspection.misplaced())


@then("the ids and names that folders show are their own")
def folders_are_themselves(inspection: Inspection) -> None:
    all_right(wrongly_placed(inspection.placed))


@then(parsers.parse("every {level} holds the guide's data points and no other"))
def level_is_complete(inspection: Inspection, level: str) -> None:
    all_right(inspection.incomplete(level))


@then("every data point has the guide's type, unit, right to write, and description")
def data_points_are_labelled(inspection: Inspection) -> None:
    all_right(inspection.mislabelled())


@then("every series of the guide is there once, in the unit of its data point")
def series_are_there(inspection: Inspection) -> None:
    service.claimed(inspection, "history")
    all_right(inspection.without_history())


@then("every station has one alarm, with the guide's name")
def alarms_are_there(inspection: Inspection) -> None:
    service.claimed(inspection, "alarms")
    all_right(inspection.without_alarm())


@then("each item has an id of its own and each name stands once in its folder")
def nothing_stands_twice(inspection: Inspection) -> None:
    all_right(inspection.doubled())


@then("every data point shows what the controller's figures give")
def values_follow(inspection: Inspection) -> None:
    all_right(wrong_values(inspection.judged()))


@then("every value shown is of its type, and every word one that there is")
def words_are_known(inspection: Inspection) -> None:
    _fit(inspection, by_itself.words(inspection.placed))


@then("every sum, average and number follows from what is shown")
def sums_follow(inspection: Inspection) -> None:
    _fit(inspection, sums(inspection.placed), twice=inspection.alone)  # else the sheet is read again and again


@then("every connector is in one state, with power that its current can carry")
def figures_fit(inspection: Inspection) -> None:
    _fit(inspection, by_itself.figures(inspection.placed))


@then("no energy falls from one poll to the next")
def no_meter_falls(inspection: Inspection) -> None:
    compared, findings = by_itself.fallen(inspection)
    all_right(findings)
    if not compared:
        raise InconclusiveError(NOTHING_GOOD)


@then("every state is one of a value's, and fits what is shown of its station")
def states_fit(inspection: Inspection) -> None:
    _fit(inspection, by_itself.states(inspection.placed))


@then("the state of every data point follows from the controller's connections")
def states_follow(inspection: Inspection) -> None:
    all_right(wrong_states(inspection.judged()))


@then("no value that moves is older than a poll")
def nothing_is_too_old(inspection: Inspection) -> None:
    moving, findings = inspection.too_old()
    all_right(findings)
    if not moving:
        raise InconclusiveError("Nothing moved on the site. Charge a vehicle, and run again.")


@then("the histories have one sample at each boundary, in order")
def histories_are_right(inspection: Inspection) -> None:
    service.claimed(inspection, "history")
    samples, findings = history_and_alarms.wrong_histories(inspection)
    all_right(findings)
    if not samples:
        minutes = inspection.claims.history_minutes
        raise InconclusiveError(f"The histories are empty. Run again when the connector has run for {minutes} minutes.")


@then("the alarms that stand are those that the stations call for")
def alarms_are_right(inspection: Inspection) -> None:
    service.claimed(inspection, "alarms")
    all_right(history_and_alarms.wrong_alarms(inspection))


@then("no alarm is of a type, a state or a time that there is not")
def alarms_are_known(inspection: Inspection) -> None:
    all_right(service.odd_alarms(inspection))


@then("an answer in EWS 1.1 holds nothing that came with 1.2")
def version_1_1(inspection: Inspection) -> None:
    all_right(service.parts_of_1_2(inspection))


@then("a subscription brings each of its values at first, and ends when it is ended")
def subscription(inspection: Inspection) -> None:
    all_right(service.forgotten_by_subscription(inspection))


@then("a user that nobody made is refused")
def nobody_gets_in(inspection: Inspection) -> None:
    all_right(service.admitted_without_login(inspection))
