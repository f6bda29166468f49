"""Questions: what a refresh cannot decide without an officer, and what each answer does.

They are found here, as plain data, and asked at the edges: by a message box, by an option of the
command line, or by a test. A question without an answer takes its default; without one, the
refresh is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum, StrEnum
from itertools import pairwise

from xl_addin.dataset.history import Arrival, Outcome, Revision
from xl_addin.dataset.printing import in_print
from xl_addin.dataset.ratio import with_ratios
from xl_addin.dataset.wording import find_reworded
from xl_addin.dataset.workbook import Workbook
from xl_addin.errors import Problem, listed
from xl_addin.layout import RefreshLog
from xl_addin.observation import State
from xl_addin.period import Month
from xl_addin.returns import Entry, Return, says_something
from xl_addin.returns.rows import PER_CENTS
from xl_addin.values import replace, value_type

FAR = 11
"""A month further than this from all that is recorded is asked about: a year was mistyped."""

FEWEST_RESTATED = 5
MOST_RESTATED = 0.75
"""A few restated figures are a correction; nearly all of a month are another month's."""


class Reply(StrEnum):
    """An answer. No answer at all leaves the workbook as it is."""

    YES = "yes"
    NO = "no"


class About(Enum):
    """What a question is about; its value is the option that says yes on the command line."""

    PER_CENTS = PER_CENTS
    MONTHS = "--months-are-right"
    OLDER = "--take-older"
    WORDING = "--keep-wording"


@value_type
class Question:
    """Something only an officer can decide.

    ``item`` is what of its kind it is about, such as "CP7 Jul 2015"; blank where there is one
    question of a kind. ``default`` is what is done without an answer; None refuses. ``lines`` are
    to be seen before it is answered.
    """

    about: About
    text: str
    yes: str
    no: str
    item: str = ""
    default: Reply | None = None
    lines: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[About, str]:
        """By what its answer is found."""
        return self.about, self.item

    @property
    def option(self) -> str:
        """How yes is said on the command line."""
        return f'{self.about.value} "{self.item}"' if self.item else self.about.value


Answers = Mapping[tuple[About, str], Reply]
"""Replies to questions, by key."""

NO_ANSWERS: Answers = {}

Ask = Callable[[tuple[Question, ...]], Answers | None]
"""The answers to questions, as far as there are any; None leaves the workbook alone."""


def questions_of(
    workbook: Workbook, return_: Return, answers: Answers, today: Month
) -> tuple[Question, ...]:
    """What is to be asked before a return can be brought in, and has no answer yet.

    Months come first: where they are wrong, nothing else is worth an answer. Of months still to
    come nothing is asked: no answer lets them in.
    """
    months = [q for q in _month_questions(workbook, return_, today) if not _is_settled(q, answers)]
    if months:
        return tuple(months)
    asked = [older.question for older in older_figures(workbook, return_)]
    left = [question for question in asked if not _is_settled(question, answers)]
    wording = [] if left else _about_wording(workbook)
    return tuple(left or (q for q in wording if not _is_settled(q, answers)))


def _about_wording(workbook: Workbook) -> Iterator[Question]:
    """Whether words rewritten on the page are to go to Measures."""
    if found := find_reworded(workbook):
        refs = listed([each.ref for each in found])
        yield Question(
            About.WORDING,
            f"The page has other words than Measures for {refs}. Keep those of the page?",
            yes="writes them in Measures",
            no="puts Measures' words on the page",
            default=Reply.NO,
            lines=tuple(f"{each.ref}: “{each.page}” for “{each.measures}”" for each in found),
        )


def _is_settled(question: Question, answers: Answers) -> bool:
    """Whether a question has an answer that lets the refresh go on."""
    reply = answers.get(question.key)
    return reply is Reply.YES or (reply is Reply.NO and question.default is not None)


def about_per_cents(return_: Return) -> Question | None:
    """Whether percentages are to be read as they are typed, where all seem to be typed so."""
    if not return_.typed:
        return None
    files = listed(return_.typed_in)
    return Question(
        About.PER_CENTS,
        f"All percentages of {files} are typed as 39, not 39% ({return_.typed} of them). "
        "Read them so?",
        yes="reads 39 as 39%",
        no="lists them as mistakes",
        default=Reply.NO,
    )


