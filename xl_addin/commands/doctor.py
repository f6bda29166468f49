"""The doctor's visit: what it finds, told in sentences or as JSON, and what it mends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from xl_addin import __version__
from xl_addin.command_line import Argument, Option
from xl_addin.commands.book import Agree, Tell
from xl_addin.commands.replacing import replace_book
from xl_addin.commands.show import show_month
from xl_addin.commands.upgrade import upgrade_book
from xl_addin.console import Yes, agreeing, occasion, say
from xl_addin.dataset.workbook import parse_workbook
from xl_addin.doctor import Diagnosis, Mend, State, examine, this_desk
from xl_addin.doctor.desk import Desk
from xl_addin.doctor.mending import mended
from xl_addin.doctor.place import IN_USE
from xl_addin.errors import Problem, XlAddinError
from xl_addin.excel.closed import ClosedBook, held
from xl_addin.ooxml.refusals import read_bytes
from xl_addin.refresh import Occasion

_SIGNS = {State.OK: "ok", State.ATTENTION: "attention", State.BROKEN: "BROKEN"}
MENDING = "Mended by the doctor"
"""What the list of backups calls it."""


def visit(book: Path | None, desk: Desk | None = None) -> tuple[Diagnosis, ...]:
    """Everything the doctor finds; what is worst comes first. Nothing is changed."""
    order = (State.BROKEN, State.ATTENTION, State.OK)
    return tuple(sorted(examine(book, desk or this_desk()), key=lambda d: order.index(d.state)))


def in_words(found: Sequence[Diagnosis]) -> Iterator[str]:
    """What was found, a line for each, then the text for the council's IT where there is one."""
    for diagnosis in found:
        yield f"{_SIGNS[diagnosis.state]:<9}  {diagnosis.subject}: {diagnosis.found}"
        if diagnosis.remedy:
            yield f"{'':<9}  → {diagnosis.remedy}"
    if texts := list(dict.fromkeys(d.for_it for d in found if d.for_it)):
        yield ""
        yield "To paste into a message to IT:"
        yield from (f"  {text}" for text in texts)


def in_short(found: Iterable[Diagnosis]) -> Iterator[str]:
    """What a box beside the open workbook says: what is not as it should be, and the remedy.

    That it is open is left out: it is where it was asked.
    """
    wanting = [d for d in found if d.state is not State.OK and d.subject != IN_USE]
    for diagnosis in wanting:
        yield f"{diagnosis.subject}: {diagnosis.found} {diagnosis.remedy}"
    if not wanting:
        yield "This computer and the workbook's file are as they should be."


def in_json(found: Iterable[Diagnosis]) -> str:
    """The same for programs: a list of findings, with the version of xl-addin.

    Each has subject, state (ok, attention, broken), found, remedy, for_it, and mend: what --fix
    does, blank where it does nothing.
    """
    fields = ("subject", "state", "found", "remedy", "for_it", "mend")
    findings = [{name: str(getattr(each, name)) for name in fields} for each in found]
    return json.dumps({"version": __version__, "findings": findings}, indent=2, ensure_ascii=False)


def mend(path: Path, when: Occasion, *, tell: Tell, agree: Agree) -> bool:
    """Put right what is safe to put right, after a backup, and say whether anything was changed.

    Undo takes each change back. Raises WorkbookRefused where the workbook may not be changed.
    """
    mends: set[Mend] = {d.mend for d in visit(path) if d.mend is not Mend.NONE}
    if not mends:
        tell("There is nothing here that can be mended by itself. Nothing was changed.")
        return False
    if not agree():
        tell("Nothing was changed.")
        return False
    with held(path, to_change=True) as book:
        changed = [step(book, mends, when, tell) for step in _STEPS]
    return any(changed)


def _mend_file(book: ClosedBook, mends: set[Mend], when: Occasion, tell: Tell) -> bool:
    """Where Python is, and the page's formats."""
    now = read_bytes(book.path)
    data, told = mended(book.path, now, mends)
    if data == now:
        return False
    replace_book(book, data, now, when.when, MENDING)
    for line in told:
        tell(f"• {line}")
    return True


def _mend_edition(book: ClosedBook, mends: set[Mend], when: Occasion, tell: Tell) -> bool:
    """What an older version made, macros and sheets."""
    if Mend.EDITION not in mends:
        return False
    return upgrade_book(book, when, tell=tell, agree=lambda: True)


def _mend_formulas(book: ClosedBook, mends: set[Mend], when: Occasion, tell: Tell) -> bool:
    """Formulas typed over: the page is written anew for the month that it shows."""
    month = parse_workbook(book.read()).month
    if Mend.FORMULAS not in mends or month is None:
        return False
    return show_month(book, month, when, tell=tell)


_STEPS = (_mend_file, _mend_edition, _mend_formulas)


def _mend(book: Path | None, *, quietly: bool, yes: bool) -> None:
    """Mend the workbook that was named; what is printed for programs holds nothing else."""
    if book is None or (quietly and not yes):
        remedy = "Type xl-addin doctor BOOK --fix; with --json, add --yes."
        raise XlAddinError([Problem("--fix", "It says what is to be mended, and asks.", remedy)])
    tell = (lambda _: None) if quietly else say
    mend(book, occasion(), tell=tell, agree=agreeing(yes, "Mend it?"))


Fix = Annotated[bool, Option("--fix", "Put right what is safe to put right, after a backup.")]
AsJson = Annotated[bool, Option("--json", "Print it for programs.")]
OptionalBook = Annotated[Path | None, Argument("[BOOK]", "The workbook, if it is about one.")]


def command(
    book: OptionalBook = None, fix: Fix = False, as_json: AsJson = False, yes: Yes = False
) -> None:
    """Look at this computer and a workbook, and say plainly what keeps them from working.

    What is broken comes first, each with its remedy; then a text to paste for IT. Exit code 1
    where something is broken.
    """
    if fix:
        _mend(book, quietly=as_json, yes=yes)
    found = visit(book)
    if as_json:
        print(in_json(found))
    else:
        for line in in_words(found):
            say(line)
    if any(diagnosis.state is State.BROKEN for diagnosis in found):
        raise SystemExit(1)
