"""What makes a workbook one with macros: the VBA project, the ribbon tab and their package."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from xl_addin.excel.template.functions import MODULE, build_functions
from xl_addin.excel.template.packing import CONTENT_TYPES, Parts, pack, read_parts
from xl_addin.patterns import pattern
from xl_addin.values import value_type

RELATIONSHIPS = "_rels/.rels"
RIBBON = "customUI/customUI.xml"

_PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_WITH_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_RIBBON_RELATIONSHIP = (
    '<Relationship Id="rIdRibbon" '
    'Type="http://schemas.microsoft.com/office/2006/relationships/ui/extensibility" '
    f'Target="{RIBBON}"/>'
)

_DIRECTIVE = pattern(r"\s*#(If|ElseIf|Else|End If)\b\s*(.*)")

WITHOUT_FUNCTIONS = ("Performance.bas", "PythonStarter.bas", "ThisWorkbook.cls")
WITH_FUNCTIONS = ("LastFigures.bas", "Performance.bas", "ThisWorkbook.cls")


def add_macros(workbook: bytes, *, functions: bool = True) -> bytes:
    """Turn an .xlsx into an .xlsm with the VBA modules and the ribbon tab.

    Without functions for cells, nothing in the VBA calls a library of Windows directly.
    """
    parts = read_parts(workbook)
    _allow_macros(parts)
    _add_ribbon(parts)
    return pack(read_parts(_with_project(pack(parts), vba_sources(functions=functions))))


def vba_sources(*, functions: bool = True) -> Mapping[str, str]:
    """The VBA modules that the workbook gets, by name.

    The one with functions has xlwings' own module, of the installed version; the one without
    starts Python by a module of its own.
    """
    folder = files("xl_addin") / "vba"
    names = WITH_FUNCTIONS if functions else WITHOUT_FUNCTIONS
    sources = {Path(name).stem: (folder / name).read_text(encoding="utf-8") for name in names}
    if functions:
        sources[MODULE] = build_functions()
        sources["xlwings"] = _module_of_xlwings()
    return {name: _with_crlf(text) for name, text in sources.items()}


def _module_of_xlwings() -> str:
    """The VBA of the installed xlwings, without importing it: it would look for Excel."""
    spec = find_spec("xlwings")
    assert spec
    assert spec.origin
    source = Path(spec.origin).with_name("xlwings.bas").read_text(encoding="utf-8")
    return "\n".join(_for_excel_on_windows(source))


def _for_excel_on_windows(source: str) -> Iterator[str]:
    """The lines of xlwings' module that count in Excel on Windows.

    LibreOffice reads every branch of an #If, and stops at what two of them declare: it could run
    no macro of the workbook at all. No button works on a Mac, and no other program is meant.
    """
    branches: list[_Branch] = []
    for line in source.splitlines():
        directive = _DIRECTIVE.match(line)
        falls_away = directive and _settles(branches, directive[1], directive[2])
        if not falls_away and all(branch.is_taken for branch in branches):
            yield line


@value_type(frozen=False)
class _Branch:
    """An #If that is being read: whether we settle it, and whether the branch at hand counts."""

    is_settled: bool
    is_taken: bool
    was_taken: bool = False


def _settles(branches: list[_Branch], word: str, condition: str) -> bool:
    """Take a directive into account, and say whether it is settled here and falls away."""
    if word == "If":
        answer = _answer(condition)
        branches.append(_Branch(answer is not None, answer is not False))
        return answer is not None
    branch = branches.pop() if word == "End If" else branches[-1]
    if branch.is_settled and word != "End If":
        branch.was_taken |= branch.is_taken
        branch.is_taken = not branch.was_taken and (word == "Else" or bool(_answer(condition)))
    return branch.is_settled


def _answer(condition: str) -> bool | None:
    """Whether a condition holds in Excel on Windows; None for one that Excel is to decide."""
    if "App =" in condition:
        return '"Microsoft Excel"' in condition
    if "mac" in condition.casefold():
        return condition.startswith("Not ")
    return None


def _with_crlf(text: str) -> str:
    return "\r\n".join(text.splitlines()) + "\r\n"


def _with_project(workbook: bytes, sources: Mapping[str, str]) -> bytes:
    from pyopenvba import ExcelFile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsm"
        path.write_bytes(workbook)
        with ExcelFile(path) as excel:
            project = excel.add_vba_project()
            present = {module.name for module in project.modules}
            for name, source in sources.items():
                if name in present:
                    excel.set_module(name, source)
                else:
                    project.add_module(name, source)
            excel.save()
        return path.read_bytes()


def _allow_macros(parts: Parts) -> None:
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(_PLAIN.encode(), _WITH_MACROS.encode())


def _add_ribbon(parts: Parts) -> None:
    parts[RIBBON] = (files("xl_addin") / "vba" / "ribbon.xml").read_bytes()
    closing = b"</Relationships>"
    linked = _RIBBON_RELATIONSHIP.encode() + closing
    parts[RELATIONSHIPS] = parts[RELATIONSHIPS].replace(closing, linked)
