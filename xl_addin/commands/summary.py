"""Say this month in words; change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xl_addin.commands.book import Tell
from xl_addin.console import BookPath, say, unheld
from xl_addin.dataset.commentary import Said, commented_in, said_of
from xl_addin.dataset.workbook import Workbook, parse_workbook
from xl_addin.errors import Problem, WorkbookRefused
from xl_addin.layout import Commentary
from xl_addin.period import Month
from xl_addin.refresh import page_of
from xl_addin.summary import About, Summary, build_summary
from xl_addin.table import Sheets, text_of


def tell_summary(sheets: Sheets, tell: Tell) -> None:
    """Say what the month that a workbook shows brought. Raises WorkbookRefused without a month."""
    workbook = parse_workbook(sheets)
    for line in in_lines(workbook, summary_of(workbook)):
        tell(line)


def summary_of(workbook: Workbook) -> Summary:
    """The words for the month shown. Raises WorkbookRefused where none is."""
    if workbook.month is None:
        remedy = "Import or refresh first."
        raise WorkbookRefused([Problem("Dataset", "No month is shown yet.", remedy)])
    page = page_of(workbook, workbook.history, workbook.month)
    commented = commented_in(workbook.tables[Commentary.TABLE], workbook.month)
    return build_summary(page, workbook.history, workbook.settings.threshold, commented)


def in_lines(workbook: Workbook, summary: Summary) -> Iterator[str]:
    """A summary as it is sent: a title, a line over all, and each part under its heading.

    What officers say of a measure stands under its first sentence.
    """
    yield f"{workbook.title}, {summary.month.label}"
    yield ""
    yield summary.opening
    spoken: set[str] = set()
    for about in About:
        sentences = summary.of(about)
        if sentences:
            yield ""
            yield f"{about.value}:"
        for sentence in sentences:
            yield f"• {sentence.text}"
            if sentence.ref not in spoken:
                yield from commentary_of(workbook, sentence.ref, summary.month)
            spoken.add(sentence.ref)


def commentary_of(workbook: Workbook, ref: str, month: Month) -> Iterator[str]:
    """What officers say of a measure in a month, and said the month before where that differs."""
    told = ""
    for heading, its in (("Commentary", month), ("Last month", month.previous())):
        said = said_of(workbook.tables[Commentary.TABLE], ref, its)
        words = [text_of(said[Commentary.TEXT]), *_who_acts(said)]
        text = " ".join(filter(None, words))
        if text and text != told:
            yield f"  {heading}: {text}"
        told = text


def _who_acts(said: Said) -> Iterator[str]:
    owner, action, due = (said[h] for h in (Commentary.OWNER, Commentary.ACTION, Commentary.DUE))
    day = f"{due.day} {Month.of(due).label}" if isinstance(due, date) else text_of(due)
    if text_of(action):
        yield f"Action: {text_of(action)}"
    parts = [text_of(owner), f"due {day}" if day else ""]
    if any(parts):
        yield f"({', '.join(filter(None, parts))})"


def command(book: BookPath) -> None:
    """Say this month in words: what is likely real, what only looks large, what is lacking."""
    tell_summary(unheld(book).read(), say)
