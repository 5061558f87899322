"""Words of other languages: every file says the same kinds of things, and is known with accents and without."""

from __future__ import annotations

import pytest
from evce_connector.probe.dialect import lexicon, names
from evce_connector.probe.dialect.names import concepts_of, languages, meanings, plain

LANGUAGES = sorted(languages())
TABLES = {"ambiguous", "none", "concepts", "nouns", "pages", "said", "pairs", "suspended", "phases"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_words_for_all_that_a_site_says(language: str) -> None:
    table = languages()[language]
    assert set(table) == TABLES
    assert set(table["concepts"]) <= set(meanings()["concepts"])
    lacking = {"current", "power", "energy", "wiring", "zone", "station", "plug", "max", "reduction", "serial", "time"}
    assert lacking - set(table["concepts"]) == set()
    assert set(table["said"]["status"]) == set(meanings()["said"]["status"])
    assert set(table["nouns"]) == {"system", "zones", "stations", "connectors", "around"}
    assert set(table["pages"]) == {"size", "number", "offset"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_words_are_as_words_are_compared(language: str) -> None:
    table = languages()[language]
    words = [word for part in ("concepts", "phases") for known in table[part].values() for word in known]
    words += [word for kinds in table["said"].values() for known in kinds.values() for word in known]
    assert [word for word in words if word != plain(word)] == []


@pytest.mark.parametrize(
    ("spelled", "concept"),
    [
        ("prąd_dop", "max"), ("prad_dop", "current"), ("Słupek", "station"), ("slupka", "station"),
        ("ström", "current"),
        ("strom", "current"), ("märkström", "max"), ("potência_máxima", "power"), ("potencia_maxima", "max"),
        ("výkon", "power"), ("vykon", "power"), ("proud", "current"), ("måleverdi", "measured"), ("virta", "current"),
        ("effekt", "power"), ("nabíječka", "station"), ("nabijecka", "station"), ("ladestasjon", "station"),
    ],
)  # fmt: skip
def test_a_word_is_known_with_its_accents_and_without(spelled: str, concept: str) -> None:
    assert concept in concepts_of(spelled)[0]


@pytest.mark.parametrize("word", ["dopuszczalnego", "ladowarkach", "zabezpieczeniem", "nabijeckou"])
def test_another_form_of_a_word_is_known_and_is_worth_less_than_the_word(word: str) -> None:
    concepts, unknown = concepts_of(word)
    assert concepts
    assert unknown == 0.5


def test_a_word_that_two_languages_have_means_what_it_does_in_the_one_that_is_spoken() -> None:
    spanish = ("libre", "cargando", "carga terminada", "averiado")
    assert lexicon.language_of(spanish, "status") == "spanish"
    assert lexicon.of_language("spanish", "status")["terminada"] == "finishing"
    assert "carga" not in lexicon.of_language("spanish", "status")


def test_english_words_are_no_other_form_of_foreign_ones() -> None:
    assert "current" not in concepts_of("currently")[0]
    assert names.spoken("max") == frozenset()
