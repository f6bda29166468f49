"""The names by which the workbook's parts are found. No code knows a cell address."""

from __future__ import annotations

from xl_addin.dataset import columns
from xl_addin.period import MONTHS_SHOWN

WORKBOOK_FORMAT = 2
"""The present edition of the workbook; dataset/editions.py says what an edition is."""


class Sheet:
    """The sheets, as the template names them (officers may rename them)."""

    DATASET = "Dataset"
    SUMMARY = "Summary"
    COMMENTARY = "Commentary"
    KEY_MEASURES = "Key measures"
    SIGNALS = "Signals"
    SIGNAL_FIGURES = "Signal figures"
    TARGETS = "Targets"
    COMPARATORS = "Comparators"
    DATA_NOTES = "Data notes"
    MONTHLY_RETURN = "Monthly return"
    MEASURES = "Measures"
    HISTORY = "Figures recorded"
    """Excel in English keeps the name History for itself; the table is called so."""

    PUT_ON_FIGURES = "Put on figures"
    REFRESH_LOG = "Refresh log"
    SHARED_COPIES = "Shared copies"
    SETTINGS = "Settings"
    HELP = "Help with this workbook"  # officers have sheets called Help of their own
    XLWINGS = "xlwings.conf"


class Name:
    """The named ranges."""

    TITLE = "DatasetTitle"
    MONTH = "DatasetMonth"
    THRESHOLD = "DirectionThreshold"
    LOG_END = "RefreshLogEnd"
    """The setting that says with which seal the log ends."""

    SIGNALS_SHOWN = "SignalsShown"
    MEASURE_REFS = "MeasureRefs"
    MEASURE_POLARITIES = "MeasurePolarities"
    KEY_REFS = "KeyMeasureRefs"
    KEY_MONTHS = "KeyMeasureMonths"
    KEY_HEADINGS = "KeyMeasureHeadings"
    KEY_FIGURES = "KeyMeasureFigures"
    KEY_LABELS = "KeyMeasureLabels"
    SIGNAL_REFS = "SignalMeasureRefs"
    SIGNAL_FIGURES = "SignalChartFigures"
    RETURN_MONTH = "ReturnMonth"
    """The month of every figure on the sheet Monthly return."""

    CHARTED = (KEY_REFS, KEY_MONTHS, KEY_HEADINGS, KEY_FIGURES, KEY_LABELS)
    """The cells behind the charts, all of them formulas."""

    READ = (TITLE, MONTH, LOG_END, RETURN_MONTH, SIGNAL_REFS, *CHARTED)
    """What is read of a workbook, beside the cells that choose the measures of the charts."""

    @staticmethod
    def key_measure(slot: int) -> str:
        """The cell that chooses the measure of a chart, counted from 1."""
        return f"KeyMeasure{slot}"

    @staticmethod
    def signal_measure(slot: int) -> str:
        """The cell that chooses the measure of a chart on the sheet Signals, counted from 1."""
        return f"SignalMeasure{slot}"

    @staticmethod
    def signal_words(slot: int) -> str:
        """The cell under such a chart that says in words what it shows."""
        return f"SignalWords{slot}"

    @classmethod
    def is_drawn(cls, name: str) -> bool:
        """Whether it is of the charts of Signals, and never read: all but refs and choices."""
        is_choice = name.startswith(cls.signal_measure(0)[:-1]) and name[-1].isdecimal()
        is_read = is_choice or name in (cls.SIGNAL_REFS, cls.SIGNALS_SHOWN)
        return name.startswith("Signal") and not is_read


class KeyMeasures:
    """Headings of the figures behind the charts, on the sheet ``Key measures``."""

    LABEL_LAST_YEAR = "Label, last year"
    LABEL_LATEST = "Label, latest"


