"""The documents as a site: each is in it, its links lead somewhere, and it asks no other host for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "reference/docs/site"
PATIENCE = 120
"""Seconds that a busy machine may take for the whole site; a quiet one takes four."""
pytestmark = [pytest.mark.once, pytest.mark.no_cover]  # Sphinx runs, and nothing of ours
FETCHED = "//script/@src | //img/@src | //iframe/@src | //source/@src | //link[@rel != 'canonical']/@href"
"""What a browser asks for by itself when it shows a page."""
FETCHED_BY_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?([^'\")\s;]+)")
DEAD = {
    "link": ("[gone](GONE.md)", "GONE.md"),
    "link into a folder": ("[gone](reference/gone.toml)", "reference/gone.toml"),
    "anchor": ("[gone](#gone)", "gone"),
    "anchor of another document": ("[gone](OTHER.md#gone)", "gone"),
    "picture": ("![gone](gone.png)", "gone.png"),
}


def build(documents: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Make the site of documents as `nox -s site` does."""
    anew = ("--fail-on-warning", "--keep-going", "--fresh-env", "--quiet", "--no-color")
    there = ("-c", str(SETTINGS), "-d", str(folder.parent / "read"), str(documents), str(folder))
    return subprocess.run(  # noqa: S603 - our own site
        [sys.executable, "-m", "sphinx", *anew, *there],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def documents() -> list[str]:
    """Return the Markdown documents of the repository, without what the forge alone shows."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return [name.removesuffix(".md") for name in listed.stdout.splitlines() if not name.startswith(".")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents") / "site"
    built = build(ROOT, folder)
    assert built.returncode == 0, built.stderr
    return folder


def pages(site: Path) -> Iterator[tuple[Path, html.HtmlElement]]:
    for file in sorted(site.rglob("*.html")):
        yield file, html.fromstring(file.read_bytes())


def test_each_document_is_in_the_site(site: Path) -> None:
    assert len(documents()) > 20
    assert [name for name in documents() if not (site / f"{name}.html").is_file()] == []


def test_each_document_is_found_in_the_navigation_of_the_first_page(site: Path) -> None:
    first = html.fromstring((site / "README.html").read_bytes())
    offered = {link.get("href") for tree in first.find_class("sidebar-tree") for link in tree.iter("a")}

    assert [name for name in documents() if name != "README" and f"{name}.html" not in offered] == []


def test_the_folder_opens_with_the_first_document(site: Path) -> None:
    assert "url=README.html" in (site / "index.html").read_text(encoding="utf-8")


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    asked = [(file.name, str(address)) for file, page in pages(site) for address in page.xpath(FETCHED)]
    asked += [
        (file.name, address)
        for file in site.rglob("*.css")
        for address in FETCHED_BY_STYLE.findall(file.read_text(encoding="utf-8"))
        if not address.startswith("data:")
    ]

    assert asked
    assert [(name, address) for name, address in asked if urlsplit(address).netloc or urlsplit(address).scheme] == []


def test_each_link_of_each_page_leads_to_what_is_there(site: Path) -> None:
    """Sphinx judges the documents; this judges what became of them, and of the theme's own links."""
    dead = []
    for file, page in pages(site):
        for link in {str(link) for link in page.xpath("//a/@href | //img/@src")}:
            address = urlsplit(link)
            there = (file.parent / unquote(address.path)).resolve() if address.path else file
            if not address.scheme and not there.exists():
                dead.append((file.name, link))
            elif not address.scheme and address.fragment and there.suffix == ".html":
                named = html.fromstring(there.read_bytes()).xpath("//*[@id=$name]", name=unquote(address.fragment))
                dead += [] if named else [(file.name, link)]

    assert dead == []


@pytest.mark.parametrize(("text", "named"), DEAD.values(), ids=DEAD)
def test_what_leads_nowhere_fails_the_site_and_is_named(tmp_path: Path, text: str, named: str) -> None:
    root = tmp_path / "documents"
    root.mkdir()
    (root / "OTHER.md").write_text("# Other\n", encoding="utf-8")
    (root / "README.md").write_text(f"# First\n\n{text}\n", encoding="utf-8")
    built = build(root, tmp_path / "site")

    assert built.returncode == 1
    assert f"{root / 'README.md'}:3: WARNING:" in built.stderr
    assert named in built.stderr


def test_documents_that_lead_somewhere_make_a_site(tmp_path: Path) -> None:
    root = tmp_path / "documents"
    (root / "folder").mkdir(parents=True)
    (root / "OTHER.md").write_text("# Other\n\n## 2. A part, with a comma\n", encoding="utf-8")
    links = "[part](OTHER.md#2-a-part-with-a-comma), [folder](folder), [own](#first)"
    (root / "README.md").write_text(f"# First\n\n{links}\n", encoding="utf-8")
    built = build(root, tmp_path / "site")

    assert (built.returncode, built.stderr) == (0, "")
