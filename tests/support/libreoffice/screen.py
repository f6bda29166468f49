"""A screen without a monitor: a window that is clicked with a real mouse and looked at."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT = 1600, 1000


def missing() -> str:
    """What keeps a mouse from being moved here; blank when nothing does."""
    gone = [program for program in ("Xvfb", "xdotool") if not shutil.which(program)]
    return f"{' and '.join(gone)} not installed (Debian: xvfb, xdotool)" if gone else ""


@dataclass(frozen=True)
class Picture:
    """What a screen shows: rows of pixels, each four bytes (blue, green, red, unused)."""

    rows: tuple[bytes, ...]

    def differs_in(self, other: Picture) -> tuple[int, int, int, int] | None:
        """The smallest rectangle with all differences: left, top, right, bottom; or None."""
        pairs = list(enumerate(zip(self.rows, other.rows, strict=True)))
        rows = [(y, one, two) for y, (one, two) in pairs if one != two]
        if not rows:
            return None
        columns = [x for _, one, two in rows for x in _columns(one, two)]
        return min(columns), rows[0][0], max(columns), rows[-1][0]

    def save(self, path: Path) -> Path:
        """Write it as a PNG."""
        lines = [b"\0" + _red_green_blue(row) for row in self.rows]
        size = struct.pack(">IIBBBBB", len(self.rows[0]) // 4, len(self.rows), 8, 2, 0, 0, 0)
        chunks = [(b"IHDR", size), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b"")]
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))
        return path


def _columns(one: bytes, two: bytes) -> Iterator[int]:
    return (x for x in range(len(one) // 4) if one[4 * x : 4 * x + 3] != two[4 * x : 4 * x + 3])


def _red_green_blue(row: bytes) -> bytes:
    pixels = bytearray(len(row) // 4 * 3)
    pixels[0::3], pixels[1::3], pixels[2::3] = row[2::4], row[1::4], row[0::4]
    return bytes(pixels)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class Screen:
    """An X server of our own: its mouse, its keys and what it shows."""

    def __init__(self, display: str, memory: Path, size: tuple[int, int]) -> None:
        self.display = display
        self._memory = memory
        self._width, self._height = size

    def picture(self) -> Picture:
        """What it shows now, read from the server's memory (an X window dump)."""
        data = self._memory.read_bytes()
        header, colours, line = _number(data, 0), _number(data, 19), _number(data, 12)
        start = header + 12 * colours
        places = range(start, start + self._height * line, line)
        return Picture(tuple(data[at : at + 4 * self._width] for at in places))

    def settled(self) -> Picture:
        """What it shows once nothing moves any more."""
        before = self.picture()
        for _ in range(60):
            time.sleep(0.25)
            after = self.picture()
            if after == before:
                return after
            before = after
        raise AssertionError("the screen does not come to rest")

    def click(self, x: int, y: int) -> None:
        """Move the mouse to a point and press its left button."""
        self._do("mousemove", str(x), str(y), "sleep", "0.2", "click", "1")

    def press(self, key: str) -> None:
        """Press a key, or several at once, such as ``ctrl+Next``."""
        self._do("key", key)

    def answer(self, window: str, key: str) -> None:
        """Press a key in a window until it closes: a busy program does not take the first.

        No window manager gives it the keyboard, so the key is pressed with the focus on it.
        """
        for _ in range(15):
            self._do("windowfocus", window, "sleep", "0.2", "key", key, check=False)
            for _ in range(20):
                if window not in self.windows(".*"):
                    return
                time.sleep(0.1)
        raise AssertionError("the window does not close")

    def wait_for(self, ask: Callable[[], list[str]]) -> list[str]:
        """Ask until there is an answer."""
        for _ in range(300):
            if answer := ask():
                return answer
            time.sleep(0.1)
        raise AssertionError("nothing appeared on the screen")

    def windows(self, title: str) -> list[str]:
        """The windows of that title."""
        return self._do("search", "--onlyvisible", "--name", title, check=False).split()

    def _do(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=30,
            check=check,
        )
        return done.stdout


def _number(data: bytes, place: int) -> int:
    """A number of the dump's header, counted from 0."""
    number: int = struct.unpack_from(">I", data, 4 * place)[0]
    return number


@contextmanager
def running_screen(width: int = WIDTH, height: int = HEIGHT) -> Iterator[Screen]:
    """A screen, ended in the end."""
    folder = tempfile.mkdtemp(prefix="xl_addin_screen_")
    size = f"{width}x{height}x24"
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(
        [*command, "-fbdir", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert server.stdout
        number = server.stdout.readline().strip()
        yield Screen(f":{number}", Path(folder) / "Xvfb_screen0", (width, height))
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
