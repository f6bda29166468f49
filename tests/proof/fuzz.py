"""Try so many files at random: ``python -m tests.proof.fuzz [TIMES [SEED]]``.

So many returns, workbooks and lists of measures are damaged: each is taken or refused in sentences,
no other error comes out, and a workbook that was refused is as it was. As many again are drawn for
what the tests of odd and weird files state, more of them than in CI.
"""

from __future__ import annotations

import io
import random
import re
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.places import RETURNS
from tests.support.properties import odd_returns, odd_workbooks, weird_returns, weird_tables
from tests.support.ready import JUNE, OCCASION, ready_bytes, refresh
from tests.support.weird_tables import CHANGES, LISTS, ODD_VALUES
from xl_addin.commands.check import check_book
from xl_addin.errors import XlAddinError
from xl_addin.excel import dataset_file
from xl_addin.excel.closed import ClosedBook
from xl_addin.sources.catalogue import read_catalogue

DATA = RETURNS
MEASURES = Path(dataset_file.__file__).parents[1] / "measures.toml"
ODD = [
    b"",
    b"0",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"NaN",
    b"\x00",
    b"\xff\xfe",
    b"&amp;",
    b"#REF!",
    b"=1+1",
    "М1".encode(),
    b'"',
    b"<",
    b">",
    b"\r",
    b"A1",
    b"XFD1048576",
    b"true",
    b"2015-13",
    b"31/02/2015",
    b"39%",
    b"[note 1]",
    b"_x0000_",
]

Mutation = Callable[[random.Random, bytes], bytes]


def flip(chance: random.Random, data: bytes) -> bytes:
    """Turn some bits over."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(chance: random.Random, data: bytes) -> bytes:
    """Leave out a piece, or all from somewhere on."""
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.choice((1, 10, 300, len(data))) :]


def insert(chance: random.Random, data: bytes) -> bytes:
    """Put something odd somewhere, or in place of a word, a number or a cell."""
    words = list(re.finditer(rb"[\w.%-]+", data))
    if not words or chance.random() < 0.3:
        at = chance.randrange(len(data) + 1)
        return data[:at] + chance.choice(ODD) + data[at:]
    word = chance.choice(words)
    return data[: word.start()] + chance.choice(ODD) + data[word.end() :]


def move(chance: random.Random, data: bytes) -> bytes:
    """Let lines, rows, cells or elements change places, come twice or go."""
    ends = chance.choice((rb"\n", rb"</row>", rb"</c>", rb"/>", rb"<"))
    pieces = re.split(b"(?<=" + ends + b")", data)
    one, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    how = chance.randrange(3)
    if how == 0:
        pieces[one], pieces[other] = pieces[other], pieces[one]
    elif how == 1:
        pieces.insert(one, pieces[other])
    else:
        del pieces[one]
    return b"".join(pieces)


IN_TEXT: tuple[Mutation, ...] = (flip, cut, insert, insert, move, move)


def in_part(chance: random.Random, data: bytes) -> bytes:
    """Damage, drop or rename a part of a zip that stays a sound zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    names = [name for name in entries if name.endswith((".xml", ".rels"))] or list(entries)
    name = chance.choice(names)
    if chance.random() < 0.1:
        del entries[name]
    elif entries[name]:
        entries[name] = chance.choice(IN_TEXT)(chance, entries[name])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for entry, content in entries.items():
            package.writestr(entry, content)
    return out.getvalue()


def damaged(chance: random.Random, data: bytes) -> bytes:
    """Some bytes, damaged once or several times in ways that suit them."""
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        try:
            packed = data.startswith(b"PK") and chance.random() < 0.85
            data = in_part(chance, data) if packed else chance.choice(IN_TEXT)(chance, data)
        except (zipfile.BadZipFile, ValueError, IndexError, NotImplementedError, RuntimeError):
            continue
        except Exception as error:
            if "Error -3" not in str(error):
                raise
        if not data:
            return b"x"
    return data


def corpus() -> list[tuple[str, str, bytes]]:
    """What is damaged: its kind, its name, its bytes."""
    found = [("return", path.name, path.read_bytes()) for path in sorted(DATA.iterdir())]
    found += [("return", "June.csv", JUNE.read_bytes())] * 4
    found += [("workbook", "book.xlsm", ready_bytes())] * 8
    return [*found, ("measures", "measures.toml", MEASURES.read_bytes())]


def tried(kind: str, path: Path, book: Path) -> str:
    """Use a damaged file and say what became of it. Raises whatever is no refusal."""
    try:
        if kind == "measures":
            read_catalogue(path)
            return "taken"
        if kind == "return":
            book.write_bytes(ready_bytes())
            changed = refresh(book, path)
        else:
            book = path
            check_book(ClosedBook(book), OCCASION)
            changed = refresh(book, JUNE)
    except XlAddinError as refusal:
        assert all(p.found and p.remedy for p in refusal.problems), refusal
        return "refused"
    if changed:
        dataset_file.read(book)
    return "taken"