def unanswered(
    workbook: Workbook, return_: Return, answers: Answers, today: Month
) -> Iterator[Problem]:
    """Questions that have neither an answer nor a default: each stops a refresh."""
    for question in questions_of(workbook, return_, answers, today):
        if question.default is None:
            remedy = f"Correct it; or, if it is right, say so ({question.option})."
            yield Problem(return_.source, question.text, remedy)


def without_older(
    workbook: Workbook, return_: Return, answers: Answers
) -> tuple[Return, tuple[Problem, ...]]:
    """A return without what would undo a correction, unless an officer said to go back to it.

    Also what an officer is to know of each figure that was kept so.
    """
    older = [
        each
        for each in older_figures(workbook, return_)
        if answers.get(each.question.key) is not Reply.YES
    ]
    if not older:
        return return_, ()
    dropped = {each.entry.observation.key for each in older}
    entries = tuple(e for e in return_.entries if e.observation.key not in dropped)
    return replace(return_, entries=entries), tuple(each.kept(answers) for each in older)


def unfitting(workbook: Workbook, return_: Return, take_older: Iterable[str]) -> Iterator[Problem]:
    """Names of figures to go back to that fit none, each with those that would."""
    named = [" ".join(name.split()) for name in take_older]
    if not (others := [name for name in named if name.casefold() != "all"]):
        return
    items = [older.item for older in older_figures(workbook, return_)]
    known = {item.casefold() for item in items}
    for name in others:
        if name.casefold() not in known:
            found = f"“{name}” is no figure of {return_.source} that is older than what stands."
            remedy = f"Name one of these: {listed(items)}." if items else "None is: leave it out."
            yield Problem(About.OLDER.value, found, remedy)


def _month_questions(workbook: Workbook, return_: Return, today: Month) -> Iterator[Question]:
    """Whether the months of a return are right, where they are hard to believe."""
    recorded = workbook.history.months()
    brought = {e.observation.month for e in return_.entries if says_something(e)}
    brought = {month for month in brought if month <= today}
    if out := months_out_of_line(brought, recorded):
        yield _about_months(
            f"It has figures for {listed([month.label for month in out])}, more than {FAR} months "
            f"from everything else{_newest(recorded)}.",
        )
    elif restated := _month_again(workbook, return_):
        yield _about_months(restated)


def _about_months(found: str) -> Question:
    return Question(
        About.MONTHS,
        found,
        yes="brings them in",
        no="leaves everything as it is",
    )


def _newest(recorded: set[Month]) -> str:
    return f"; the newest month recorded is {max(recorded).label}" if recorded else ""


def months_out_of_line(brought: set[Month], recorded: set[Month]) -> tuple[Month, ...]:
    """Months brought that lie further than FAR from the newest recorded and all that leads to it.

    With nothing recorded, from the most of the months brought.

    >>> [m.label for m in months_out_of_line({Month(2025, 7)}, {Month(2015, 6), Month(2015, 7)})]
    ['Jul 2025']
    """
    if not brought:
        return ()
    runs: list[list[Month]] = [[min(brought | recorded)]]
    for before, after in pairwise(sorted(brought | recorded)):
        if before.plus(FAR) < after:
            runs.append([])
        runs[-1].append(after)
    home = next((run for run in runs if recorded and max(recorded) in run), max(runs, key=len))
    return tuple(sorted(brought - recorded - set(home)))


def _month_again(workbook: Workbook, return_: Return) -> str:
    """That a return's newest month is recorded already, and nearly all of it differs."""
    newest = return_.newest_month
    arrivals = [a for _, a in _met(workbook, return_) if a.observation.month == newest]
    known = [a for a in arrivals if a.before and a.before.state is State.NUMBER]
    restated = [a for a in known if a.outcome is Outcome.RESTATED]
    if newest is None or len(restated) < max(FEWEST_RESTATED, MOST_RESTATED * len(known)):
        return ""
    return (
        f"Its newest month is {newest.label}, and it would restate {len(restated)} of the "
        f"{len(known)} figures recorded for it{_newest(workbook.history.months())}."
    )


