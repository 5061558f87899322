"""Which folder of a connector's tree is what by the guide's tree alone, where no controller is asked.

EVCE Zones > zone > station > Connector-N: what a folder is follows from where it stands, who it is from the ids that it
shows. Nothing is known of what should be there and is not.
"""

from __future__ import annotations

from collections import defaultdict

from ebo_simulator import Folder
from evce_acceptance.checks.matching import LOGS, ZONES, Matched, shown
from evce_acceptance.site.objects import Json

LEVELS = ("zone", "station", "connector")
IDS = {"zone": "ZoneId", "station": "StationId"}
"""What an object is known by on the whole site."""
NAMED_BY = {"zone": "ZoneName", "station": "StationOCPPIdentifier"}
"""With what the name of a folder begins; a number may follow, where two have one name."""
NOT_IN_NAMES = "/"
"""What a product may have to replace in the name of a folder, for paths are written with it."""


def placed(root: Folder) -> Matched:
    """Take each folder for what stands at its place in the guide's tree; numbers stand for the controller's ids."""
    found = Matched()
    top = next((folder for folder in root.walk() if folder.name == ZONES), None)
    if top is None:
        found.missing.append(f"{ZONES}, the folder that holds everything")
        return found
    found.folders["site", 0] = top
    folders = [top]
    for level in LEVELS:
        folders = [below for folder in folders for below in folder.folders if below.name != LOGS]
        found.folders |= {(level, number): folder for number, folder in enumerate(folders, 1)}
    return found


def told_by(folder: Folder) -> Json:
    """Return what a folder's own items say of its object, as far as labels depend on it."""
    return {"dc": shown(folder, "ConnectorIsDC") == "True", "ocppIdentifier": shown(folder, "StationOCPPIdentifier")}


def wrongly_placed(matched: Matched) -> dict[str, str]:
    """Find folders whose own ids and names do not say that they are what stands there, each once."""
    found = dict.fromkeys(matched.missing, "is not in the tree") | _without_own_ids(matched) | _otherwise_named(matched)
    for _, folder in matched.of("connector"):
        number = shown(folder, "LogicalConnector")
        if folder.name != f"Connector-{number}":
            found[folder.path] = f"shows {number or 'nothing'} as its LogicalConnector"
    return found


def _without_own_ids(matched: Matched) -> dict[str, str]:
    found: dict[str, str] = {}
    for level, name in IDS.items():
        seen: dict[str, list[Folder]] = defaultdict(list)
        for _, folder in matched.of(level):
            if id_ := shown(folder, name):
                seen[id_].append(folder)
            elif id_ is None:
                found[folder.path] = f"is no {level}: it has no {name}"
        for id_, folders in seen.items():
            if len(folders) > 1:
                others = " and ".join(folder.path for folder in folders)
                found |= {f"{one.path}/{name}": f"{id_} is shown by {others}" for one in folders}
    return found


def _otherwise_named(matched: Matched) -> dict[str, str]:
    found: dict[str, str] = {}
    for level, name in NAMED_BY.items():
        for _, folder in matched.of(level):
            word = shown(folder, name)
            if word and NOT_IN_NAMES not in word and not folder.name.startswith(word.strip()):
                found[f"{folder.path}/{name}"] = f"shows {word!r}, which the folder is not called by"
    return found