def fuzz(times: int, first_seed: int = 0) -> tuple[Counter[str], list[str]]:
    """Damage and try so often: how often what became of it, and each error with its seed."""
    counts, failures, known = Counter[str](), [], corpus()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first_seed, first_seed + times):
            chance = random.Random(seed)
            kind, name, data = chance.choice(known)
            path, book = Path(folder) / name, Path(folder) / "Monthly Dataset.xlsm"
            content = damaged(chance, data)
            path.write_bytes(content)
            try:
                outcome = tried(kind, path, book)
            except Exception:
                outcome = "failed"
                failures.append(f"seed {seed}, {name}:\n{traceback.format_exc(limit=-4)}")
            left = path.read_bytes() if kind == "workbook" else book.exists() and book.read_bytes()
            if outcome == "refused" and kind != "measures":
                before = content if kind == "workbook" else ready_bytes()
                assert left == before, f"seed {seed}: a refused workbook was changed"
            counts[f"{kind} {outcome}"] += 1
            for copy in Path(folder).glob("* backups/*"):
                copy.unlink()
    return counts, failures


Property = tuple[str, SearchStrategy[Any], Callable[[Any], object]]


def properties() -> list[Property]:
    """What is stated of odd and weird files: a name, what is drawn, what must hold of it."""
    return [*_of_odd_files(), *_of_weird_returns(), *_of_weird_tables()]


def _of_odd_files() -> list[Property]:
    as_plain = odd_workbooks.combined_oddities_are_worked_on_like_the_plain_workbook
    as_figures = odd_returns.combined_forms_give_the_figures_or_are_refused
    return [
        ("odd workbooks", odd_workbooks.COMBINED, as_plain),
        ("odd returns", odd_returns.COMBINED, as_figures),
    ]


def _of_weird_returns() -> list[Property]:
    grids = st.one_of(weird_returns.tidy_returns(), weird_returns.wide_returns())
    spoilt = st.tuples(weird_returns.spoilt_returns(), st.sampled_from(weird_returns.FORMS))
    return [
        (
            "weird returns",
            weird_returns.RETURNS,
            lambda drawn: weird_returns.figures_are_as_typed_or_refused(*drawn[0], drawn[1]),
        ),
        (
            "spoilt returns",
            spoilt,
            lambda drawn: weird_returns.what_is_wrong_is_said_with_its_place(*drawn),
        ),
        (
            "refreshes of weird returns",
            grids,
            lambda drawn: weird_returns.an_update_says_what_the_grid_says(*drawn),
        ),
    ]


def _of_weird_tables() -> list[Property]:
    lists = st.tuples(LISTS, st.one_of(st.just("A title"), ODD_VALUES))
    return [
        (
            "weird lists of measures",
            lists,
            lambda drawn: weird_tables.a_list_is_taken_as_written_or_refused(*drawn),
        ),
        ("changed tables", CHANGES, weird_tables.changed_tables_change_no_figure),
    ]


AT_ONCE = 100
"""How many files are drawn from one seed."""


def try_properties(times: int, first_seed: int = 0) -> tuple[Counter[str], list[str]]:
    """Draw and try at least so often, each property in turn: how often, and what failed."""
    counts, failures, known = Counter[str](), [], properties()
    each = min(AT_ONCE, -(-times // len(known)))
    rounds = -(-times // (each * len(known)))
    for number in range(first_seed, first_seed + rounds * len(known)):
        name, strategy, holds = known[number % len(known)]
        try:
            _try_some(strategy, holds, number, each, lambda name=name: counts.update([name]))
        except Exception:
            failures.append(f"{name}, seed {number}:\n{traceback.format_exc(limit=-4)}")
    return counts, failures


def _try_some(
    strategy: SearchStrategy[Any],
    holds: Callable[[Any], object],
    seed: int,
    times: int,
    count: Callable[[], object],
) -> None:
    @settings(
        max_examples=times,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @with_seed(seed)
    @given(strategy)
    def some(drawn: Any) -> None:
        count()
        holds(drawn)

    some()


if __name__ == "__main__":
    wanted = [int(word) for word in sys.argv[1:]]
    asked = (*wanted, *(10_000, 0)[len(wanted) :])
    became, errors = fuzz(*asked)
    tries, wrong = try_properties(*asked)
    became, errors = became + tries, errors + wrong
    for what, often in sorted(became.items()):
        print(f"{often:6} {what}")
    print(f"{sum(became.values()):6} inputs; uncaught errors: {len(errors)}")
    print("\n".join(errors[:20]))
    sys.exit(bool(errors))
