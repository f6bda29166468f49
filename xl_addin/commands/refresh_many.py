"""Refresh every workbook of a folder, each with its own return, on all cores at once."""

from __future__ import annotations

import gc
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from enum import StrEnum
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from xl_addin.checks.finding import Severity, weighed
from xl_addin.commands.book import Agree, occasion
from xl_addin.commands.find_return import return_path
from xl_addin.commands.in_json import Told, print_json
from xl_addin.commands.refresh import HowToRefresh, refresh_book
from xl_addin.console import answering, say
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.errors import Problem, ReturnRefused, XlAddinError, grouped, visible
from xl_addin.excel import error_log
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.ooxml.refusals import read_any, refuse
from xl_addin.progress import counting
from xl_addin.returns.hand_edits import HandEdits
from xl_addin.sources import SUFFIXES, digest_of
from xl_addin.update import Update
from xl_addin.values import replace, value_type

WORKBOOK = ".xlsm"
_LEFT_BEHIND = ("~$", ".")


@value_type
class Decided:
    """What the options of the command line decide for all workbooks alike."""

    sheet: str | None = None
    hand_edits: HandEdits = HandEdits.LIST
    take_older: tuple[str, ...] = ()
    agreed: tuple[tuple[str, bool], ...] = ()
    dry_run: bool = False

    @property
    def how(self) -> HowToRefresh:
        """The same as refresh_book takes it."""
        ask = answering([*self.take_older], **dict(self.agreed))
        return HowToRefresh(
            sheet=self.sheet, hand_edits=self.hand_edits, ask=ask, dry_run=self.dry_run
        )


class Became(StrEnum):
    """What became of a workbook."""

    REFRESHED = "refreshed"
    WOULD_BE = "would be refreshed"
    UNCHANGED = "nothing new"
    REFUSED = "refused"
    NOT_BEGUN = "not begun"


@value_type
class Task:
    """A workbook and its return: None for the one in its own Settings, or on its own sheet.

    ``known_by`` is what both were, as a SHA-256, when the officer was told what would change;
    blank where nobody was told anything yet.
    """

    book: Path
    return_: Path | None = None
    known_by: str = ""


