"""Lists of measures and workbook tables as nobody should write them, drawn at random."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from hypothesis import strategies as st

from xl_addin.layout import DataNotes, Measures, Settings
from xl_addin.table import CellError, CellValue, Sheets
from xl_addin.values import replace

ODD_TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "M1", "m1", "M 1", "М1", "M2", "percentage", "Percentage ", "number", "ratio"]
        + ["higher is better", "LOWER IS BETTER", "up", "yes", "no", "=1+1", "#REF!", "[note 1]"]
        + ["x" * 40_000, "a\nb", "🙂", "\u200f", "Jun 2015", "1", "-1", "1e9", "nan", "0.5"]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10),
)
ODD_VALUES = st.one_of(
    ODD_TEXTS, st.integers(), st.floats(), st.booleans(), st.lists(st.integers(), max_size=2)
)
KEYS = ["ref", "area", "description", "key_heading", "unit", "polarity", "decimals", "key"]
KEYS += ["numerator", "denominator", "owner", "definition", "colour"]
SOUND = {
    "unit": st.sampled_from(["number", "percentage"]),
    "polarity": st.sampled_from(["", "higher is better", "lower is better"]),
    "decimals": st.integers(0, 6),
    "key": st.booleans(),
    "numerator": st.sampled_from(["", "M1", "M2", "M3"]),
    "denominator": st.sampled_from(["", "M1", "M2"]),
    "area": st.text("abc ", max_size=8),
}


@st.composite
def measures(draw: st.DrawFn) -> dict[str, object]:
    """A measure that is sound in most things."""
    ref = draw(st.sampled_from(["M1", "M2", "M3", "LAC5-QL", "m1", "CP 1"]))
    entry: dict[str, object] = {"ref": ref, "description": f"What {ref} counts"}
    for key in draw(st.lists(st.sampled_from(list(SOUND)), max_size=4, unique=True)):
        entry[key] = draw(SOUND[key])
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=1)):
        entry[key] = draw(ODD_VALUES)
    for key in draw(st.sampled_from([[], [], [], [], [], ["ref"], ["description"]])):
        entry.pop(key, None)
    return entry


LISTS = st.lists(measures(), max_size=6)


def written_list(entries: list[dict[str, object]], title: object = "Monthly dataset") -> str:
    """Measures as a TOML document."""
    lines = [f"title = {_toml(title)}"]
    for entry in entries:
        lines += ["[[measure]]", *(f"{key} = {_toml(value)}" for key, value in entry.items())]
    return "\n".join(lines)


def _toml(value: object) -> str:
    if isinstance(value, float):
        return {"inf": "inf", "-inf": "-inf", "nan": "nan"}.get(repr(value), repr(value))
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


ODD_CELLS: st.SearchStrategy[CellValue] = st.one_of(
    ODD_TEXTS,
    st.none(),
    st.integers(-3, 10**6).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.sampled_from([datetime(2015, 6, 1, 12), CellError("#REF!"), CellError("#N/A")]),
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from([Settings.TABLE, Measures.TABLE, DataNotes.TABLE]),
        st.integers(0, 30),
        st.integers(0, 30),
        ODD_CELLS,
    ),
    min_size=1,
    max_size=4,
)


def with_changes(sheets: Sheets, changes: list[tuple[str, int, int, CellValue]]) -> Sheets:
    """A workbook after someone wrote into cells of its tables."""
    tables: Mapping[str, object] = dict(sheets.tables)
    for name, row, column, value in changes:
        table = tables[name]
        rows = [list(cells) for cells in table.rows]
        cells = rows[row % len(rows)]
        cells[column % len(cells)] = value
        tables = {**tables, name: replace(table, rows=tuple(map(tuple, rows)))}
    return replace(sheets, tables=tables)
