"""The workbook as officers mean it, read from its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter

from xl_addin.dataset.derived import is_number
from xl_addin.dataset.editions import PRESENT, completed, edition_of, newer_problem, tables_of
from xl_addin.dataset.history import History, Revision
from xl_addin.dataset.key_measures import settled
from xl_addin.dataset.page import is_month_heading
from xl_addin.dataset.renames import (
    NOTHING_CARRIED,
    Carried,
    carried_revisions,
    find_renames,
    renamed,
    retired_refs,
)
from xl_addin.dataset.settings import Settings, read_settings
from xl_addin.dataset.signal_charts import settled_charts
from xl_addin.errors import (
    PUT_BACK,
    CatalogueRefused,
    MonthUnreadable,
    Problem,
    WorkbookRefused,
)
from xl_addin.layout import Dataset, Measures, Name
from xl_addin.layout import History as Columns
from xl_addin.layout import Settings as SettingsTable
from xl_addin.measure import Catalogue, Measure, Polarity, Unit
from xl_addin.observation import Observation
from xl_addin.period import MONTHS_SHOWN, Month
from xl_addin.table import CellError, CellValue, Sheets, Table, is_blank, text_of
from xl_addin.values import field, replace, value_type


@value_type
class Workbook:
    """What a workbook says.

    ``month`` is the month shown, None before the first refresh. ``slots`` are the refs of the
    charts, as Measures leaves them, ``charted`` the cells behind them, by name. ``tables`` are all
    tables as read, for what keeps its own form; what an older ``edition`` lacks is blank in them.
    ``log_end`` is what it says of the log's end, None where it has no place for that.
    A measure that was renamed has its present ref in all of this; ``carried`` is what is to be
    written for that. ``return_month`` stands above the table of the monthly return.
    """

    title: str
    month: Month | None
    catalogue: Catalogue
    history: History
    settings: Settings
    slots: tuple[str, ...]
    tables: Mapping[str, Table]
    edition: int = PRESENT
    charted: Mapping[str, tuple[tuple[CellValue, ...], ...]] = field(default_factory=dict)
    carried: Carried = NOTHING_CARRIED
    log_end: str | None = None
    return_month: CellValue = None
    signal_slots: tuple[str, ...] = ()

    @property
    def dataset(self) -> Table:
        """The page, with the refs that Measures has now."""
        return self.tables[Dataset.TABLE]

    @property
    def month_headings(self) -> tuple[str, ...]:
        """The headings of the 13 month columns as they stand."""
        return tuple(filter(is_month_heading, self.dataset.headings))


def parse_workbook(sheets: Sheets) -> Workbook:
    """Make sense of a workbook's tables.

    Raises WorkbookRefused with every problem: a table or column that is not there, measures or
    settings that cannot be read, a row of History that is not whole; and for a newer edition.
    """
    sheets, edition = _complete(sheets)
    settings, problems = read_settings(sheets.tables[SettingsTable.TABLE])
    catalogue, in_measures = read_catalogue(sheets.tables[Measures.TABLE])
    history, in_history = read_history(sheets.tables[Columns.TABLE])
    month, in_month = _month_shown(sheets)
    problems += [*in_measures, *in_history, *in_month]
    if problems or catalogue is None:
        raise WorkbookRefused(problems)
    catalogue, carried = _carried(sheets, catalogue, history)
    return Workbook(
        text_of(_first(sheets, Name.TITLE)),
        month,
        catalogue,
        history.grown(carried.revisions),
        settings,
        settled(catalogue, chosen(carried.slots, carried)),
        {**sheets.tables, Dataset.TABLE: renamed(carried.page, carried.renames)},
        edition,
        {name: sheets.names[name] for name in Name.CHARTED if name in sheets.names},
        carried,
        text_of(_first(sheets, Name.LOG_END)) if Name.LOG_END in sheets.names else None,
        _first(sheets, Name.RETURN_MONTH),
        settled_charts(catalogue, chosen(carried.signal_slots, carried)),
    )


def without_record(workbook: Workbook) -> Workbook:
    """A workbook once all is decided: its recorded figures take more memory than all the rest."""
    record = replace(workbook.tables[Columns.TABLE], rows=())
    return replace(workbook, history=History(), tables={**workbook.tables, Columns.TABLE: record})


def _complete(sheets: Sheets) -> tuple[Sheets, int]:
    """All that a workbook of its edition has, with what later ones added left blank; the edition.

    Raises WorkbookRefused for a newer edition, and where something is not there.
    """
    if (edition := edition_of(sheets)) > PRESENT:
        raise WorkbookRefused([newer_problem(edition)])
    if problems := list(_missing_parts(sheets.tables, edition)):
        raise WorkbookRefused(problems)
    return completed(sheets), edition


def chosen(slots: Iterable[str], carried: Carried) -> tuple[str, ...]:
    """The refs chosen for charts as they stand, renamed measures by their present refs."""
    return tuple(carried.renames.get(ref, ref) for ref in slots)


def _carried(sheets: Sheets, catalogue: Catalogue, history: History) -> tuple[Catalogue, Carried]:
    """The measures and those that left; page, charts and what renamed measures take along."""
    page = sheets.tables[Dataset.TABLE]
    renames = find_renames(page, catalogue, history)
    shown = tuple(map(text_of, sheets.names.get(Name.SIGNAL_REFS, ((),))[0]))
    # What shows a choice is a formula: in a file nobody may have worked it out since.
    of_signals = _slots(sheets, Name.signal_measure) or shown
    of_keys = _slots(sheets, Name.key_measure)
    carried = Carried(page, of_keys, of_signals, renames, carried_revisions(history, renames))
    return replace(catalogue, retired=retired_refs(catalogue, history, renames)), carried


def _missing_parts(tables: Mapping[str, Table], edition: int) -> Iterator[Problem]:
    for name, columns in tables_of(edition).items():
        if name not in tables:
            yield Problem("Workbook", f"The table “{name}” is not there.", PUT_BACK)
            continue
        for column in columns:
            if column not in tables[name].headings:
                yield Problem(f"Table {name}", f"The column “{column}” is not there.", PUT_BACK)
    if Dataset.TABLE in tables:
        yield from _month_heading_problems(tables[Dataset.TABLE])


def _month_heading_problems(table: Table) -> Iterator[Problem]:
    headings = [heading for heading in table.headings if is_month_heading(heading)]
    if tuple(headings) == Dataset.UNNAMED_MONTHS:
        return
    months = [Month.parse(h) for h in headings if h not in Dataset.UNNAMED_MONTHS]
    if len(headings) == len(months) == MONTHS_SHOWN and list(months[-1].window()) == months:
        return
    yield Problem(
        f"Table {table.name}",
        f"{MONTHS_SHOWN} consecutive month headings are expected; found: {', '.join(headings)}.",
        "Put the headings back as they were (Jun 2014, Jul 2014, …).",
    )


def _month_shown(sheets: Sheets) -> tuple[Month | None, list[Problem]]:
    headings = [h for h in sheets.tables[Dataset.TABLE].headings if is_month_heading(h)]
    if headings[-1] in Dataset.UNNAMED_MONTHS:
        return None, []
    shown = Month.parse(headings[-1])
    under_title = _first(sheets, Name.MONTH)
    if isinstance(under_title, date) and Month.of(under_title) != shown:
        found = f"It says {Month.of(under_title).label}, but the last column is {shown.label}."
        remedy = f"Write 01/{shown.month:02}/{shown.year} under the title."
        return shown, [Problem("Dataset, month under the title", found, remedy)]
    return shown, []


def _first(sheets: Sheets, name: str) -> CellValue:
    values = sheets.names.get(name, ())
    return values[0][0] if values and values[0] else None


def _slots(sheets: Sheets, choice: Callable[[int], str]) -> tuple[str, ...]:
    """The refs in the cells that choose the measures of charts, named by ``choice``."""
    slots: list[str] = []
    while (name := choice(len(slots) + 1)) in sheets.names:
        slots.append(text_of(_first(sheets, name)))
    return tuple(slots)


def read_catalogue(table: Table) -> tuple[Catalogue | None, list[Problem]]:
    """The catalogue the Measures table holds, and every problem in it."""
    measures: list[Measure] = []
    problems: list[Problem] = []
    for place, record in table.records():
        measure, found = _read_measure(place, record)
        measures.append(measure)
        problems += found
    try:
        return Catalogue(tuple(measures)), problems
    except CatalogueRefused as refusal:
        return None, [*problems, *refusal.problems]


def _read_measure(place: str, record: Mapping[str, CellValue]) -> tuple[Measure, list[Problem]]:
    text = {heading: text_of(record[heading]) for heading in Measures.COLUMNS}
    problems = [
        Problem(place, f"{heading} shows {cell}.", "Write a value instead.")
        for heading, cell in record.items()
        if isinstance(cell, CellError)
    ]
    problems += _ref_problems(place, record[Measures.REF])
    unit = Unit.read(text[Measures.UNIT])
    polarity = text[Measures.POLARITY].lower()
    decimals = text[Measures.DECIMALS] or "0"
    if unit is None:
        found = f"Unit is “{text[Measures.UNIT]}”."
        problems.append(Problem(place, found, f"Choose {', '.join(Unit)}."))
    if polarity not in set(Polarity):
        remedy = "Choose higher is better, lower is better, or leave it blank."
        problems.append(Problem(place, f"Polarity is “{polarity}”.", remedy))
    if decimals not in set("0123456"):
        problems.append(Problem(place, f"Decimals is “{decimals}”.", "Write 0 to 6."))
    if problems or unit is None:
        return Measure(text[Measures.REF], "", ""), problems
    return _measure(text, unit, int(decimals), Polarity(polarity)), problems


def _ref_problems(place: str, ref: CellValue) -> Iterator[Problem]:
    """A ref that Excel keeps as a number or a date: as text, as it stands elsewhere, it is none."""
    if is_number(ref) or isinstance(ref, date):
        found = (
            f"Excel keeps the ref {text_of(ref)} as a number or a date: its look-ups do not find "
            "it as the text that it is elsewhere."
        )
        yield Problem(place, found, "Type it again with an apostrophe in front, such as '1.1.")


def _measure(text: Mapping[str, str], unit: Unit, decimals: int, polarity: Polarity) -> Measure:
    return Measure(
        ref=text[Measures.REF],
        area=text[Measures.AREA],
        description=text[Measures.DESCRIPTION],
        key_heading=text[Measures.KEY_HEADING],
        unit=unit,
        decimals=decimals,
        polarity=polarity,
        numerator=text[Measures.NUMERATOR],
        denominator=text[Measures.DENOMINATOR],
        key=text[Measures.KEY].lower() in ("yes", "true"),
        owner=text[Measures.OWNER],
        definition=text[Measures.DEFINITION],
        control_limits=text[Measures.LIMITS],
        sum_of=text[Measures.SUM_OF],
        inflow=text[Measures.INFLOW],
        outflow=text[Measures.OUTFLOW],
        upper_bound=text[Measures.UPPER_BOUND],
        shown_without_counts=text[Measures.SHOWN],
    )


def read_history(table: Table) -> tuple[History, list[Problem]]:
    """What the History table has recorded, and every row of it that is not whole."""
    in_order = itemgetter(*(table.headings.index(heading) for heading in Columns.COLUMNS))
    read_revision = _RevisionReader()
    problems: list[Problem] = []
    revisions: list[Revision] = []
    for number, row in enumerate(table.rows, table.first_row):
        try:
            revisions.append(read_revision(*in_order(row)))
        except (TypeError, ValueError, MonthUnreadable):
            if not is_blank(row):
                problems.append(_not_whole(f"{table.sheet}, row {number}"))
    return History(revisions), problems


class _RevisionReader:
    """Reads rows of History. Months, numbers and texts that come again are kept: most do."""

    def __init__(self) -> None:
        kept = lru_cache(maxsize=1 << 16, typed=True)
        self._month, self._moment = kept(Month.of), kept(_moment)
        self._whole, self._text = kept(_whole), kept(text_of)

    def __call__(
        self, ref: CellValue, month: CellValue, number: CellValue, *cells: CellValue
    ) -> Revision:
        """A row of the table, in the order of its columns. Raises TypeError and ValueError."""
        numerator, denominator, value, status, recorded, source = cells
        if not isinstance(ref, str) or not (isinstance(month, date) and isinstance(recorded, date)):
            raise TypeError(ref)
        seen = Observation(
            ref,
            self._month(month),
            _number(value),
            "" if status is None else self._text(status),
            _number(numerator),
            _number(denominator),
        )
        return Revision(seen, self._whole(number), self._moment(recorded), self._text(source))


def _whole(number: CellValue) -> int:
    return int(text_of(number))


def _number(cell: CellValue) -> float | None:
    if cell is None or type(cell) is float or is_number(cell):
        return cell
    raise ValueError(cell)


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)


def _not_whole(place: str) -> Problem:
    return Problem(
        place,
        "This recorded figure has been changed or partly deleted.",
        "Put back what stood there (Ctrl+Z, xl-addin undo, or a backup). Where nobody knows it, "
        "delete the row and bring the figure in again in a return.",
    )
