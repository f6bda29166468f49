"""The list of measures a new workbook starts with: measures.toml, or an officer's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from xl_addin.errors import CatalogueRefused, Problem
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.sources.measure_list import read_measure_list

DEFAULT = "measures.toml"
MOST_DECIMALS = 6

_TEXTS = (
    "ref",
    "area",
    "description",
    "key_heading",
    "unit",
    "polarity",
    "numerator",
    "denominator",
    "owner",
    "definition",
    "control_limits",
    "sum_of",
    "inflow",
    "outflow",
    "upper_bound",
    "shown_without_counts",
)
NO_TITLE = ""
_KNOWN = (*_TEXTS, "decimals", "key")


def read_catalogue(path: Path | None = None) -> tuple[str, Catalogue]:
    """Read a dataset's title and its measures; with no path, those of measures.toml.

    A path may be TOML, or a table in a workbook or CSV file, which has no title.

    Raises CatalogueRefused, listing every problem, when the file cannot be read, is not TOML,
    has no title, or a measure is not as it must be.
    """
    if path is not None and path.suffix.lower() != ".toml" and path.is_file():
        return NO_TITLE, read_measure_list(path)
    name = path.name if path else DEFAULT
    document = _parse(name, _read_text(name, path))
    problems = list(_document_problems(name, document))
    if problems:
        raise CatalogueRefused(problems)
    try:
        catalogue = Catalogue(tuple(_measure(entry) for entry in document["measure"]))
    except CatalogueRefused as refusal:
        raise CatalogueRefused(
            Problem(f"{name}, {p.place}", p.found, p.remedy) for p in refusal.problems
        ) from refusal
    return document.get("title", NO_TITLE).strip(), catalogue


def _read_text(name: str, path: Path | None) -> str:
    try:
        source = path or files("xl_addin") / DEFAULT
        return source.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problem = Problem(name, "There is no such file.", "Check its name and its folder.")
    except OSError as refusal:
        remedy = "Close it elsewhere, or ask for the right to read it."
        problem = Problem(name, f"It cannot be read ({refusal.strerror}).", remedy)
    except UnicodeDecodeError:
        remedy = "Save it as UTF-8 text (in Notepad: Save as, Encoding UTF-8)."
        problem = Problem(name, "It is not UTF-8 text.", remedy)
    raise CatalogueRefused([problem])


def _parse(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as refusal:
        remedy = (
            'A line is a name, "=" and a value, such as ref = "M1"; text stands in double quotes, '
            "and each measure begins with [[measure]]. A list kept in Excel belongs in the sheet "
            "Measures of the workbook."
        )
        found = f"It is not a list of measures that can be read ({refusal})."
        raise CatalogueRefused([Problem(name, found, remedy)]) from refusal


def _document_problems(name: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    for key in document.keys() - {"title", "measure"}:
        yield Problem(name, f"“{key}” is not known here.", "Write title and [[measure]] only.")
    title = document.get("title", NO_TITLE)
    if title != NO_TITLE and not (isinstance(title, str) and title.strip()):
        yield Problem(name, "The title is not a text.", 'Write title = "…", or leave it out.')
    entries = document.get("measure", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        yield Problem(name, "The measures cannot be read.", "Begin each one with [[measure]].")
        return
    if not entries:
        yield Problem(name, "It lists no measure.", "Give each measure a [[measure]] of its own.")
    for number, entry in enumerate(entries, 1):
        yield from _entry_problems(_place(name, number, entry), entry)


def _place(name: str, number: int, entry: Mapping[str, Any]) -> str:
    ref = entry.get("ref")
    return f"{name}, measure {number}" + (f" ({ref})" if isinstance(ref, str) and ref else "")


def _entry_problems(place: str, entry: Mapping[str, Any]) -> Iterator[Problem]:
    for key in entry:
        if key not in _KNOWN:
            yield Problem(place, f"“{key}” is not known.", f"Known are: {', '.join(_KNOWN)}.")
    for key in _TEXTS:
        if not isinstance(entry.get(key, ""), str):
            yield Problem(place, f"{key} is {entry[key]!r}, not text.", "Put it in double quotes.")
    for key in ("ref", "description"):
        if not entry.get(key, ""):
            yield Problem(place, f"{key} is missing.", f'Write {key} = "…".')
    yield from _choice_problems(place, entry)
    yield from _value_problems(place, entry)


def _choice_problems(place: str, entry: Mapping[str, Any]) -> Iterator[Problem]:
    choices = {"unit": [unit.value for unit in Unit], "polarity": [p.value for p in Polarity]}
    for key, known in choices.items():
        given = entry.get(key, known[-1])
        if isinstance(given, str) and given not in known:
            listed = " or ".join(f'"{choice}"' for choice in known if choice)
            yield Problem(place, f"{key} is “{given}”.", f"Write {listed}, or leave it out.")


def _value_problems(place: str, entry: Mapping[str, Any]) -> Iterator[Problem]:
    decimals, key = entry.get("decimals", 0), entry.get("key", False)
    if type(decimals) is not int or not 0 <= decimals <= MOST_DECIMALS:
        remedy = f"Write a whole number from 0 to {MOST_DECIMALS}."
        yield Problem(place, f"decimals is {decimals!r}.", remedy)
    if not isinstance(key, bool):
        yield Problem(place, f"key is {key!r}.", "Write true, or leave it out.")


def _measure(entry: Mapping[str, Any]) -> Measure:
    texts = {key: entry.get(key, "").strip() for key in _TEXTS}
    return Measure(
        **{
            **texts,
            "area": texts["area"],
            "unit": Unit.read(entry.get("unit", "")) or Unit.NUMBER,
            "polarity": Polarity(entry.get("polarity", Polarity.NEUTRAL)),
            "decimals": entry.get("decimals", 0),
            "key": entry.get("key", False),
        }
    )
