"""The languages of Excel: what FormulaLocal, NumberFormatLocal and NameLocal say.

Formula, NumberFormat and Name are English in every one of them (Microsoft, "Range.FormulaLocal",
"Range.NumberFormatLocal"; the German words from Excel's own list of functions).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Language:
    decimal: str
    thousands: str
    separator: str
    reserved_sheet: str
    """The name that no sheet may have (XlsxWriter #688); blank where it is not known here."""

    functions: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    general: str = "General"

    def name(self, english: str) -> str:
        return self.names.get(english, english)

    def formula(self, english: str) -> str:
        """A formula in this language; what stands in quotes stays."""
        if not english.startswith("="):
            return english.replace(".", self.decimal) if _NUMBER.fullmatch(english) else english
        parts = re.split(r'("[^"]*"|\'[^\']*\')', english)
        return "".join(p if p[:1] in "\"'" and p else self._translated(p) for p in parts)

    def _translated(self, part: str) -> str:
        part = part.replace(",", self.separator)
        part = re.sub(r"(?<=\d)\.(?=\d)", self.decimal, part)
        return re.sub(r"[A-Z][A-Z0-9.]*(?=\()", lambda m: self.functions.get(m[0], m[0]), part)

    def number_format(self, english: str) -> str:
        """A number format in this language; what stands in quotes stays."""
        if english == "General":
            return self.general
        swap = {".": self.decimal, ",": self.thousands, **self.letters}
        parts = re.split(r'("[^"]*")', english)
        return "".join(p if p.startswith('"') else _swapped(p, swap) for p in parts)


_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def _swapped(text: str, swap: dict[str, str]) -> str:
    return "".join(swap.get(letter, letter) for letter in text)


LANGUAGES = {
    "en": Language(".", ",", ",", "History"),
    "de": Language(
        ",",
        ".",
        ";",
        "",
        {
            "IF": "WENN", "IFERROR": "WENNFEHLER", "SUM": "SUMME", "AVERAGE": "MITTELWERT",
            "MAX": "MAX", "INDEX": "INDEX", "MATCH": "VERGLEICH", "COUNT": "ANZAHL",
            "ROUND": "RUNDEN", "ISNUMBER": "ISTZAHL", "AND": "UND", "OR": "ODER", "TEXT": "TEXT",
        },
        {"Print_Area": "Druckbereich", "Print_Titles": "Drucktitel"},
        {"d": "T", "y": "J"},
        "Standard",
    ),
}  # fmt: skip
