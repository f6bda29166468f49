"""A copy of the package with a few words added: what a change in one place does everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import xl_addin
from tests.support.patience import HANGS
from tests.support.places import ROOT


@dataclass(frozen=True)
class CopiedPackage:
    """A folder with a copy of the package, which its commands run."""

    folder: Path

    @classmethod
    def made_in(cls, folder: Path) -> CopiedPackage:
        source = Path(xl_addin.__file__).parent
        shutil.copytree(source, folder / "xl_addin", ignore=shutil.ignore_patterns("__pycache__"))
        return cls(folder)

    def add(self, module: str, before: str, words: str) -> None:
        """Put words before others, which must stand in a module just once."""
        path = self.folder / "xl_addin" / module
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        path.write_text(text.replace(before, words + before), encoding="utf-8")

    def write(self, module: str, text: str) -> None:
        """Put a new module into the package."""
        path = self.folder / "xl_addin" / module
        assert not path.exists(), module
        path.write_text(text, encoding="utf-8")

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        """A command of xl-addin, as the copy does it."""
        return self.python("-m", "xl_addin", *words)

    def python(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Python with the copy in place of the package."""
        path = os.pathsep.join([str(self.folder), str(ROOT)])
        return subprocess.run(
            [sys.executable, *map(str, words)],
            capture_output=True,
            encoding="utf-8",
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path, "COLUMNS": "400"},
            timeout=HANGS,
        )
