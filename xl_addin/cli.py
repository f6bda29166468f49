"""The command line: what the button does, for a closed workbook.

Annotations are values here, not texts as elsewhere: typer would have to work each one out.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from xl_addin import __version__, cli_records
from xl_addin.console import (
    NOT_UNDERSTOOD,
    Book,
    DryRun,
    Measures,
    MonthsAreRight,
    PerCents,
    Replace,
    SheetName,
    TakeOlder,
    Title,
    Yes,
    answering,
    closed,
    occasion,
    opened,
    print_every_character,
    print_findings,
    quoted,
    say,
    tell_problems,
    unheld,
    unquoted,
)
from xl_addin.errors import Problem, XlAddinError
from xl_addin.returns.hand_edits import HandEdits

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The month's work on a Children and Families Monthly Dataset: figures, arrows, charts "
    "and data notes in the Excel workbook you know.",
    epilog="Exit code: 0 done; 1 something is wrong and nothing was changed; 2 the command was "
    "not understood.",
)

app.add_typer(cli_records.app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xl-addin {__version__}")
        raise typer.Exit


@app.callback()
def xl_addin(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Say which version this is; every work has a command of its own."""


@app.command()
def new(book: Book, measures: Measures = None, title: Title = None) -> None:
    """Make a new, empty workbook: all sheets, charts and settings, no figures yet."""
    from xl_addin.commands.new import make_book
    from xl_addin.sources.catalogue import read_catalogue

    own_title, catalogue = read_catalogue(measures)
    make_book(book, title or own_title or book.stem, catalogue)
    measures_listed = "1 measure" if len(catalogue) == 1 else f"{len(catalogue)} measures"
    typer.echo(f"{book} is ready: {measures_listed}, no figures yet.")
    typer.echo(f"Next: xl-addin import {quoted(book)} FILE, with your existing figures.")


@app.command(name="import")
def import_(
    book: Book,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook or CSV file.")],
    sheet: SheetName = None,
    dry_run: DryRun = False,
    take_older: TakeOlder = None,
    months_are_right: MonthsAreRight = False,
    per_cents: PerCents = False,
    yes: Yes = False,
) -> None:
    """Bring in the figures of your existing workbook or CSV file.

    The familiar page is read as it is: a column of measure refs, a column for each month. Its
    sheet may have any name, and its header row may stand anywhere. What is made of marks such as
    “*” or “..”, and the notes it finds, are said before anything is done.
    """
    from xl_addin.commands.refresh import HowToRefresh, refresh_book

    with closed(book, to_change=not dry_run) as chosen:
        refresh_book(
            chosen,
            occasion(),
            tell=say,
            agree=lambda: yes or typer.confirm("Bring these figures in?"),
            how=HowToRefresh(
                file=file,
                sheet=sheet,
                ask=answering(take_older, months_are_right=months_are_right, per_cents=per_cents),
                dry_run=dry_run,
            ),
        )


@app.command()
def refresh(
    book: Book,
    return_: Annotated[
        Path | None,
        typer.Option(
            "--return",
            metavar="FILE-OR-FOLDER",
            help="The month's return. Left out: the one in Settings, or the Monthly return sheet.",
        ),
    ] = None,
    sheet: SheetName = None,
    dry_run: DryRun = False,
    hand_edits: Annotated[
        HandEdits,
        typer.Option(
            help="What to do with figures changed by hand on the page: list them and stop, "
            "record them, or put the recorded figures back."
        ),
    ] = HandEdits.LIST,
    live: Annotated[
        bool, typer.Option("--live", help="Change the workbook where it is open in Excel.")
    ] = False,
    take_older: TakeOlder = None,
    months_are_right: MonthsAreRight = False,
    per_cents: PerCents = False,
    keep_wording: Annotated[
        bool,
        typer.Option(
            "--keep-wording",
            help="Write descriptions and areas that were rewritten on the page in Measures.",
        ),
    ] = False,
    compute: cli_records.ToCompute = None,
    month: cli_records.ComputedMonth = None,
    yes: Yes = False,
) -> None:
    """Do the month's work: check the return, say what will change, ask, back up, refresh."""
    from xl_addin.commands.refresh import HowToRefresh, refresh_book

    with opened(book) if live else closed(book, to_change=not dry_run) as chosen:
        refresh_book(
            chosen,
            occasion(),
            tell=say,
            agree=lambda: yes or typer.confirm("Refresh the workbook?"),
            how=HowToRefresh(
                file=return_,
                sheet=sheet,
                hand_edits=hand_edits,
                ask=answering(
                    take_older,
                    months_are_right=months_are_right,
                    per_cents=per_cents,
                    keep_wording=keep_wording,
                ),
                dry_run=dry_run,
                computed=cli_records.computed(compute, month),
            ),
        )


@app.command()
def show(
    book: Book,
    month: Annotated[str, typer.Option("--month", help="Such as 2015-03 or “Mar 2015”.")],
) -> None:
    """Move the page to any month that is recorded."""
    from xl_addin.commands.show import show_month
    from xl_addin.period import Month

    with closed(book) as chosen:
        show_month(chosen, Month.parse(month), occasion(), tell=say)


