"""GetContainerItems: the root, wrong ids, what the lists hold."""

from __future__ import annotations

from collections import Counter

from evce_acceptance.ews.checking import Case, NotTestedError, check, expect, some
from evce_acceptance.ews.messages import every, fields, has, listed, local, text
from evce_acceptance.ews.site import LISTS, children_of
from lxml import etree

UNKNOWN = "evce-acceptance no such item"
TYPES = frozenset({"folder", "server", "device", "structure", "service"})
_KEPT = ("Id", "Name", "Type")


def _ask(case: Case, content: str) -> list[etree._Element]:
    answer = case.server.good("GetContainerItems", content)
    return list(answer.iterfind("{*}GetContainerItemsItems/{*}ContainerItem"))


@check("containers.root")
def has_one_root(case: Case) -> None:
    forms = {"without a list": "", "with an empty list": listed("GetContainerItemsIds", ())}
    forms |= {"of an empty id": listed("GetContainerItemsIds", ("",))}
    forms |= {"of the root's own id": listed("GetContainerItemsIds", (case.site.tree.root,))}
    for form, content in forms.items():
        found = _ask(case, content)
        told = [f"{text(one, 'Id')} ({text(one, 'Type')})" for one in found]
        right = len(found) == 1 and text(found[0], "Id") == case.site.tree.root
        expect(right, f"GetContainerItems {form} was answered with {some(told) or 'nothing'}, not with the root alone.")
        expect(text(found[0], "Type").lower() == "server", f"The root {told[0]} is not of the type Server.")


@check("containers.lists")
def shows_empty_lists(case: Case) -> None:
    found = _ask(case, "")
    items = found[0].find("{*}Items") if found else None
    missing = [name for name in LISTS if items is None or not has(items, name)]
    expect(not missing, f"The root's Items hold no list {some(missing)}; each is there even when it is empty.")


@check("containers.unknown-id")
def answers_a_wrong_id_beside_a_right_one(case: Case) -> None:
    root = case.site.tree.root
    answer = case.server.good("GetContainerItems", listed("GetContainerItemsIds", (root, UNKNOWN)))
    found = [text(one, "Id") for one in answer.iterfind("{*}GetContainerItemsItems/{*}ContainerItem")]
    expect(found == [root], f"Asked for the root and an unknown id, GetContainerItems gave {some(found) or 'nothing'}.")
    errors = [text(row, "Id") for row in every(answer, "ErrorResult")]
    expect(errors == [UNKNOWN], f"The unknown id {UNKNOWN!r} has the error results {some(errors) or 'none'}.")


@check("containers.message")
def says_invalid_id(case: Case) -> None:
    answer = case.server.good("GetContainerItems", listed("GetContainerItemsIds", (UNKNOWN,)))
    said = [text(row, "Message") for row in every(answer, "ErrorResult")]
    expect(said == ["INVALID_ID"], f"The unknown id has the message {some(said) or 'none'}, not INVALID_ID.")


@check("containers.types")
def knows_types(case: Case) -> None:
    rows = [*case.site.tree.containers.values(), *case.site.tree.children["ContainerItem"]]
    odd = {text(row, "Id"): text(row, "Type") for row in rows if text(row, "Type").lower() not in TYPES}
    told = some(f"{id_} is {type_ or 'without a type'}" for id_, type_ in odd.items())
    expect(not odd, f"Containers are Folder, Server, Device, Structure or Service: {told}.")


@check("containers.named")
def names_every_child(case: Case) -> None:
    for kind, rows in case.site.tree.children.items():
        for row in rows:
            expect(
                text(row, "Id") and text(row, "Name"),
                f"A {kind} has the id {text(row, 'Id')!r}, the name {text(row, 'Name')!r}.",
            )


@check("containers.unique")
def lists_each_item_once(case: Case) -> None:
    tree = case.site.tree
    for id_, container in tree.containers.items():
        children = [text(child, "Id") for name in LISTS for child in children_of(container, name)]
        double = [child for child, count in Counter(children).items() if count > 1]
        expect(not double, f"The container {id_} lists {some(double)} more than once.")
    kinds: dict[str, str] = {}
    for kind, rows in tree.children.items():
        for row in rows:
            other = kinds.setdefault(text(row, "Id"), kind)
            expect(other == kind, f"{text(row, 'Id')} is the id of a {kind} and of a {other}.")


@check("containers.answered")
def answers_what_it_lists(case: Case) -> None:
    tree = case.site.tree
    expect(not tree.errors, f"Containers that lists name were answered by errors: {some(tree.errors)}.")
    lost = [id_ for id_ in tree.ids("ContainerItem") if id_ not in tree.containers] if tree.whole else []
    expect(not lost, f"Containers that lists name were not answered: {some(lost)}.")


@check("containers.agree")
def describes_a_container_alike(case: Case) -> None:
    tree = case.site.tree
    looked = 0
    for row in tree.children["ContainerItem"]:
        own = tree.containers.get(text(row, "Id"))
        if own is None:
            continue
        looked += 1
        for name in _KEPT:
            expect(
                text(own, name) == text(row, name),
                f"{text(row, 'Id')} has the {name} {text(row, name)!r} in its parent's list, "
                f"{text(own, name)!r} by itself.",
            )
    if not looked:
        raise NotTestedError("the tree has one container")


@check("containers.same-again")
def answers_alike_again(case: Case) -> None:
    id_ = max(case.site.tree.containers, key=lambda one: len(case.site.tree.containers[one].findall("{*}Items/*/*")))
    first, again = ([_shape(one) for one in _ask(case, listed("GetContainerItemsIds", (id_,)))] for _ in range(2))
    expect(first == again, f"The container {id_} was answered otherwise when it was asked for again.")


def _shape(container: etree._Element) -> list[tuple[str, str]]:
    return [(local(child), text(child, "Id")) for name in LISTS for child in children_of(container, name)]


@check("containers.paging")
def pages_lead_to_an_end(case: Case) -> None:
    answer = case.server.good("GetContainerItems", "")
    more = text(answer, "GetContainerItemsStatus/MoreDataAvailable")
    if more in ("true", "1"):
        reference = text(answer, "GetContainerItemsStatus/MoreDataRef")
        expect(reference, "GetContainerItems says that there is more data, and gives no MoreDataRef.")
        parameter = f"<GetContainerItemsParameter>{fields(MoreDataRef=reference)}</GetContainerItemsParameter>"
        case.server.good("GetContainerItems", parameter)
        return
    reference = text(answer, "GetContainerItemsStatus/MoreDataRef")
    expect(
        not reference, f"GetContainerItems says that there is no more data, and gives the MoreDataRef {reference!r}."
    )


@check("containers.complete")
def lists_what_others_refer_to(case: Case) -> None:
    known = set(case.site.tree.parents)
    if not case.site.tree.whole:
        raise NotTestedError("the tree is larger than what is looked at")
    rows = [row for kind in ("HistoryItem", "AlarmItem") for row in case.site.tree.children[kind]]
    lost = {text(row, "Id"): text(row, "ValueItemId") for row in rows if text(row, "ValueItemId") not in {"", *known}}
    told = some(f"{one} refers to {other}" for one, other in lost.items())
    expect(not lost, f"No container lists the value item to which a history or alarm refers: {told}.")
