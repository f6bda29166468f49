"""Reading measures.toml, or an officer's own list."""

from __future__ import annotations

import openpyxl
import pytest

from tests.support.printed_issue import printed_rows
from xl_addin.errors import CatalogueRefused
from xl_addin.measure import Polarity, Unit
from xl_addin.sources.catalogue import read_catalogue

ONE = '[[measure]]\nref = "A1"\ndescription = "A count"\n'


def test_the_default_lists_the_printed_measures_in_printed_order():
    title, catalogue = read_catalogue()
    printed = printed_rows()
    assert title == "Children and Families Monthly Dataset"
    assert catalogue.refs == tuple(row.ref for row in printed)
    assert [m.area for m in catalogue] == [row.area for row in printed]
    cut_off = "M4"
    for measure, row in zip(catalogue, printed, strict=True):
        assert measure.description.startswith(row.description), measure.ref
        assert measure.description == row.description or measure.ref == cut_off
        assert measure.is_percentage == row.shown[0].endswith("%")


def test_only_the_qualitative_measures_have_a_polarity_and_lower_is_better_for_one():
    _, catalogue = read_catalogue()
    with_polarity = [m.ref for m in catalogue if m.polarity is not Polarity.NEUTRAL]
    assert with_polarity == [ref for ref in catalogue.refs if ref.endswith("-QL")]
    assert [m.ref for m in catalogue if m.polarity is Polarity.LOWER] == ["CP5-QL"]


def test_another_service_needs_only_another_file(tmp_path):
    file = tmp_path / "adults.toml"
    file.write_text(
        'title = "Adults"\n[[measure]]\nref = " A1 "\narea = "Care"\ndescription = "A share"\n'
        'unit = "percentage"\ndecimals = 1\npolarity = "lower is better"\nkey = true\n'
        'owner = "Care lead"\n',
        encoding="utf-8-sig",
    )
    title, catalogue = read_catalogue(file)
    (measure,) = catalogue
    assert (title, measure.ref, measure.owner) == ("Adults", "A1", "Care lead")
    assert (measure.unit, measure.decimals, measure.key) == (Unit.PERCENTAGE, 1, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "own.toml: It lists no measure."),
        ('title = "T"', "own.toml: It lists no measure."),
        ('title = " "\n' + ONE, "own.toml: The title is not a text."),
        ("title = 3\n" + ONE, "own.toml: The title is not a text."),
        ('title = "T"\nsheet = "S"\n' + ONE, "own.toml: “sheet” is not known here."),
        ('title = "T"\nmeasure = 3', "own.toml: The measures cannot be read."),
        ('title = "T"\nmeasure = ["A1"]', "own.toml: The measures cannot be read."),
        ('title = "T', "own.toml: It is not a list of measures"),
        ('title = "T"\n' + ONE + 'units = "number"', "measure 1 (A1): “units” is not known."),
        ('title = "T"\n' + ONE + 'unit = "percent"', "measure 1 (A1): unit is “percent”."),
        ('title = "T"\n' + ONE + 'polarity = "up"', "measure 1 (A1): polarity is “up”."),
        ('title = "T"\n' + ONE + "unit = 3", "measure 1 (A1): unit is 3, not text."),
        ('title = "T"\n' + ONE + "decimals = 7", "measure 1 (A1): decimals is 7."),
        ('title = "T"\n' + ONE + "decimals = true", "measure 1 (A1): decimals is True."),
        ('title = "T"\n' + ONE + 'decimals = "1"', "measure 1 (A1): decimals is '1'."),
        ('title = "T"\n' + ONE + 'key = "yes"', "measure 1 (A1): key is 'yes'."),
        ('title = "T"\n[[measure]]\ndescription = "A count"', "measure 1: ref is missing."),
        ('title = "T"\n[[measure]]\nref = "A1"', "measure 1 (A1): description is missing."),
        ('title = "T"\n' + ONE + ONE, "own.toml, Measures: A1 stands 2 times."),
        ('title = "T"\n' + ONE + 'numerator = "A2"', "own.toml, Measures, A1: There is a"),
    ],
)
def test_a_list_that_is_not_as_it_must_be_is_refused_with_its_place(text, said, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueRefused) as refusal:
        read_catalogue(file)
    assert any(said in str(problem) for problem in refusal.value.problems)


def test_every_problem_is_listed_at_once(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(ONE + 'unit = "x"\npolarity = "y"\nkey = 1\n', encoding="utf-8")
    with pytest.raises(CatalogueRefused) as refusal:
        read_catalogue(file)
    assert len(refusal.value.problems) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "There is no such file."), (b"title = '\xe9'", "It is not UTF-8 text.")],
)
def test_a_file_that_cannot_be_read_is_refused(content, said, tmp_path):
    file = tmp_path / "own.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CatalogueRefused, match=said):
        read_catalogue(file)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(CatalogueRefused, match="cannot be read"):
        read_catalogue(tmp_path)


def test_a_file_without_a_title_leaves_it_to_the_command(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(ONE, encoding="utf-8")
    assert read_catalogue(file)[0] == ""


def test_refs_that_a_list_in_excel_holds_as_numbers_are_taken_as_the_text_they_show(tmp_path):
    path, book = tmp_path / "Measures.xlsx", openpyxl.Workbook()
    book.active.append(["Measure Ref", "Description", "Unit"])
    book.active.append([1.1, "Contacts", "number"])
    book.save(path)
    assert read_catalogue(path)[1].refs == ("1.1",)
