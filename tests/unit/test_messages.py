"""The list of every message is what the code says, and each problem says what to do."""

from __future__ import annotations

from tests import messages


def test_the_list_of_messages_is_the_codes_own():
    assert messages.LIST.read_text(encoding="utf-8") == messages.listed(), (
        "python -m tests.messages --write makes it anew"
    )


def test_names_in_messages_are_shown_as_what_differs(tmp_path):
    path = tmp_path / "one.py"
    path.write_text(
        "def one(ref):\n"
        "    found = f'{ref} is a total.'\n"
        "    yield Problem('June.csv', found, 'Delete the row.')\n"
        "    found = f'{ref} is blank here.'\n"
        "    yield Problem('June.csv', found, 'Fill it in.')\n"
    )
    assert messages.messages_of(path) == [
        "‹…› is a total. Delete the row.",
        "‹…› is blank here. Fill it in.",
    ]