class Dataset:
    """The table ``Dataset``. After Description stand the 13 months, then what columns.py lists."""

    TABLE = "Dataset"
    REF = "Measure Ref"
    AREA = "Performance Area"
    DESCRIPTION = "Description"
    CHANGE = columns.CHANGE.heading
    AVERAGE = columns.AVERAGE.heading
    MAXIMUM = columns.MAXIMUM.heading
    TREND = columns.TREND.heading
    NOTES = columns.NOTES.heading
    BEFORE_MONTHS = (REF, AREA, DESCRIPTION)
    DERIVED = tuple(column.heading for column in columns.DERIVED)
    LOOKED_UP = tuple(column.heading for column in columns.LOOKED_UP)
    AFTER_MONTHS = tuple(column.heading for column in columns.COLUMNS)
    UNNAMED_MONTHS = tuple(f"Month {n}" for n in range(1, MONTHS_SHOWN + 1))
    """The month headings of a workbook that has no figures yet."""


class Measures:
    """The table ``Measures``: the catalogue."""

    TABLE = "Measures"
    REF = "Measure Ref"
    AREA = "Performance Area"
    DESCRIPTION = "Description"
    KEY_HEADING = "Key heading"
    UNIT = "Unit"
    DECIMALS = "Decimals"
    POLARITY = "Polarity"
    NUMERATOR = "Numerator"
    DENOMINATOR = "Denominator"
    KEY = "Key measure"
    OWNER = "Owner"
    DEFINITION = "Definition"
    LIMITS = "Control limits"
    SUM_OF = "Is the sum of"
    INFLOW = "Inflow"
    OUTFLOW = "Outflow"
    UPPER_BOUND = "Upper bound"
    SHOWN = "Shown without counts"
    LINKS = (SUM_OF, INFLOW, OUTFLOW, UPPER_BOUND, SHOWN)
    COLUMNS = (
        *(REF, AREA, DESCRIPTION, KEY_HEADING, UNIT, DECIMALS, POLARITY, NUMERATOR),
        *(DENOMINATOR, KEY, OWNER, DEFINITION, LIMITS, *LINKS),
    )


class Return:
    """The table ``MonthlyReturn``, and every tidy return file.

    A file names the month in each row; the table has it above, and each measure's description.
    In the first edition it was as a file is.
    """

    TABLE = "MonthlyReturn"
    REF = "Measure Ref"
    DESCRIPTION = "Description"
    MONTH = "Month"
    NUMERATOR = "Numerator"
    DENOMINATOR = "Denominator"
    VALUE = "Value"
    STATUS = "Status"
    NOTE = "Note"
    SAID = (NUMERATOR, DENOMINATOR, VALUE, STATUS, NOTE)
    COLUMNS = (REF, MONTH, *SAID)
    OF_TABLE = (REF, DESCRIPTION, *SAID)


class History:
    """The table ``History``: one row per measure, month and revision."""

    TABLE = "History"
    REF = "Measure Ref"
    MONTH = "Month"
    REVISION = "Revision"
    NUMERATOR = "Numerator"
    DENOMINATOR = "Denominator"
    VALUE = "Value"
    STATUS = "Status"
    RECORDED = "Recorded"
    SOURCE = "Source"
    COLUMNS = (REF, MONTH, REVISION, NUMERATOR, DENOMINATOR, VALUE, STATUS, RECORDED, SOURCE)


class DataNotes:
    """The table ``DataNotes``."""

    TABLE = "DataNotes"
    NOTE = "Note"
    APPLIES_TO = "Applies to"
    TEXT = "Text"
    FROM = "From"
    TO = "To"
    STATE = "State"
    ORIGIN = "Origin"
    CHANGED = "Changed"
    COLUMNS = (NOTE, APPLIES_TO, TEXT, FROM, TO, STATE, ORIGIN, CHANGED)


class PutOnFigures:
    """The table ``PutOnFigures``: comments, colours and rules that left the page with a month."""

    TABLE = "PutOnFigures"
    REF = "Measure Ref"
    MONTH = "Month"
    KIND = "Kind"
    SAYS = "Says"
    LEFT = "Left the page"
    KEPT = "Kept as"
    COLUMNS = (REF, MONTH, KIND, SAYS, LEFT, KEPT)