@value_type
class Outcome:
    """What became of a workbook: what changed or why not, and what there is to look at."""

    task: Task
    became: Became
    said: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether an officer has to do something before it can be refreshed."""
        return self.became in (Became.REFUSED, Became.NOT_BEGUN)


def find_tasks(books: Path, returns: Path | None) -> tuple[list[Task], list[Outcome]]:
    """The workbooks of a folder with their returns, and what is refused before any is opened.

    A workbook's return is the file of its name, or the folder of its name, in the folder of
    returns; without one, each workbook's own. Raises WorkbookRefused for a folder without any
    workbook, ReturnRefused where the returns are in no folder.
    """
    found = sorted((p for p in books.iterdir() if _is(p, (WORKBOOK,))), key=_in_order)
    if not found:
        raise refuse(books, f"The folder holds no workbook ({WORKBOOK}).", "Name another folder.")
    if returns is None:
        return [Task(book) for book in found], []
    if not returns.is_dir():
        wrong = "Several workbooks cannot all have one return."
        raise ReturnRefused([Problem(returns.name, wrong, "Name the folder with their returns.")])
    by_name: dict[str, list[Path]] = {}
    for path in sorted(returns.iterdir()):
        if _is(path, SUFFIXES) or (path.is_dir() and not path.name.startswith(_LEFT_BEHIND)):
            name = path.name if path.is_dir() else path.stem
            if path not in found:
                by_name.setdefault(name.casefold(), []).append(path)
    tasks = [(book, by_name.pop(book.stem.casefold(), [])) for book in found]
    refused = [_unclear(book, given, returns) for book, given in tasks if len(given) != 1]
    refused += [_without_book(path) for left in by_name.values() for path in left if path.is_file()]
    return [Task(book, given[0]) for book, given in tasks if len(given) == 1], refused


def _in_order(path: Path) -> list[tuple[int, str]]:
    """Team 2 stands before Team 10."""
    return [
        (int(digits or 0), text) for text, digits in re.findall(r"(\D*)(\d*)", path.name.lower())
    ]


def _is(path: Path, suffixes: Sequence[str]) -> bool:
    ends_so = path.suffix.lower() in suffixes
    return ends_so and not path.name.startswith(_LEFT_BEHIND) and path.is_file()


def _unclear(book: Path, given: list[Path], returns: Path) -> Outcome:
    if given:
        names = " and ".join(path.name for path in given)
        found, remedy = f"There are several returns for it: {names}.", "Leave one of them there."
    else:
        found = f"“{returns.name}” holds no return for it."
        remedy = f"Put it there as a file or folder called {book.stem}."
    return _refused(Task(book), Problem(book.name, found, remedy))


def _without_book(path: Path) -> Outcome:
    found = f"There is no workbook called {path.stem}{WORKBOOK}."
    problem = Problem(f"{path.stem}{WORKBOOK}", found, "Give the return the name of its workbook.")
    return _refused(Task(path.with_suffix(WORKBOOK), path), problem)


def _refused(task: Task, *problems: Problem) -> Outcome:
    return Outcome(task, Became.REFUSED, problems=problems)


def refresh_one(task: Task, decided: Decided) -> Outcome:
    """Refresh a workbook, all or nothing; what is wrong with it is told and never raised."""
    updates: list[Update] = []
    how = replace(decided.how, file=task.return_, decided=updates.append)
    try:
        with held(task.book, to_change=not decided.dry_run) as book:
            known_by = _digest(replace(task, return_=_return_of(book, task)))
            if task.known_by not in ("", known_by):
                found = "It or its return was changed after it had been checked."
                raise refuse(task.book, found, "Refresh again to see what is new.")
            refresh_book(book, occasion(), tell=_to_nobody, agree=lambda: True, how=how)
    except Exception as error:
        return _refused(task, *_problems(task.book, error))
    (update,) = updates
    if update.is_empty:
        return Outcome(task, Became.UNCHANGED)
    became = Became.WOULD_BE if decided.dry_run else Became.REFRESHED
    task = replace(task, known_by=known_by)
    return Outcome(task, became, tuple(update.summary), tuple(update.warnings))


def _return_of(book: ClosedBook, task: Task) -> Path | None:
    """The return that is read: the one named, or the one in its Settings."""
    return return_path(parse_workbook(book.read()), book.folder, task.return_)


def _to_nobody(line: str) -> None:
    """The table says it."""


def _digest(task: Task) -> str:
    """What a workbook and its return are, so that it can be told whether they still are."""
    of_return = digest_of(task.return_) if task.return_ else ""
    return sha256(read_any(task.book)).hexdigest() + of_return


def _problems(book: Path, error: Exception) -> tuple[Problem, ...]:
    """What is wrong with a workbook or its return; and what only we can mend."""
    if isinstance(error, XlAddinError):
        return tuple(error.problems)
    if isinstance(error, OSError):
        remedy = "Check that the folder exists and that you may write there."
        return (Problem(str(error.filename or book.name), f"{error.strerror or error}.", remedy),)
    kept = error_log.record(f"refresh {book.name}", error)
    found = "xl-addin stopped with an error, and nothing was changed."
    return (
        Problem(
            book.name,
            found,
            f"Send the log to whoever looks after xl-addin with you. A log is kept: {kept}",
        ),
    )


def refresh_all(
    tasks: Sequence[Task], decided: Decided, processes: int | None = None
) -> list[Outcome]:
    """Refresh workbooks at the same time, and say what became of each, in the same order.

    After Ctrl+C those begun are finished and no other is begun; so too when a process dies.
    """
    outcomes: dict[Task, Outcome] = {}
    waiting, begun = iter(tasks), dict[Future[Outcome], Task]()
    count = min(processes or _cores(), len(tasks)) or 1
    with _processes(count) as pool, counting("Refreshing workbooks", len(tasks)) as one_more:
        with suppress(KeyboardInterrupt, BrokenProcessPool):
            while len(outcomes) < len(tasks):
                for task in islice(waiting, count - len(begun)):
                    begun[pool.submit(refresh_one, task, decided)] = task
                for future in wait(begun, return_when=FIRST_COMPLETED).done:
                    outcomes[begun[future]] = _outcome(future, begun[future])
                    del begun[future]
                    one_more()
        outcomes |= {task: _outcome(future, task) for future, task in begun.items()}
    return [outcomes.get(task, _not_begun(task)) for task in tasks]


def _cores() -> int:
    """How many processors this process may use, which can be fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _outcome(future: Future[Outcome], task: Task) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        found = "The process at work on it was ended. It is as it was, or refreshed whole."
        return _refused(task, Problem(task.book.name, found, "Refresh again."))


