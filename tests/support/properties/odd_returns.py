"""Returns in odd but valid forms: the same figures arrive, or the file is refused in sentences."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import strategies as st

from tests.support import odd_ods, odd_package
from tests.support.odd_package import ZIPS, made_odd, parts_of
from tests.support.places import RETURNS
from tests.support.printed_returns import CATALOGUE, printed
from xl_addin.errors import ReturnRefused
from xl_addin.sources import read_return

WORKBOOK, DOCUMENT = RETURNS / "june_2015.xlsx", RETURNS / "june_2015.ods"


def assert_equal_or_refused(folder: Path, name: str, data: bytes) -> str:
    """All figures as printed, or what is refused in sentences; never another figure."""
    path = folder / name
    path.write_bytes(data)
    try:
        return_ = read_return(path, CATALOGUE)
    except ReturnRefused as refusal:
        assert all(p.place and p.found and p.remedy for p in refusal.problems)
        return str(refusal)
    observations = [entry.observation for entry in return_.entries]
    if not return_.problems:
        assert observations == list(printed())
        return ""
    known = list(printed())
    assert [seen for seen in observations if seen not in known] == []
    assert all(p.place and p.found and p.remedy for p in return_.problems)
    return "\n".join(map(str, return_.problems))


COMBINED = st.one_of(
    st.tuples(
        st.just("June.xlsx"),
        st.lists(st.sampled_from(list(odd_package.ODDITIES)), min_size=2, max_size=7, unique=True),
        st.sampled_from(list(ZIPS)),
    ),
    st.tuples(
        st.just("June.ods"),
        st.lists(st.sampled_from(list(odd_ods.ODDITIES)), min_size=2, max_size=5, unique=True),
        st.just(""),
    ),
)


def combined_forms_give_the_figures_or_are_refused(form: tuple[str, list[str], str]) -> None:
    """The property of all forms together: equal figures, or sentences."""
    name, oddities, pack = form
    if name.endswith(".xlsx"):
        data = ZIPS[pack](made_odd(parts_of(WORKBOOK.read_bytes()), oddities))
    else:
        parts = parts_of(DOCUMENT.read_bytes())
        for oddity in odd_ods.ODDITIES:
            parts = odd_ods.ODDITIES[oddity](parts) if oddity in oddities else parts
        data = odd_ods.packed(parts)
    with tempfile.TemporaryDirectory() as folder:
        assert_equal_or_refused(Path(folder), name, data)