@app.command()
def check(
    book: Book,
    return_: Annotated[
        Path | None, typer.Option("--return", metavar="FILE-OR-FOLDER", help="A return to check.")
    ] = None,
    sheet: SheetName = None,
    accept_history: Annotated[
        bool,
        typer.Option(
            "--accept-history",
            help="Record in the log that what is recorded is right, though changed by hand.",
        ),
    ] = False,
) -> None:
    """List what is wrong with a workbook or a return, and what to look at; change nothing."""
    from xl_addin.checks.finding import Severity
    from xl_addin.commands.check import accept_history_of, check_book

    if accept_history:
        with closed(book) as chosen:
            accept_history_of(chosen, occasion(), tell=say)
    found = check_book(unheld(book), occasion(), return_, sheet)
    print_findings(found)
    if any(finding.severity is Severity.ERROR for finding in found):
        raise typer.Exit(1)


@app.command()
def notes(book: Book, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Bring the data notes and their markers in line with the page; your words stay yours."""
    from xl_addin.commands.notes import sync_notes_in

    with closed(book, to_change=not dry_run) as chosen:
        sync_notes_in(
            chosen,
            occasion(),
            tell=say,
            agree=lambda: yes or typer.confirm("Change the data notes?"),
            dry_run=dry_run,
        )


@app.command()
def undo(
    book: Book,
    backup: Annotated[
        Path | None,
        typer.Option(
            "--backup",
            metavar="COPY",
            help="The backup to bring back. Left out: the one before the last change.",
        ),
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Bring it back where it is open in Excel.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Bring back the workbook as it was before its last change; undo again takes that back.

    A workbook that is gone comes back from the folder of its backups.
    """
    from xl_addin.commands.undo import undo as undo_change
    from xl_addin.excel.closed import held

    with opened(book) if live else held(book) as chosen:
        undo_change(
            chosen,
            occasion().when,
            tell=say,
            agree=lambda: yes or typer.confirm("Bring it back?"),
            copy=backup,
        )


@app.command()
def upgrade(book: Book, yes: Yes = False) -> None:
    """Give a workbook that an older xl-addin made what is new; all in it stays, undo is there."""
    from xl_addin.commands.upgrade import upgrade_book
    from xl_addin.excel.closed import held

    with held(book, to_change=True) as chosen:
        upgrade_book(
            chosen, occasion(), tell=say, agree=lambda: yes or typer.confirm("Upgrade it?")
        )


@app.command()
def share(
    book: Book,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="The copy to make.")],
    month: Annotated[
        str | None, typer.Option("--month", help="Such as 2015-03. Left out: the month shown.")
    ] = None,
    suppress: Annotated[
        bool,
        typer.Option(
            "--suppress",
            help="Hide small counts (Settings: 1 to 5) and all they could be worked out from.",
        ),
    ] = False,
    safe_note: Annotated[
        list[int] | None,
        typer.Option(
            help="The number of a note in the copy that you have read: its words tell nothing of "
            "this copy's hidden figures. May be given several times.",
        ),
    ] = None,
    consent: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Who has agreed that a count may come out which earlier copies give away.",
        ),
    ] = "",
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print it to a PDF too, through LibreOffice.")
    ] = False,
) -> None:
    """Make a copy to send out: it opens anywhere, explains itself, and holds nothing else."""
    from xl_addin.commands.share import share_book
    from xl_addin.period import Month
    from xl_addin.share.decision import Wish

    chosen_month = Month.parse(month) if month else None
    wish = Wish(chosen_month, suppress, frozenset(safe_note or ()), consent.strip())
    with closed(book, to_change=False) as chosen:
        share_book(chosen, out, occasion(), tell=say, wish=wish, pdf=pdf)


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", metavar="FILE")] = Path("workbook_template.xlsm"),
    measures: Measures = None,
    title: Title = None,
    udfs: Annotated[
        bool,
        typer.Option(
            "--udfs/--no-udfs",
            help="With functions for cells, or without (and without VBA that security may block).",
        ),
    ] = True,
    replace: Replace = False,
) -> None:
    """Write the workbook template: an empty workbook, and the one this repository keeps."""
    from xl_addin.commands.new import make_book
    from xl_addin.sources.catalogue import read_catalogue

    own_title, catalogue = read_catalogue(measures)
    replacing = occasion().when if replace else None
    make_book(out, title or own_title, catalogue, functions=udfs, replacing=replacing)
    typer.echo(f"{out} is written.")


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to put it.")] = Path(
        "demo"
    ),
    replace: Replace = False,
) -> None:
    """Make a workbook with the figures of a real issue, and refresh its June 2015."""
    from xl_addin.demo import make_demo

    make_demo(out, occasion(), tell=say, replace=replace)


def main() -> None:
    """Run the command line; what is wrong is told in sentences."""
    print_every_character()
    try:
        app()
    except SystemExit as ending:
        if ending.code == NOT_UNDERSTOOD and (name := unquoted(sys.argv[2:])):
            print(f"A name with spaces stands in quotes: {name}", file=sys.stderr)
        raise
    except XlAddinError as refusal:
        tell_problems(refusal.problems, refusal.outcome)
        sys.exit(1)
    except OSError as failure:
        place = str(failure.filename or "The computer")
        remedy = "Check that the folder exists and that you may write there."
        tell_problems([Problem(place, f"{failure.strerror or failure}.", remedy)])
        sys.exit(1)
