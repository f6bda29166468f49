"""Make a workbook from the dataset that a service keeps already: measures, figures and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from xl_addin.commands.book import Agree, Tell
from xl_addin.commands.make_book import make_book
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.console import answering, quoted
from xl_addin.errors import CatalogueRefused, Problem, WorkbookRefused, XlAddinError
from xl_addin.excel.closed import held
from xl_addin.excel.template import refuse_name
from xl_addin.measure import Catalogue
from xl_addin.ooxml.refusals import refuse
from xl_addin.ooxml.saving import make_file
from xl_addin.refresh import Occasion
from xl_addin.returns.guess_measures import Guessed, guess_measures
from xl_addin.sources import read_grids
from xl_addin.sources.catalogue import read_catalogue
from xl_addin.sources.measure_list import as_csv
from xl_addin.values import value_type


@value_type
class NewFrom:
    """The dataset a workbook is made from, and what an officer says of it.

    ``sheet`` is the one to read, ``measures`` a list of measures to take instead of those found,
    ``list_out`` where the list found is written, ``per_cents`` whether 39 is 39%.
    """

    file: Path
    sheet: str | None = None
    measures: Path | None = None
    title: str | None = None
    list_out: Path | None = None
    per_cents: bool = False


def make_book_from(
    path: Path, how: NewFrom, occasion: Occasion, *, tell: Tell, agree: Agree
) -> bool:
    """Make a workbook with the measures, figures and notes of a dataset; say whether it was made.

    What was made of each measure is told, and asked, before. Where the figures are refused, no
    workbook is left. Raises CatalogueRefused, ReturnRefused or WorkbookRefused.
    """
    refuse_name(path)
    if path.exists():
        raise refuse(path, "It is there already.", "Choose another name, or move it away.")
    pages = guess_measures(read_grids(how.file, how.sheet).grids)
    catalogue = read_catalogue(how.measures)[1] if how.measures else _catalogue_of(pages, how.file)
    if how.list_out is not None:
        make_file(how.list_out, as_csv(catalogue).encode("utf-8-sig"))
        tell(f"{how.list_out} lists the {len(catalogue)} measures. Correct it, then:")
        tell(_typed_next(path, how.list_out, how))
        return False
    title = how.title or (pages[0].title if len(pages) == 1 else "") or path.stem
    for line in _told(title, catalogue, how):
        tell(line)
    if not agree():
        tell("Nothing was made. With --list FILE.csv the list is written for you to correct.")
        return False
    make_book(path, title, catalogue)
    _bring_in(path, how, occasion, tell)
    tell(f"{path} is ready.")
    return True


def _typed_next(path: Path, list_out: Path, how: NewFrom) -> str:
    """The command that makes the workbook from the list, once it is right."""
    words = [
        "xl-addin new",
        quoted(path),
        "--measures",
        quoted(list_out),
        "--from",
        quoted(how.file),
    ]
    words += ["--sheet", f'"{how.sheet}"'] if how.sheet else []
    words += ["--title", f'"{how.title}"'] if how.title else []
    return " ".join([*words, *["--per-cents"] * how.per_cents])


def _only_page(pages: Sequence[Guessed], file: Path) -> Guessed:
    if len(pages) == 1:
        return pages[0]
    name = file.name
    if pages:
        places = "; ".join(page.place for page in pages)
        remedy = 'Name the one to read: --sheet "…".'
        raise WorkbookRefused([Problem(name, f"Several sheets are such a page: {places}.", remedy)])
    found = "No page with a column of refs and a column for each month was found."
    remedy = "Head the column of refs Measure Ref, and the months such as Jun 2015."
    raise WorkbookRefused([Problem(name, found, remedy)])


def _catalogue_of(pages: Sequence[Guessed], file: Path) -> Catalogue:
    found = _only_page(pages, file)
    try:
        return Catalogue(found.measures)
    except CatalogueRefused as refusal:
        problems = (Problem(found.place, p.found, p.remedy) for p in refusal.problems)
        raise CatalogueRefused(problems) from refusal


def _told(title: str, catalogue: Catalogue, how: NewFrom) -> Iterator[str]:
    yield f"“{title}”, {len(catalogue)} measures of {how.file.name}:"
    area = None
    for measure in catalogue:
        if measure.area != area:
            area = measure.area
            yield f"{area or '(no area)'}"
        shown = f" shown as {0:.{measure.decimals}f}" if measure.decimals else ""
        chart = ", with a chart" if measure.key else ""
        yield f"  {measure.ref}  {measure.description}: {measure.unit}{shown}{chart}"
    if how.measures is None:
        yield "Units and charts are guessed from the figures; the sheet Measures changes them."


def _bring_in(path: Path, how: NewFrom, occasion: Occasion, tell: Tell) -> None:
    """Bring the dataset into a workbook just made, which goes again where that is refused."""
    bring_in = HowToRefresh(
        how.file, how.sheet, ask=answering(None, per_cents=how.per_cents, months_are_right=True)
    )
    try:
        with held(path, to_change=True) as book:
            refresh_book(book, occasion, tell=tell, agree=lambda: True, how=bring_in)
    except XlAddinError:
        path.unlink()
        raise
