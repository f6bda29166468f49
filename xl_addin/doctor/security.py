"""What security settings of this computer mean for the buttons, where the registry says it.

The keys are those of Microsoft's policies for Office and Defender: macros (VBAWarnings), macros of
files from the internet (blockcontentexecutionfrominternet), and the rules for reducing the attack
surface, which group policy and Intune keep in two places. Read only, on Windows only.
"""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from pathlib import Path

from xl_addin.doctor.desk import Desk
from xl_addin.doctor.diagnosis import Diagnosis, attention, broken, ok

EXCEL_POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security"
EXCEL_CHOICE = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security"
RULES_BY_POLICY = (
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
)
RULES_BY_INTUNE = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
WIN32_CALLS = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
_BLOCK = "1"
_SIGNED_ONLY, _NONE = 3, 4
_TRUSTED_PLACES = 20


def macros(desk: Desk, book: Path | None) -> Iterator[Diagnosis]:
    """Whether Excel runs the macros of a workbook nobody signed; in trusted folders it does."""
    if not desk.is_windows:
        return
    level = _first(desk, "VBAWarnings", EXCEL_POLICY, EXCEL_CHOICE)
    if level in (_NONE, _SIGNED_ONLY) and book and _is_trusted(book.parent, desk):
        yield ok("Macros", "Excel runs those of workbooks in this folder, which it trusts.")
    elif level == _NONE:
        found = "Excel runs no macros here, and does not ask: the workbook's buttons do nothing."
        yield broken("Macros", found, _WITHOUT_BUTTONS, _ALLOW_MACROS)
    elif level == _SIGNED_ONLY:
        found = "Excel runs only signed macros here, and the workbook is not signed."
        yield broken("Macros", found, _WITHOUT_BUTTONS, _SIGN)
    else:
        yield ok("Macros", "Excel runs macros, or asks whether to.")


_WITHOUT_BUTTONS = (
    "Work from the command line (xl-addin refresh BOOK --live beside the open workbook), or "
    "send IT the text below."
)
_ALLOW_MACROS = (
    "Excel's macro setting is “Disable all without notification” (VBAWarnings = 4). For this "
    "user, please allow “Disable with notification”, or make the workbook's folder a trusted "
    "location. The macros only start Python; docs/install.md of xl-addin says what is run."
)
_SIGN = (
    "Excel runs digitally signed macros only (VBAWarnings = 3). Please sign the workbook's VBA "
    "project with the council's certificate, or make its folder a trusted location."
)


def defender(desk: Desk) -> Iterator[Diagnosis]:
    """Whether Defender keeps Office from starting Python, or from calling Windows."""
    if not desk.is_windows:
        return
    if _is_blocked(desk, CHILD_PROCESSES):
        found = "Defender forbids Office to start other programs: the buttons cannot start Python."
        remedy = (
            "Leave the workbook open in Excel and type xl-addin refresh BOOK --live, or use "
            "Refresh month in the Start menu (xl-addin install puts it there)."
        )
        yield broken("Defender", found, remedy, _CHILD)
    if _is_blocked(desk, WIN32_CALLS):
        found = "Defender forbids macros to call Windows: the full workbook may be stopped."
        remedy = "Make the workbook by xl-addin template --no-udfs: its macros call nothing."
        yield attention("Defender", found, remedy, _CALLS)
    if not _is_blocked(desk, CHILD_PROCESSES) and not _is_blocked(desk, WIN32_CALLS):
        yield ok("Defender", "No rule that is readable here stops the buttons.")


_CHILD = (
    "The attack surface reduction rule “Block all Office applications from creating child "
    f"processes” ({CHILD_PROCESSES}) is set to Block. xl-addin works with it from the Start menu "
    "or the command line; an exclusion is needed only for the buttons in the workbook."
)
_CALLS = (
    f"The attack surface reduction rule “Block Win32 API calls from Office macros” ({WIN32_CALLS}) "
    "is set to Block. xl-addin has a workbook without any such call (template --no-udfs)."
)


def _is_blocked(desk: Desk, rule: str) -> bool:
    said = desk.registry(RULES_BY_POLICY, rule) or desk.registry(RULES_BY_POLICY, rule.upper())
    listed = str(desk.registry(RULES_BY_INTUNE, "ASRRules") or "").casefold()
    return str(said) == _BLOCK or f"{rule}={_BLOCK}" in listed.replace(" ", "").split("|")


def from_the_internet(book: Path, desk: Desk) -> Iterator[Diagnosis]:
    """Whether Windows marked a workbook as one that came from the internet.

    The mark is a stream of the file beside its content, ``Zone.Identifier`` (Microsoft,
    MS-FSCC 5.6.1); zone 3 is the internet, 4 a restricted site.
    """
    try:
        mark = Path(f"{book}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
    except OSError:
        mark = ""
    zones = [line.partition("=")[2].strip() for line in mark.splitlines() if "ZoneId" in line]
    if not any(zone in ("3", "4") for zone in zones):
        yield ok("Came from", "It has no mark of having come by mail or from the internet.")
        return
    if _is_trusted(book.parent, desk):
        yield ok("Came from", "It came from the internet, and lies in a folder Excel trusts.")
        return
    found = "It came by mail or from the internet, so Excel blocks its macros."
    remedy = "Close it; in its folder right-click it, Properties, tick Unblock, OK."
    if _first(desk, "blockcontentexecutionfrominternet", EXCEL_POLICY) == 1:
        yield broken("Came from", found, remedy, _BLOCKED)
    else:
        yield attention("Came from", found, remedy, _BLOCKED)


_BLOCKED = (
    "The workbook has the mark of the web. Please unblock it, or make its folder a trusted "
    "location for Excel. It was made by xl-addin, whose macros only start Python."
)


def _is_trusted(folder: Path, desk: Desk) -> bool:
    lies = ntpath.normcase(f"{folder}\\")
    return any(
        lies == trusted or (below and lies.startswith(trusted)) for trusted, below in _trusted(desk)
    )


def _trusted(desk: Desk) -> Iterator[tuple[str, bool]]:
    """The folders that Excel trusts, and whether it trusts those in them too."""
    for root in (EXCEL_POLICY, EXCEL_CHOICE):
        for number in range(_TRUSTED_PLACES):
            key = rf"{root}\Trusted Locations\Location{number}"
            path = desk.filled_in(str(desk.registry(key, "Path") or "")).rstrip("\\")
            if path:
                below = desk.registry(key, "AllowSubfolders") == 1
                yield ntpath.normcase(f"{path}\\"), below


def _first(desk: Desk, name: str, *keys: str) -> str | int | None:
    """What the first of some keys says: what the council decided, before what the user chose."""
    found = (desk.registry(key, name) for key in keys)
    return next((value for value in found if value is not None), None)
