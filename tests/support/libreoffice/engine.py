"""An xlwings engine over a running LibreOffice, through UNO; nothing of xlwings.pro is needed.

UNO is spoken by calc.py in the Python that has it, so that the tests run in any Python.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlwings as xw

from tests.support import office
from tests.support.object_model import Engine, open_book


class LibreOfficeFailed(AssertionError):
    """LibreOffice could not do what it was asked."""


class Calc:
    """object_model.Spreadsheet, for the document that LibreOffice has open."""

    def __init__(self, pipe: str) -> None:
        self.pipe = pipe
        self._process = subprocess.Popen(
            [office._python_with_uno(), str(Path(__file__).with_name("calc.py")), pipe],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.fullname = ""

    def __getattr__(self, method: str) -> Any:
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *arguments: self._ask(method, *arguments)

    def _ask(self, method: str, *arguments: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([method, *arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": "LibreOffice went away"}
        if "error" in answer:
            raise LibreOfficeFailed(answer["error"])
        return answer["answer"]

    def open(self, path: Path) -> xw.Book:
        """Open a workbook, recalculated, and give it as xlwings shows it."""
        self.fullname = self._ask("open", str(path))
        return open_book(Engine("libreoffice", self))

    def attach(self) -> xw.Book:
        """The workbook that LibreOffice has in front, as xlwings shows it."""
        self.fullname = self._ask("active")
        return open_book(Engine("libreoffice", self))

    def leave(self) -> None:
        """Stop talking to LibreOffice, which goes on."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)


PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product">
<prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.9</value></prop></item>
</oor:items>
"""
"""Settings of a LibreOffice whose user trusts macros and has seen what is new."""


@contextmanager
def running_libreoffice(display: str = "") -> Iterator[Calc]:
    """A LibreOffice with a profile of its own, without windows or on a display."""
    if reason := office.missing():
        raise LibreOfficeFailed(reason)
    profile = tempfile.mkdtemp(prefix=f"xl_addin_live_{os.getpid()}_")
    pipe = f"xl_addin_{uuid.uuid4().hex}"
    (Path(profile) / "user").mkdir()
    (Path(profile) / "user" / "registrymodifications.xcu").write_text(PROFILE)
    command = ["soffice", *([] if display else ["--headless"])]
    command += ["--norestore", "--nologo", "--nodefault"]
    command += [f"--accept=pipe,name={pipe};urp;", f"-env:UserInstallation=file://{profile}"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "SAL_USE_VCLPLUGIN": "gen", "DISPLAY": display} if display else None,
    )
    calc = Calc(pipe)
    try:
        yield calc
    finally:
        if display:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            _end(calc, process)
        calc.leave()
        shutil.rmtree(profile, ignore_errors=True)


def _end(calc: Calc, process: subprocess.Popen[bytes]) -> None:
    try:
        calc.quit()
        process.wait(20)
    except (LibreOfficeFailed, OSError, subprocess.TimeoutExpired):
        os.killpg(process.pid, signal.SIGKILL)
