"""A refresh on a day of each month without anybody there: a task for Windows, or a line for cron.

It is printed for whoever sets it up; nothing is set up here. Each run adds what it did, or why it
changed nothing, to a file beside the workbook; a question that only an officer can answer refuses.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated
from xml.sax.saxutils import escape

from xl_addin.command_line import Option
from xl_addin.console import BookPath, say
from xl_addin.errors import Problem, XlAddinError
from xl_addin.values import value_type

_LAST_DAY = 28
"""Each month has this day, and not the next ones."""


@value_type
class Run:
    """What is run, and when: on a day of each month, at an hour and a minute."""

    program: str
    book: Path
    return_: Path
    day: int
    hour: int
    minute: int

    @property
    def words(self) -> tuple[str, ...]:
        """The command and what follows it."""
        return (self.program, "refresh", str(self.book), "--return", str(self.return_), "--yes")

    @property
    def log(self) -> Path:
        """Where each run says what it did."""
        return self.book.with_name(f"{self.book.stem} scheduled runs.txt")


def cron_line(run: Run) -> str:
    """The line for a crontab; a % would end the command there, so each has a backslash.

    Source: crontab(5).
    """
    command = f"{shlex.join(run.words)} >> {shlex.quote(str(run.log))} 2>&1"
    return f"{run.minute} {run.hour} {run.day} * * {command}".replace("%", r"\%")


def task_xml(run: Run) -> str:
    """A task for Windows' Task Scheduler: schtasks /create /tn "xl-addin" /xml FILE.

    Source: Microsoft, Task Scheduler Schema, version 1.2. It runs as the user who sets it up, only
    while signed in, later where the computer was off. Unchecked on Windows.
    """
    if any("%" in word for word in (*run.words, str(run.log))):
        found = "Windows would read the % in it as the name of a setting."
        remedy = "Rename the folder or the file so that it has no %."
        raise XlAddinError([Problem(str(run.book), found, remedy)])
    quoted = " ".join(f'"{word}"' for word in run.words)
    arguments = f'/c "{quoted} >> "{run.log}" 2>&1"'
    months = "".join(f"<{month} />" for month in _MONTHS)
    return _TASK.format(
        start=f"2026-01-01T{run.hour:02}:{run.minute:02}:00",
        day=run.day,
        months=months,
        arguments=escape(arguments),
        folder=escape(str(run.book.parent)),
    )


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_TASK = """<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Monthly refresh by xl-addin</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>{start}</StartBoundary>
      <ScheduleByMonth>
        <DaysOfMonth><Day>{day}</Day></DaysOfMonth>
        <Months>{months}</Months>
      </ScheduleByMonth>
    </CalendarTrigger>
  </Triggers>
  <Principals><Principal><LogonType>InteractiveToken</LogonType></Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <StartWhenAvailable>true</StartWhenAvailable>
  </Settings>
  <Actions>
    <Exec>
      <Command>cmd.exe</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def parse_time(text: str) -> tuple[int, int]:
    """The hour and minute of a time such as "07:30". Raises XlAddinError for anything else.

    >>> parse_time("07:30")
    (7, 30)
    """
    hour, colon, minute = text.strip().partition(":")
    if colon and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60:
        return int(hour), int(minute)
    raise XlAddinError([Problem("--at", f"“{text}” is no time.", "Write one such as 07:30.")])


Return = Annotated[Path, Option("--return", "Where the month's return will lie.", "FILE-OR-FOLDER")]
Day = Annotated[
    int, Option("--day", f"The day of the month, 1 to {_LAST_DAY}.", least=1, most=_LAST_DAY)
]
At = Annotated[str, Option("--at", "The time of day.", "07:30")]
ForWindows = Annotated[
    bool, Option("--task/--cron", "A task for Windows' Task Scheduler, or a line for cron.")
]


def command(
    book: BookPath,
    return_: Return,
    day: Day = 5,
    at: At = "07:30",
    task: ForWindows = sys.platform == "win32",
) -> None:
    """Print a task or cron line that refreshes by itself each month, and says so in a file.

    On Windows: save what is printed as task.xml, then schtasks /create /tn "xl-addin" /xml
    task.xml. A run that needs an answer changes nothing and says what it needed.
    """
    hour, minute = parse_time(at)
    if not book.is_file():
        found = "There is no such workbook."
        raise XlAddinError([Problem(str(book), found, "Check its name and its folder.")])
    run = Run(_program(), book.resolve(), return_.resolve(), day, hour, minute)
    if task:
        print(task_xml(run))
    else:
        say(cron_line(run))


def _program() -> str:
    """The program that was started, by its whole path."""
    name = "xl-addin.exe" if sys.platform == "win32" else "xl-addin"
    beside = Path(sys.executable).with_name(name)
    return str(beside if beside.exists() else Path(sys.argv[0]).resolve())
