"""The workbook itself against the template of its edition: what is in it, and what has gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from xl_addin import ooxml
from xl_addin.dataset.columns import derived_among
from xl_addin.dataset.editions import PRESENT
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.doctor.desk import Desk
from xl_addin.doctor.diagnosis import Diagnosis, Mend, State, attention, broken, ok
from xl_addin.errors import WorkbookRefused
from xl_addin.excel import dataset_file
from xl_addin.excel.template import build_template
from xl_addin.excel.template.tables import INTERPRETER_SETTING
from xl_addin.excel.upgrade.formats import missing_formats
from xl_addin.excel.upgrade.macros import has_functions, modules_of, stale_modules
from xl_addin.layout import Dataset, Name, Sheet
from xl_addin.ooxml import WorkbookFile
from xl_addin.ooxml.area import address
from xl_addin.ooxml.package import Package
from xl_addin.ooxml.refusals import read_bytes, refusing_damage
from xl_addin.patterns import pattern
from xl_addin.values import value_type

_UPGRADE = "Type xl-addin upgrade BOOK, or xl-addin doctor BOOK --fix."
_FIX = "Type xl-addin doctor BOOK --fix: it puts them back, after a backup."
_CELLS = pattern(rb"<c:f>([^<]+)</c:f>")
_VERSION = pattern(r"Version: *([0-9][0-9.]*)")


@value_type
class Opened:
    """A workbook taken apart, what it says, and the template made for what it says."""

    desk: Desk
    file: WorkbookFile
    said: Workbook
    modules: Mapping[str, str]
    template: WorkbookFile


def contents(book: Path, desk: Desk) -> Iterator[Diagnosis]:
    """Everything about what is in a workbook; one that cannot be read says why, and no more."""
    try:
        opened = _open(book, desk)
        for look in _LOOKS:
            with refusing_damage(book):
                found = list(look(opened))
            yield from found
    except WorkbookRefused as refusal:
        for problem in refusal.problems:
            yield broken("Workbook", f"{problem.place}: {problem.found}", problem.remedy)


def _open(book: Path, desk: Desk) -> Opened:
    data = read_bytes(book)
    said = parse_workbook(dataset_file.parse(book, data))
    with refusing_damage(book):
        file = ooxml.open_workbook(book, data, dataset_file.OURS)
        modules = modules_of(file)
    made = build_template(said.title, said.catalogue, functions=has_functions(modules))
    return Opened(desk, file, said, modules, WorkbookFile(Package(made), dataset_file.OURS))


def _edition(book: Opened) -> Iterator[Diagnosis]:
    if book.said.edition < PRESENT:
        found = f"It is of edition {book.said.edition}; the present one is {PRESENT}."
        yield Diagnosis("Edition", State.ATTENTION, found, _UPGRADE, mend=Mend.EDITION)
    else:
        yield ok("Edition", f"{PRESENT}, the present one; all its tables are there.")


def _macros(book: Opened) -> Iterator[Diagnosis]:
    if not book.modules:
        found = "It has no macros: its buttons do nothing."
        yield attention("Buttons", found, "The command line works on it all the same.")
        return
    if book.said.edition < PRESENT:
        return
    stale = stale_modules(book.modules)
    version, installed = _xlwings_of(book.modules), book.desk.installed("xlwings")
    if version and version != installed:
        found = f"Its xlwings macros are of version {version}, the package is {installed}."
        yield broken("Buttons", found, _UPGRADE, mend=Mend.EDITION)
    elif stale:
        found = f"These macros are not as this version has them: {', '.join(stale)}."
        yield broken("Buttons", found, _UPGRADE, mend=Mend.EDITION)
    else:
        yield ok("Buttons", "Its macros are those of this version.")


def _xlwings_of(modules: Mapping[str, str]) -> str | None:
    found = _VERSION.search(modules.get("xlwings", ""))
    return found[1] if found else None


def _interpreter(book: Opened) -> Iterator[Diagnosis]:
    if not book.modules:
        return
    said = interpreter_of(book.file)
    if not said:
        found = f"The hidden sheet {Sheet.XLWINGS} does not say where Python is."
        yield broken("Where Python is", found, _FIX.replace("them", "it"), mend=Mend.INTERPRETER)
        return
    place = book.desk.filled_in(said)
    if book.desk.is_windows and not Path(place).exists():
        found = f"It looks for Python at {place}, where there is none."
        yield broken("Where Python is", found, "Type xl-addin install.")
    else:
        yield ok("Where Python is", f"It looks at {said}.")


def interpreter_of(book: WorkbookFile) -> str:
    """Where a workbook says that Python is; blank where it does not say, or has no such sheet."""
    name = book.sheet_name(Sheet.XLWINGS)
    for row in range(1, 100) if name else ():
        if str(book.value(name or "", row, 1) or "").upper() == INTERPRETER_SETTING:
            return str(book.value(name or "", row, 2) or "")
    return ""


def _names(book: Opened) -> Iterator[Diagnosis]:
    if book.said.edition < PRESENT:
        return
    charts = {Name.key_measure(slot) for slot in range(1, 100)} | set(Name.CHARTED)
    missing = [n for n in book.template.names if n not in book.file.names and n not in charts]
    if missing:
        found = f"Names that its formulas need are not there: {', '.join(missing)}."
        yield broken("Names", found, "Undo the change that took them out, or use a backup.")
    else:
        yield ok("Names", "All names that its formulas need are there.")


def _formulas(book: Opened) -> Iterator[Diagnosis]:
    table = book.file.tables[Dataset.TABLE]
    sheet = book.file.sheet(table.sheet)
    places = [
        address(row, table.column(derived.heading))
        for derived in derived_among(table.headings)
        for row in table.body.rows
        if book.said.month and not sheet.formula(row, table.column(derived.heading))
    ]
    if not places:
        yield ok("Formulas", "Change, average and maximum are worked out in every row.")
        return
    found = f"{_count(places)} in {table.sheet} hold a typed figure for a formula: {_few(places)}."
    yield broken("Formulas", found, _FIX, mend=Mend.FORMULAS)


def _formats(book: Opened) -> Iterator[Diagnosis]:
    if missing_formats(book.template, book.file):
        found = f"Arrows, colours or italics of {book.file.tables[Dataset.TABLE].sheet} have gone."
        yield broken("Arrows", found, _FIX, mend=Mend.FORMATS)
    else:
        yield ok("Arrows", "The rules for arrows, colours and italics are all there.")


def _charts(book: Opened) -> Iterator[Diagnosis]:
    gone = _charted(book.template) - _charted(book.file)
    if book.said.edition < PRESENT:
        gone -= _charted(book.template, of=Sheet.SIGNAL_FIGURES)
    if not gone:
        yield ok("Charts", "Each key measure has its chart.")
        return
    found = f"{_count(sorted(gone), 'chart')} gone, or drawing other cells."
    remedy = "Bring it back by undo, or leave it: the figures are not concerned."
    yield attention("Charts", found, remedy)


def _charted(book: WorkbookFile, of: str = "") -> set[tuple[str, ...]]:
    """What each chart draws, whatever its sheet is called; only those of cells ``of`` a sheet."""
    return {
        tuple(text.rpartition("!")[2] for text in map(bytes.decode, found))
        for part in _chart_parts(book)
        if (found := _CELLS.findall(b"".join(_series(book.package.part(part)))))
        and (not of or any(of.encode() in text for text in found))
    }


def _series(chart: bytes) -> Iterator[bytes]:
    """What a chart says of each of its series; its titles may name cells, too."""
    for begun in chart.split(b"<c:ser>")[1:]:
        yield begun.partition(b"</c:ser>")[0]


def _chart_parts(book: WorkbookFile) -> Iterator[str]:
    """The charts that stand on a sheet; one that was deleted may have left its part behind."""
    for drawing in book.package.parts_of_type("officedocument.drawing+xml"):
        said = book.package.part(drawing)
        for chart in book.package.relationships(drawing, "chart"):
            if f'"{chart.id}"'.encode() in said:
                yield chart.target


def _count(places: list[str] | list[tuple[str, ...]], noun: str = "cell") -> str:
    return f"1 {noun}" if len(places) == 1 else f"{len(places)} {noun}s"


def _few(places: list[str]) -> str:
    return ", ".join(places[:5]) + (" …" if len(places) > 5 else "")


_LOOKS: tuple[Callable[[Opened], Iterator[Diagnosis]], ...] = (
    _edition,
    _macros,
    _interpreter,
    _names,
    _formulas,
    _formats,
    _charts,
)