class RefreshLog:
    """The table ``RefreshLog``: one row per refresh."""

    TABLE = "RefreshLog"
    WHEN = "When"
    WHO = "Who"
    MONTH = "Month"
    SOURCE = "Source"
    DIGEST = "SHA-256"
    ADDED = "Figures added"
    RESTATED = "Restated"
    NOT_UPDATED = "Not updated"
    MISSING = "Missing"
    WARNINGS = "Warnings"
    VERSION = "Version"
    SEAL = "History digest"
    COUNTS = (ADDED, RESTATED, NOT_UPDATED, MISSING, WARNINGS)
    COLUMNS = (WHEN, WHO, MONTH, SOURCE, DIGEST, *COUNTS, VERSION, SEAL)


class SharedCopies:
    """The table ``SharedCopies``: a row for each measure of each share copy."""

    TABLE = "SharedCopies"
    SHARED = "Shared"
    FILE = "File"
    ISSUE = "Issue"
    HIDDEN = "Hidden counts"
    CONSENT = "Consent"
    REF = "Measure Ref"
    FIGURES = "Figures"
    SEAL = "Digest"
    HIDDEN_COUNT = "[c] confidential: a count from 1 to "
    """What a suppressed copy says above its tables, and by which it is known for one."""

    COLUMNS = (SHARED, FILE, ISSUE, HIDDEN, CONSENT, REF, FIGURES, SEAL)


class Signals:
    """The table ``Signals``: the limits of each measure, and what its latest figure says."""

    TABLE = "Signals"
    CHARTS = 6
    REF = "Measure Ref"
    DESCRIPTION = "Description"
    SINCE = "Since"
    MONTHS = "Months"
    MEAN = "Mean"
    LOWER = "Lower limit"
    UPPER = "Upper limit"
    OUTSIDE = "Outside a limit"
    TREND = "Trend"
    SHIFT = "Shift"
    NEAR = "Near a limit"
    SIGNAL = columns.SIGNAL.heading
    RULE = "Rule"
    TARGET = columns.TARGET.heading
    ASSURANCE = columns.ASSURANCE.heading
    DRAWN = "Drawn"
    """What a chart of the measure draws, packed into a text: dataset/drawn.py."""

    LIMITS = (MEAN, LOWER, UPPER)
    RULES = (OUTSIDE, TREND, SHIFT, NEAR)
    FORMULAS = (*RULES, SIGNAL, RULE, ASSURANCE)
    TO_READ = (REF, DESCRIPTION, SINCE, MONTHS, *LIMITS, *RULES, SIGNAL, RULE, TARGET, ASSURANCE)
    COLUMNS = (*TO_READ, DRAWN)


class Targets:
    """The table ``Targets``: what a measure is to reach, from month to month."""

    TABLE = "Targets"
    REF = "Measure Ref"
    FROM = "From"
    TO = "To"
    TARGET = "Target"
    COLUMNS = (REF, FROM, TO, TARGET)


class Comparators:
    """The table ``Comparators``: what England, a region, neighbours had of a measure."""

    TABLE = "Comparators"
    REF = "Measure Ref"
    WHO = "Who"
    PERIOD = "Period"
    VALUE = "Value"
    SOURCE = "Source"
    COLUMNS = (REF, WHO, PERIOD, VALUE, SOURCE)


class Summary:
    """The table ``Summary``: the month in words, and beside each sentence what officers say."""

    TABLE = "Summary"
    ABOUT = "About"
    REF = "Measure Ref"
    LINK = "Row"
    WORDS = "In words"
    COMMENTARY = "Commentary"
    OWNER = "Owner"
    ACTION = "Action"
    DUE = "Due"
    LAST = "Commentary last month"
    LOOKED_UP = (LINK, COMMENTARY, OWNER, ACTION, DUE, LAST)
    COLUMNS = (ABOUT, REF, LINK, WORDS, COMMENTARY, OWNER, ACTION, DUE, LAST)


