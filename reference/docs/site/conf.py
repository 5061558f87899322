"""Makes a site of the repository's documents with Sphinx: `nox -s site` writes it to build/site.

The documents are read where they stand and as they are; what they link to is found as the forge finds it. The site asks
no other host for anything, so that it can be read where there is no network, from a folder too.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

REFERENCE = Path(__file__).parents[2]
NAVIGATION = {
    "Run it": (
        "reference/HOSTING",
        "reference/COMMANDS",
        "reference/CONFIGURATION",
        "reference/POINTS",
        "reference/COVERAGE",
        "reference/PROFILES",
        "reference/REPLACING",
        "features/FAILURES",
        "SECURITY",
        "CHANGELOG",
    ),
    "Simulate": (
        "simulators/evce_simulator/README",
        "simulators/evce_simulator/docs/COVERAGE",
        "simulators/evce_simulator/docs/DIALECTS",
        "simulators/ebo_simulator/README",
    ),
    "Accept a site": ("features/ACCEPTANCE", "features/TRACEABILITY", "features/MUTANTS"),
    "Develop": (
        "CONTRIBUTING",
        "reference/docs/architecture",
        "reference/docs/decisions",
        "reference/docs/ews",
        "reference/docs/glossary",
        "reference/docs/writing-a-processor",
        "load/README",
    ),
}
"""By who comes. A document that is not there is left out, and one that no row has stands under FURTHER."""
FURTHER = "Further"

ENTRANCE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>evce-connector</title>
<meta http-equiv="refresh" content="0; url=README.html">
"""

project = "evce-connector"
root_doc = "README"
extensions = ["myst_parser"]
include_patterns = ["*.md", "reference/**.md", "features/**.md", "load/**.md", "simulators/**.md", "docs/**.md"]
exclude_patterns = [".*", "build", "dist", "tests"]
myst_heading_anchors = 6  # each heading has the anchor that the forge gives it
smartquotes = False  # what is quoted, and two dashes of an option, stay as they are typed
highlight_language = "text"  # a block says what it is written in, or is shown as it is
suppress_warnings = ["misc.highlighting_failure"]  # CSV has no colours, and psql's own commands are no SQL

html_theme = "furo"  # has its fonts and scripts with it, and fits a telephone
html_title = project
html_favicon = str(REFERENCE / "evce_connector/portal/static/icon.svg")
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_use_index = False


def add_navigation(app: Sphinx, name: str, source: list[str]) -> None:
    """Let the first document hold the navigation, where nobody sees it: its text in the repository stays as it is."""
    if name != root_doc:
        return
    found = app.env.found_docs - {root_doc}
    named = {one for row in NAVIGATION.values() for one in row}
    for caption, row in {**NAVIGATION, FURTHER: tuple(sorted(found - named))}.items():
        entries = "\n".join(f"/{one}" for one in row if one in found)
        if entries:
            source[0] += f"\n\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{entries}\n```\n"


def show_folders_as_text(app: Sphinx, document: nodes.document) -> None:
    """Show the words of links to folders: the forge lists what is in one, and a site has nothing that does."""
    beside = Path(app.env.doc2path(app.env.docname)).parent
    for link in list(document.findall(pending_xref)):
        if link["reftype"] == "myst" and (beside / link["reftarget"]).is_dir():
            link.replace_self(link.children)


def add_entrance(app: Sphinx, failure: Exception | None) -> None:
    """Let whoever opens the folder come to the first document."""
    if failure is None:
        (Path(app.outdir) / "index.html").write_text(ENTRANCE, encoding="utf-8", newline="\n")


def setup(app: Sphinx) -> None:
    """Say to Sphinx when the above is due."""
    app.connect("source-read", add_navigation)
    app.connect("doctree-read", show_folders_as_text)
    app.connect("build-finished", add_entrance)