def _not_begun(task: Task) -> Outcome:
    problem = Problem(task.book.name, "It was not begun.", "Refresh again.")
    return Outcome(task, Became.NOT_BEGUN, problems=(problem,))


@contextmanager
def _processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Processes of our own: a fork has all modules already; a Mac's libraries do not bear one."""
    kind = "fork" if sys.platform == "linux" else "spawn"
    with ProcessPoolExecutor(count, get_context(kind), initializer=_begin) as pool:
        yield pool


def _begin() -> None:
    """Leave Ctrl+C to the process that asked, and give back memory: many workbooks come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.enable()


def refresh_folder(
    books: Path, returns: Path | None, decided: Decided, agree: Agree | None
) -> bool:
    """Refresh a folder's workbooks, and say whether none was refused.

    What will change is told and asked about first, unless ``agree`` is None; then what was told
    is done, or nothing: a return that is another by then is refused.
    """
    tasks, refused = find_tasks(books, returns)
    is_first_told = agree is not None and not decided.dry_run
    first = replace(decided, dry_run=True) if is_first_told else decided
    told = [*refused, *refresh_all(tasks, first)]
    print_outcomes(told)
    ready = [outcome.task for outcome in told if outcome.became is Became.WOULD_BE]
    done = []
    if is_first_told and ready and agree and agree():
        done = refresh_all(ready, decided)
        print_outcomes(done)
    elif first.dry_run:
        say("Nothing was changed.")
    return not any(outcome.is_refused for outcome in (*told, *done))


def refresh_in_json(books: Path, returns: Path | None, decided: Decided, *, yes: bool) -> bool:
    """Refresh a workbook, or all of a folder, and print what became of each as JSON.

    Without ``yes`` nothing is changed: there is nobody to ask. Says whether none was refused.
    """
    decided = decided if yes else replace(decided, dry_run=True)
    try:
        tasks, outcomes = find_tasks(books, returns) if books.is_dir() else ([], [])
    except XlAddinError as refusal:
        tasks, outcomes = [], [_refused(Task(books, returns), *refusal.problems)]
    if books.is_dir():
        outcomes += refresh_all(tasks, decided) if tasks else []
    else:
        outcomes = [refresh_one(Task(books, returns), decided)]
    print_json("refresh", map(_told, outcomes))
    return not any(outcome.is_refused for outcome in outcomes)


def _told(outcome: Outcome) -> Told:
    task, is_done = outcome.task, outcome.became is Became.REFRESHED
    told = Told(task.book.name, task.return_.name if task.return_ else None)
    told.outcome, told.changed, told.said = outcome.became.value, is_done, [*outcome.said]
    told.found += weighed(Severity.ERROR, outcome.problems)
    told.found += weighed(Severity.WARNING, outcome.warnings)
    return told


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Print what became of each workbook, and how many there are of each kind."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True)
    for heading in ("Workbook", "Return", "", "What"):
        table.add_column(heading)
    for outcome in sorted(outcomes, key=_refused_last):
        task = outcome.task
        given = task.return_.name if task.return_ else ""
        words = (task.book.name, given, outcome.became.value, "\n".join(_sentences(outcome)))
        table.add_row(*(Text(visible(text)) for text in words))
    Console().print(table)
    counted = Counter(outcome.became for outcome in outcomes)
    say(
        ", ".join(f"{counted[became]} {became.value}" for became in Became if counted[became]) + "."
    )


def _refused_last(outcome: Outcome) -> bool:
    """The end of a long table is what is seen of it."""
    return outcome.is_refused


def _sentences(outcome: Outcome) -> Iterator[str]:
    """What changed, what is wrong, and how many warnings there are: a row has no room for them."""
    yield from outcome.said
    for problem in grouped(outcome.problems):
        yield str(problem).removeprefix(f"{outcome.task.book.name}: ")
    if count := len(grouped(outcome.warnings)):
        where = (
            "in its Refresh log, under Warnings"
            if outcome.became is Became.REFRESHED
            else "refresh it alone with --dry-run to see them"
        )
        yield f"{count} to look at: {where}."