@value_type
class Older:
    """A figure of a return that would undo what was recorded since."""

    entry: Entry
    says: str
    stands: str
    since: datetime
    source: str

    @property
    def item(self) -> str:
        """Its measure and month."""
        seen = self.entry.observation
        return f"{seen.ref} {seen.month.label}"

    @property
    def question(self) -> Question:
        """Whether to go back to it."""
        text = (
            f"{self.item}: the return says {self.says}, but {self.stands} was recorded on "
            f"{self.since:%d/%m/%Y} ({self.source})."
        )
        return Question(
            About.OLDER,
            text,
            yes=f"takes {self.says}",
            no=f"keeps {self.stands}",
            item=self.item,
            default=Reply.NO,
        )

    def kept(self, answers: Answers) -> Problem:
        """What an officer is told of it where it is not gone back to, asked or not."""
        option = self.question.option
        way = "refresh again and say so" if self.question.key in answers else option
        return Problem(
            self.entry.place,
            f"{self.item} is {self.says} here; {self.stands}, recorded on "
            f"{self.since:%d/%m/%Y} ({self.source}), is kept.",
            f"To take it all the same: {way}.",
        )


def older_figures(workbook: Workbook, return_: Return) -> Iterator[Older]:
    """The figures of a return that was brought in before, or is older than what is recorded.

    One that stood once, unless a newer return gives it again; one that was brought in by this
    very file before; one of a return whose months end before those of the return that gave what
    stands.
    """
    changed = [(e, a) for e, a in _met(workbook, return_) if e and a.before and _differs(a)]
    if not changed:
        return
    newest, pages = workbook.history.newest_months(), _pages(workbook)
    seen_on = _last_time(workbook, return_.digest)
    for entry, arrival in changed:
        seen = arrival.observation
        standing = workbook.history.standing(*seen.key)
        if standing is None:
            continue
        as_of = entry.as_of or return_.newest_month or seen.month
        given_for = newest[standing.recorded, standing.source]
        page = pages.get(standing.recorded, workbook.month or given_for)
        if (
            (seen_on and standing.recorded > seen_on)
            or as_of < given_for
            or (_stood(workbook, arrival) and as_of <= page)
        ):
            yield _older(workbook, entry, arrival, standing)


def _older(workbook: Workbook, entry: Entry, arrival: Arrival, standing: Revision) -> Older:
    measure = workbook.catalogue[entry.observation.ref]
    return Older(
        entry,
        in_print(arrival.observation, measure),
        in_print(standing.observation, measure),
        standing.recorded,
        standing.source,
    )


def _met(workbook: Workbook, return_: Return) -> list[tuple[Entry | None, Arrival]]:
    """What would become of each figure of a return; without an entry those worked out."""
    known = [e for e in return_.entries if e.observation.ref in workbook.catalogue]
    entries = {entry.observation.key: entry for entry in known}
    given = [entry.observation for entry in known]
    complete = with_ratios(given, workbook.catalogue, workbook.history)
    arrivals = workbook.history.merge(complete, workbook.catalogue)
    return [(entries.get(arrival.observation.key), arrival) for arrival in arrivals]


def _differs(arrival: Arrival) -> bool:
    """Whether something else would be recorded than stands: a figure or a reason."""
    return arrival.outcome.is_recorded and arrival.outcome is not Outcome.REFINED


def _stood(workbook: Workbook, arrival: Arrival) -> bool:
    """Whether it is what was recorded once and replaced."""
    seen = arrival.observation
    *earlier, _ = workbook.history.revisions_of(*seen.key)
    return any(
        seen.agrees_with(was.value) if was.value is not None else was.status == seen.status
        for was in earlier
    )


def _pages(workbook: Workbook) -> dict[datetime, Month]:
    """The month of the page after each refresh of the log."""
    pages = {}
    for _, row in workbook.tables[RefreshLog.TABLE].records():
        when, month = row[RefreshLog.WHEN], row[RefreshLog.MONTH]
        if isinstance(when, datetime) and isinstance(month, date):
            pages[when] = Month.of(month)
    return pages


def _last_time(workbook: Workbook, digest: str) -> datetime | None:
    """When a return was last brought in."""
    records = (row for _, row in workbook.tables[RefreshLog.TABLE].records())
    times = [row[RefreshLog.WHEN] for row in records if row[RefreshLog.DIGEST] == digest]
    return max((time for time in times if isinstance(time, datetime)), default=None)
