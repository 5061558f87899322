"""What other makes of servers get wrong, one at a time, each with the check that must find it."""

from __future__ import annotations

from tests.evce_acceptance.ews import foreign_edits as edits
from tests.evce_acceptance.ews.foreign_front import Wrong

WRONGS = {
    "open": Wrong("it answers without a login", "login.none", "no login"),
    "any password": Wrong("it takes any password", "login.wrong-password", "any password"),
    "any nonce": Wrong("it takes a nonce that it never gave", "login.foreign-nonce", "any nonce"),
    "one nonce": Wrong("it challenges everybody with one nonce", "login.fresh", "one nonce"),
    "no challenge": Wrong("it refuses a login without a challenge", "login.none", "no challenge"),
    "no qop": Wrong("its challenge names no qop", "login.challenge", "no qop"),
    "any media type": Wrong("it takes JSON for SOAP", "soap.media-type", "any media"),
    "any soap": Wrong("it answers SOAP 1.1 in SOAP 1.2", "soap.1.1", "any soap"),
    "must understand": Wrong("it ignores headers that must be understood", "soap.must-understand", "ignores must"),
    "dtd": Wrong("it takes a document type definition", "odd.dtd", "dtd"),
    "entities": Wrong("it expands entities", "odd.entity", "entities"),
    "broken by nonsense": Wrong("after a malformed request it answers nothing", "soap.malformed", "broken by nonsense"),
    "faults with 200": Wrong("its faults come with HTTP 200", "faults.status", edit=edits.on_faults(edits.status)),
    "fault codes of 1.1": Wrong(
        "its faults have a code of SOAP 1.1", "faults.form", edit=edits.on_faults(edits.put("Value", "Client"))
    ),
    "no language": Wrong(
        "the reason of its faults has no language", "faults.form", edit=edits.on_faults(edits.no_language)
    ),
    "details": Wrong(
        "the detail of its faults is in another namespace",
        "faults.detail",
        edit=edits.on_faults(edits.foreign_namespace),
    ),
    "text/xml": Wrong("its answers are text/xml", "answers.media-type", edit=edits.media),
    "namespace": Wrong(
        "GetValues answers in another namespace",
        "answers.envelope",
        edit=edits.on("GetValues", edits.foreign_namespace),
    ),
    "no version": Wrong("GetItems has no version", "answers.version", edit=edits.on("GetItems", edits.no_version)),
    "of 1.2": Wrong(
        "it sends Forceable in 1.1",
        "answers.of-1.2",
        edit=edits.on("GetItems", edits.add("Forceable", "ValueItem", "0")),
    ),
    "order of elements": Wrong(
        "the elements of a value are turned round", "schema.GetItems", edit=edits.on("GetItems", edits.reversed_value)
    ),
    "state words": Wrong(
        "a state is a word", "schema.GetValues", edit=edits.on("GetValues", edits.put("State", "Good"))
    ),
    "strange state": Wrong(
        "a state is 192, as in OPC", "values.states", edit=edits.on("GetValues", edits.put("State", "192"))
    ),
    "decimal comma": Wrong(
        "a number has a comma", "items.values", edit=edits.on("GetItems", edits.put("Value", "1450,5", "1450.5"))
    ),
    "writeable 2": Wrong("Writeable is 2", "items.flags", edit=edits.on("GetItems", edits.put("Writeable", "2", "1"))),
    "unknown type": Wrong(
        "a type is Float", "items.types", edit=edits.on("GetItems", edits.put("Type", "Float", "Double"))
    ),
    "another unit": Wrong(
        "GetItems has another unit", "items.as-listed", edit=edits.on("GetItems", edits.put("Unit", "rpm", "1/min"))
    ),
    "unknown ids are dropped": Wrong(
        "an unknown id has no error result", "values.unknown-id", edit=edits.on("GetValues", edits.drop("ErrorResult"))
    ),
    "one unknown id fails all": Wrong(
        "an unknown id fails the call", "values.unknown-id", edit=edits.on("GetValues", edits.whole_call_fails)
    ),
    "items of unknown ids": Wrong(
        "an unknown id has no error result in GetItems",
        "items.unknown-id",
        edit=edits.on("GetItems", edits.drop("ErrorResult")),
    ),
    "any letters": Wrong("ids are not case sensitive", "values.case", edit=edits.on("GetValues", edits.any_letters)),
    "by place": Wrong("values go by place, not by id", "values.order", edit=edits.on("GetValues", edits.by_place)),
    "missing list": Wrong("a missing list of ids is no fault", "values.no-list", edit=edits.lists),
    "value twice": Wrong(
        "a value comes twice", "values.complete", edit=edits.on("GetValues", edits.double("ValueItem"))
    ),
    "container lists twice": Wrong(
        "a container lists an item twice",
        "containers.unique",
        edit=edits.on("GetContainerItems", edits.double("ValueItem")),
    ),
    "no empty id": Wrong("an empty id is not the root", "containers.root", edit=edits.no_root),
    "no empty lists": Wrong(
        "empty lists are left out", "containers.lists", edit=edits.on("GetContainerItems", edits.empty_lists)
    ),
    "no type": Wrong(
        "the root is a Folder",
        "containers.root",
        edit=edits.on("GetContainerItems", edits.put("Type", "Folder", "Server")),
    ),
    "says there is more": Wrong(
        "it says there is more data, and gives no reference",
        "containers.paging",
        edit=edits.on("GetContainerItems", edits.second_page),
    ),
    "claims": Wrong(
        "it claims an operation that it has not",
        "information.offered",
        edit=edits.on("GetWebServiceInformation", edits.put("Operation", "AcknowledgeAlarmEvents", "SetValues")),
    ),
    "strange operation": Wrong(
        "it names operations by their elements",
        "information.operations",
        edit=edits.on("GetWebServiceInformation", edits.put("Operation", "GetValuesRequest", "GetValues")),
    ),
    "no dotted version": Wrong(
        "the system's version is a word",
        "information.system",
        edit=edits.on("GetWebServiceInformation", edits.put("Version", "latest")),
    ),
    "empty answers": Wrong(
        "what is not offered has an empty answer", "information.not-offered", edit=edits.empty_answer
    ),
    "local times": Wrong("times have no zone", "answers.times", edit=edits.on("GetHistory", edits.local_times)),
    "whole history": Wrong(
        "the window of a history is not looked at", "history.window", edit=edits.on("GetHistory", edits.whole_history)
    ),
    "no order": Wrong("records are not in order", "history.order", edit=edits.on("GetHistory", edits.shuffled)),
    "record twice": Wrong(
        "a record comes twice", "history.once", edit=edits.on("GetHistory", edits.double("HistoryRecord"))
    ),
    "empty history": Wrong("an unknown history is an empty one", "history.unknown-id", edit=edits.empty_history),
    "history's type": Wrong(
        "a history has another type than its value",
        "items.like-history",
        edit=edits.on("GetItems", edits.put_within("HistoryItem", "Type", "Long")),
    ),
    "filter": Wrong(
        "the filter of alarms is not looked at",
        "alarms.filter-priority",
        edit=edits.on("GetAlarmEvents", edits.after_filter),
    ),
    "no cursor": Wrong(
        "GetAlarmEvents gives no LastUpdate", "alarms.cursor", edit=edits.on("GetAlarmEvents", edits.drop("LastUpdate"))
    ),
    "always refresh": Wrong(
        "every LastUpdate needs a refresh",
        "alarms.cursor",
        edit=edits.on("GetUpdatedAlarmEvents", edits.put("NeedsRefresh", "true")),
    ),
    "never refresh": Wrong(
        "an unknown LastUpdate is taken",
        "alarms.unknown-cursor",
        edit=edits.on("GetUpdatedAlarmEvents", edits.put("NeedsRefresh", "false")),
    ),
    "alarm state": Wrong(
        "GetItems shows an alarm as Normal",
        "alarms.as-items",
        edit=edits.on("GetItems", edits.put_within("AlarmItem", "State", "0")),
    ),
    "time before": Wrong(
        "an alarm changes before it begins",
        "alarms.times",
        edit=edits.on("GetAlarmEvents", edits.put("TimeStampTransition", "2020-01-01T00:00:00Z")),
    ),
    "unknown alarm type": Wrong(
        "an alarm's type is listed nowhere",
        "alarms.types",
        edit=edits.on("GetAlarmEventTypes", edits.put("Type", "Other")),
    ),
    "lost write": Wrong(
        "a write is confirmed and not done", "writes.read-back", edit=edits.on("SetValues", edits.not_written)
    ),
    "unknown write": Wrong(
        "a write to an unknown id succeeds",
        "writes.unknown-id",
        edit=edits.on("SetValues", edits.put("Success", "true")),
    ),
    "talks of success": Wrong(
        "the message of a success is OK", "writes.message", edit=edits.on("SetValues", edits.put("Message", "OK"))
    ),
}
"""Each fault by a name."""
