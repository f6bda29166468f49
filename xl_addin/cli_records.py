"""The command line for children's records: compute a return, list children, make records up.

Annotations are values here, as in cli.py.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xl_addin.errors import Problem, RecordsRefused
from xl_addin.period import Month
from xl_addin.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from xl_addin.commands.compute import Asked
    from xl_addin.dataset.workbook import Workbook
    from xl_addin.returns import Return

app = typer.Typer()

Sources = Annotated[
    list[Path] | None,
    typer.Argument(metavar="SOURCE…", help="Annex A, SSDA903 or CIN files, or folders of them."),
]
MonthAsked = Annotated[str, typer.Option("--month", help="Such as 2015-06 or “Jun 2015”.")]
Engine = Annotated[
    str, typer.Option("--engine", metavar="URL", help="A database that holds the lists already.")
]
Choose = Annotated[
    list[str] | None,
    typer.Option(
        "--choose",
        metavar="NAME=VALUE",
        help="Where definitions leave room: start_day_counts, short_breaks, temporary, "
        "distinct_children (yes or no), clock (assessment or referral).",
    ),
]
Covers = Annotated[
    str,
    typer.Option(
        "--covers",
        metavar="FIRST..LAST",
        help="The first month and the last day that the records cover, if the files do not show "
        "it: 2015-01..2015-06-30.",
    ),
]
Local = Annotated[
    Path | None,
    typer.Option("--local", metavar="FILE.toml", help="Measures from lists of your own."),
]

ToCompute = Annotated[
    list[Path] | None,
    typer.Option("--compute", metavar="SOURCE", help="Compute the return from these records."),
]
ComputedMonth = Annotated[
    str | None, typer.Option("--month", help="The month to compute, with --compute.")
]


def computed(
    sources: list[Path] | None, month: str | None
) -> "Callable[[Workbook], Return] | None":
    """What computes the return of a refresh; None where it is not to be computed."""
    if not sources and not month:
        return None
    if not sources or not month:
        found = "A computed return needs both records and a month."
        raise RecordsRefused([Problem("Compute", found, "Give --compute SOURCE and --month.")])
    from xl_addin.commands.compute import computed_return

    asked = _asked(sources, (Month.parse(month),), ("", "", None), None)
    return computed_return(asked, typer.echo)


@app.command()
def compute(
    month: MonthAsked,
    sources: Sources = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="RETURN.csv")] = None,
    months: Annotated[int, typer.Option("--months", min=1, max=120)] = 1,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="BOOK", help="Say where a workbook differs."),
    ] = None,
    reconcile: Annotated[
        Path | None,
        typer.Option("--reconcile", metavar="SOURCE", help="Compare with other records' sums."),
    ] = None,
    local: Local = None,
    engine: Engine = "",
    covers: Covers = "",
    choose: Choose = None,
) -> None:
    """Compute the month's figures from children's records, as a return that refresh takes."""
    from xl_addin.commands.compute import compute_figures, differences, reconciled, write_return

    wanted = Month.parse(month).window(months)
    asked = _asked(sources, wanted, (engine, covers, local), choose)
    with progress(f"Computing {wanted[-1].label}"):
        figures = compute_figures(asked, typer.echo)
    if out:
        write_return(out, figures)
        typer.echo(f"{out} is ready for refresh: {len(figures)} figures and reasons.")
    if against:
        from xl_addin.dataset.workbook import parse_workbook
        from xl_addin.excel.closed import ClosedBook

        found = list(differences(figures, parse_workbook(ClosedBook(against).read())))
        for line in found or ["Every computed figure is the one on record."]:
            typer.echo(line)
    if reconcile:
        others = _asked([reconcile], wanted, ("", covers, None), choose)
        for line in reconciled(figures, compute_figures(others, typer.echo)):
            typer.echo(line)
    if not (out or against or reconcile):
        print_figures(figures)


@app.command()
def children(
    measure: Annotated[str, typer.Option("--measure", help="Such as CP8-QL.")],
    month: MonthAsked,
    sources: Sources = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv")] = None,
    local: Local = None,
    engine: Engine = "",
    covers: Covers = "",
    choose: Choose = None,
) -> None:
    """List the children behind a figure: who counts, who does not, who is left out and why.

    On the screen, or in a file of your own choice; it names children, so keep it to yourself.
    """
    from xl_addin.commands.compute import children_behind, write_children

    asked = _asked(sources, (Month.parse(month),), (engine, covers, local), choose)
    with progress(f"Looking for {measure}"):
        rows = children_behind(asked, measure, typer.echo)
    if out:
        write_children(out, rows)
        typer.echo(f"{out} lists {len(rows)} children.")
        return
    for row in rows:
        typer.echo("\t".join("" if cell is None else str(cell) for cell in row.values()))


@app.command()
def synthesize(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to put the files.")],
    children: Annotated[int, typer.Option("--children", min=10)] = 1000,
    months: Annotated[int, typer.Option("--months", min=1, max=120)] = 13,
    seed: Annotated[int, typer.Option("--seed")] = 1,
    last: Annotated[str, typer.Option("--month", help="The last month.")] = "2015-06",
    mess: Annotated[bool, typer.Option("--mess", help="With copies, prefixes, spaces …")] = False,
) -> None:
    """Make up children's records whose true figures are known: to try things out on nobody."""
    from xl_addin.commands.synthesize import write_synthetic
    from xl_addin.records.synthetic import Wanted

    wanted = Wanted(children, Month.parse(last).window(months), seed)
    for path in write_synthetic(out, wanted, mess=mess):
        typer.echo(path)


def print_figures(figures: list) -> None:  # type: ignore[type-arg]
    """Print figures as a table: each with its counts, or its reason."""
    from rich.console import Console
    from rich.table import Table

    table = Table("Measure", "Month", "Figure", "Of", "Note")
    for one in figures:
        value = "" if one.value is None else f"{one.value:.15g}"
        if one.denominator is not None:
            value = f"{one.value:.1%} ({one.numerator})"
        of = "" if one.denominator is None else str(one.denominator)
        table.add_row(one.ref, one.month.label, value, of, one.reason or one.caution)
    Console().print(table)


def _asked(
    sources: list[Path] | None,
    months: tuple[Month, ...],
    where: tuple[str, str, Path | None],
    choose: list[str] | None,
) -> "Asked":
    from xl_addin.commands.compute import Asked
    from xl_addin.definitions.choices import parse_choices
    from xl_addin.records.read import parse_period

    engine, covers, local = where
    if bool(sources) == bool(engine):
        found = "Records come from files, or from a database that holds them."
        raise RecordsRefused([Problem("Compute", found, "Name files or folders, or --engine URL.")])
    choices, period = parse_choices(choose or ()), parse_period(covers)
    return Asked(sources or (), months, choices, period, engine, local)
