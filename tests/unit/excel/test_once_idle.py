"""What closes the workbook of its own button begins once the button's Python has ended."""

from __future__ import annotations

import os
import select
import subprocess
import sys

from xl_addin.excel import once_idle

BUTTON = """
import os, sys
from xl_addin.excel.once_idle import start_once_idle
os.chdir(sys.argv[1])
start_once_idle("undo", ["-c", sys.argv[2], "--wb=A = B.xlsm"])
with open(sys.argv[2], "w") as told:
    told.write("the button is at work; ")
"""

AFTERWARDS = """
import sys
def undo():
    sys.stdin.read()
    with open(sys.argv[1], "w") as told:
        told.write(f"now {sys.argv[2]} is undone")
"""


def test_what_a_button_starts_waits_for_its_end_and_knows_its_workbook(tmp_path):
    (tmp_path / "xl_addin").mkdir()
    (tmp_path / "xl_addin" / "__init__.py").touch()
    (tmp_path / "xl_addin" / "macros.py").write_text(AFTERWARDS)
    told = tmp_path / "told"
    os.mkfifo(told)
    pipe = os.open(told, os.O_RDWR)
    subprocess.run([sys.executable, "-c", BUTTON, str(tmp_path), str(told)], check=True)
    heard = b""
    while not heard.endswith(b"undone"):
        assert select.select([pipe], [], [], 60)[0], heard
        heard += os.read(pipe, 1000)
    os.close(pipe)
    assert heard == b"the button is at work; now --wb=A = B.xlsm is undone"


def test_what_is_started_is_kept_until_this_process_ends(monkeypatch):
    """A pipe that is let go of would tell the other process to begin at once."""
    monkeypatch.setattr(once_idle, "_started", [])
    monkeypatch.setattr(once_idle.subprocess, "Popen", lambda command, **options: command)
    once_idle.start_once_idle("undo_last_change", ["-c", "--from_xl=1", "--hwnd=7"])
    code = "from xl_addin import macros; macros.undo_last_change()"
    arguments = ["--from_xl=1", "--hwnd=7", "--once-idle"]
    assert once_idle._started == [[sys.executable, "-B", "-c", code, *arguments]]
    assert once_idle.is_waited_for(arguments[:2])
    assert not once_idle.is_waited_for(arguments)
    assert not once_idle.is_waited_for(["pytest"])