class Commentary:
    """The table ``Commentary``: what officers say of a measure's month."""

    TABLE = "Commentary"
    MONTH = "Month"
    REF = "Measure Ref"
    TEXT = "Commentary"
    OWNER = "Owner"
    ACTION = "Action"
    DUE = "Due"
    COLUMNS = (MONTH, REF, TEXT, OWNER, ACTION, DUE)


class Settings:
    """The table ``Settings``, and the settings it holds."""

    TABLE = "Settings"
    SETTING = "Setting"
    VALUE = "Value"
    MEANING = "Meaning"
    COLUMNS = (SETTING, VALUE, MEANING)

    RETURN = "Return file or folder"
    THRESHOLD = "Direction threshold"
    DERIVED = "Derived columns"
    SIGNALS = "Signals on the page"
    BACKUPS = "Backups to keep"
    BACKUP_DAYS = "Days to keep backups"
    SMALL_COUNT = "Suppression threshold"
    WHOLE_VALUES = "Suppression interval"
    SHARE_SIGNALS = "Signals in share copies"
    LARGEST_RETURN = "Largest return (MB)"
    MOST_ROWS = "Most rows of a return"
    MOST_CELLS = "Most cells of a return"
    MOST_FILES = "Most files in a folder"
    LOG_END = "Refresh log ends with"
    FORMAT = "Workbook format"


TABLES: dict[str, tuple[str, ...]] = {
    Dataset.TABLE: (*Dataset.BEFORE_MONTHS, *(c.heading for c in columns.COLUMNS if c.since == 1)),
    DataNotes.TABLE: DataNotes.COLUMNS,
    Return.TABLE: Return.OF_TABLE,
    Measures.TABLE: Measures.COLUMNS,
    History.TABLE: History.COLUMNS,
    PutOnFigures.TABLE: PutOnFigures.COLUMNS,
    RefreshLog.TABLE: RefreshLog.COLUMNS,
    SharedCopies.TABLE: SharedCopies.COLUMNS,
    Signals.TABLE: Signals.COLUMNS,
    Targets.TABLE: Targets.COLUMNS,
    Comparators.TABLE: Comparators.COLUMNS,
    Summary.TABLE: Summary.COLUMNS,
    Commentary.TABLE: Commentary.COLUMNS,
    Settings.TABLE: Settings.COLUMNS,
}
"""Each table and the headings it has in the present edition."""

SINCE: dict[str | tuple[str, str], int] = {
    **dict.fromkeys((SharedCopies.TABLE, PutOnFigures.TABLE, Signals.TABLE, Targets.TABLE), 2),
    **dict.fromkeys((Comparators.TABLE, Summary.TABLE, Commentary.TABLE), 2),
    **dict.fromkeys((Sheet.SHARED_COPIES, Sheet.PUT_ON_FIGURES, Sheet.SIGNALS, Sheet.HELP), 2),
    **dict.fromkeys((Sheet.TARGETS, Sheet.COMPARATORS, Sheet.SUMMARY, Sheet.COMMENTARY), 2),
    **{(Measures.TABLE, heading): 2 for heading in (Measures.LIMITS, *Measures.LINKS)},
    (Return.TABLE, Return.DESCRIPTION): 2,
    **dict.fromkeys((Name.LOG_END, Name.RETURN_MONTH, Name.SIGNALS_SHOWN), 2),
    **dict.fromkeys((Sheet.SIGNAL_FIGURES, Name.SIGNAL_REFS, Name.SIGNAL_FIGURES), 2),
    **{name(n): 2 for name in (Name.signal_measure, Name.signal_words) for n in range(1, 7)},
    **{(Dataset.TABLE, c.heading): c.since for c in columns.COLUMNS if c.since > 1},
}
"""The edition that brought a table, a name, a sheet, or a column of a table (table, heading).

What is not listed has been there since the first. dataset/editions.py says how to add to it.
"""
