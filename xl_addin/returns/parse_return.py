"""Returns: the figures a month brings in, read from tidy or wide grids.

A blank figure is missing, which is not zero. A month without a single figure or reason is not
part of the return: officers keep columns and rows ready for months to come. Rows without a
measure ref (sections, totals) and rows that only name a measure are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xl_addin.errors import Problem
from xl_addin.layout import Return as Tidy
from xl_addin.layout import SharedCopies
from xl_addin.measure import Catalogue
from xl_addin.observation import Observation, State
from xl_addin.period import Month
from xl_addin.refs import RefFinder
from xl_addin.returns.headings import (
    Cells,
    Headings,
    heading_problems,
    names_ref_column,
    read_headings,
)
from xl_addin.returns.notes_below import Below, note_below, placed
from xl_addin.returns.rows import Findings, read_tidy_row, read_wide_row
from xl_addin.table import Grid, Table, is_blank, text_of
from xl_addin.values import field, replace, value_type


@value_type
class Entry:
    """One figure as a return gives it, and where it stands there ("June return.csv, row 14").

    The observation is as given: a ratio is not yet worked out from the counts of other
    measures. In a wide return the place ends with the month. ``as_of`` is the newest month of the
    file that gives it, where a return is a folder of them.
    """

    observation: Observation
    place: str
    note: str = ""
    as_of: Month | None = None


@value_type
class Return:
    """What a return says, and what of it cannot be read.

    ``source`` is the name of its file or files, ``digest`` the SHA-256 of their bytes.
    ``warnings`` do not stop a refresh; ``problems`` do. ``typed`` is how many percentages are
    typed as 39, not 39%, where all of a file are; ``typed_in`` names those files.
    """

    entries: tuple[Entry, ...]
    source: str
    digest: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    typed: int = 0
    typed_in: tuple[str, ...] = ()

    @property
    def newest_month(self) -> Month | None:
        """The newest month it holds a figure or a reason for."""
        return max((e.observation.month for e in self.entries if says_something(e)), default=None)


@value_type
class _Sheet:
    place: str
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    typed: int = 0
    has_refs: bool = True
    warnings: tuple[Problem, ...] = ()
    is_suppressed: bool = False


def parse_return(
    grids: Iterable[Grid],
    catalogue: Catalogue,
    source: str,
    digest: str,
    *,
    per_cents: bool = False,
) -> Return:
    """Read the figures of one file, or of the table MonthlyReturn.

    ``grids`` are its sheets; those without a heading row are passed over when another has
    one. Every problem is listed; what is wrong with figures taken together (the same one
    twice, a ratio that its counts contradict) is found by check_return. ``per_cents`` is an
    officer's word that every percentage is typed as 39, not 39%.
    """
    refs = RefFinder(catalogue)
    read = [sheet for grid in grids if (sheet := _read_sheet(grid, refs, per_cents))]
    if any(sheet.is_suppressed for sheet in read):
        return Return((), source, digest, (_suppressed_copy(source),))
    filled = [sheet for sheet in read if sheet.entries or sheet.problems]
    if len(filled) == 1:
        (sheet,) = filled
        said = sheet.problems, sheet.warnings, sheet.typed, (source,) * bool(sheet.typed)
        return Return(sheet.entries, source, digest, *said)
    return Return((), source, digest, (_no_single_sheet(source, read, filled),))


def grid_of(table: Table) -> Grid:
    """A table of the workbook, headings first, as a grid that parse_return reads."""
    return Grid(table.sheet, (table.headings, *table.rows), table.first_row - 1)


def _suppressed_copy(source: str) -> Problem:
    return Problem(
        source,
        "It is a copy to be sent out, in which small counts and what tells them are hidden.",
        "Give the month's own return, or the workbook the copy was made from.",
    )


def _no_single_sheet(source: str, read: Sequence[_Sheet], filled: Sequence[_Sheet]) -> Problem:
    if filled:
        places = "; ".join(sheet.place for sheet in filled)
        name = filled[0].place.rpartition(", ")[2]
        remedy = f'Name the one to read: --sheet "{name}", for example.'
        return Problem(source, f"Several sheets hold figures: {places}.", remedy)
    if read and not any(sheet.has_refs for sheet in read):
        remedy = f"Write the ref of each row's measure under {Tidy.REF}, such as M1."
        return Problem(read[0].place, "No row has a measure ref.", remedy)
    if read:
        return Problem(
            read[0].place,
            "There is no figure in it, and no reason why one is not updated.",
            "Fill in at least one figure.",
        )
    return Problem(
        source,
        "No row of headings was found.",
        f"Head the columns {', '.join(Tidy.COLUMNS)}; or {Tidy.REF} and one column for each "
        "month, such as Jun 2015.",
    )


def _read_sheet(grid: Grid, refs: RefFinder, per_cents: bool) -> _Sheet | None:
    """The entries and problems of a sheet; None when it has no heading row."""
    reading = _Reading(grid.place, refs, Findings(per_cents))
    for number, row in enumerate(grid.rows, grid.first_row):
        reading.read(row, f"{grid.place}, row {number}")
    return reading.sheet()


@value_type(frozen=False)
class _Reading:
    """The rows of a sheet read so far; ``below`` are remarks since the last measure."""

    place: str
    refs: RefFinder
    findings: Findings
    headings: Headings | None = None
    top: Cells = ()
    entries: list[Entry] = field(default_factory=list)
    below: list[Below] = field(default_factory=list)
    has_refs: bool = False
    has_rows: bool = False
    is_suppressed: bool = False

    def read(self, row: Cells, place: str) -> None:
        """Take a row for what it is: headings, a measure's, or a remark."""
        if any(map(names_ref_column, row)) and (found := read_headings(row)):
            if row != self.top:
                self.findings.problems += heading_problems(row, found, place)
            self.headings, self.top = found, row
        elif self.headings:
            self._read_below(row, place, self.headings)
        else:
            self.is_suppressed |= any(
                isinstance(c, str) and SharedCopies.HIDDEN_COUNT in c for c in row
            )

    def _read_below(self, row: Cells, place: str, headings: Headings) -> None:
        self.has_refs |= bool(text_of(row[headings.ref]) if headings.ref < len(row) else "")
        self.has_rows |= not is_blank(row)
        read_row = read_tidy_row if headings.is_tidy else read_wide_row
        given = [Entry(*each) for each in read_row(row, headings, self.refs, self.findings, place)]
        self.entries += given
        if given or headings.is_tidy:
            self.below = []
        else:
            self.below += note_below(row, place)

    def sheet(self) -> _Sheet | None:
        """What was read; None where no row of headings was found."""
        if self.headings is None:
            return None
        noted, unplaced = _with_notes(_of_filled_months(self.entries), self.below, self.refs)
        marks = (mark.told(self.place) for mark in self.findings.marks)
        return _Sheet(
            self.place,
            noted,
            self.findings.problems_of(self.place),
            warnings=(*marks, *unplaced),
            typed=len(self.findings.typed) if self.findings.are_all_typed else 0,
            has_refs=self.has_refs or not self.has_rows,
            is_suppressed=self.is_suppressed,
        )


def _with_notes(
    entries: Sequence[Entry], below: Iterable[Below], refs: RefFinder
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The entries with the remarks below them, each on the newest figure of its measures."""
    newest = {e.observation.ref: e for e in entries if e.observation.state is not State.MISSING}
    texts, unplaced = placed(below, refs, newest)
    noted = {id(newest[ref]): told for ref, told in texts.items()}
    return tuple(_with_note(entry, noted.get(id(entry), ())) for entry in entries), unplaced


def _with_note(entry: Entry, texts: Iterable[str]) -> Entry:
    told = dict.fromkeys(filter(None, (entry.note, *texts)))
    return replace(entry, note=" ".join(told)) if texts else entry


def _of_filled_months(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    filled = {entry.observation.month for entry in entries if says_something(entry)}
    return tuple(entry for entry in entries if entry.observation.month in filled)


def says_something(entry: Entry) -> bool:
    """Whether an entry gives a figure, a reason or a note."""
    return bool(entry.note) or entry.observation.state is not State.MISSING
