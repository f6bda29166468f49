import pytest

from xl_addin.errors import CatalogueRefused
from xl_addin.measure import Catalogue, Measure, Unit

CONTACTS = Measure("M1", "MASH", "Contacts")
REFERRALS = Measure("M2", "MASH", "Referrals")


def percentage(**parts):
    return Measure("M3", "MASH", "Referrals of contacts", unit=Unit.PERCENTAGE, **parts)


RATIO = percentage(numerator="M2", denominator="M1")


def test_a_catalogue_keeps_the_printed_order_and_finds_by_ref():
    catalogue = Catalogue((REFERRALS, CONTACTS, RATIO))
    assert catalogue.refs == ("M2", "M1", "M3")
    assert catalogue["M1"] is CONTACTS
    assert "M9" not in catalogue
    assert catalogue.ratios == (RATIO,)


@pytest.mark.parametrize(
    ("measures", "problem"),
    [
        ([], "No measure is listed"),
        ([Measure(" ", "", "")], "A measure has no ref"),
        ([CONTACTS, CONTACTS], "M1 stands 2 times"),
        ([CONTACTS, percentage(numerator="M1")], "There is a Numerator and no Denominator"),
        ([CONTACTS, percentage(denominator="M9")], "M9, is not a Measure Ref"),
        (
            [CONTACTS, Measure("M4", "", "", denominator="M1")],
            "only a percentage is a part",
        ),
        ([CONTACTS, percentage(numerator="M9", denominator="M1")], "M9, is not a Measure Ref"),
        ([CONTACTS, percentage(numerator="M3", denominator="M1")], "M3, is no count"),
        (
            [CONTACTS, REFERRALS, Measure("M4", "", "", numerator="M1", denominator="M2")],
            "only a percentage is a part",
        ),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(measures, problem):
    with pytest.raises(CatalogueRefused, match=problem):
        Catalogue(tuple(measures))


def test_a_denominator_alone_says_what_a_percentage_is_of_and_gives_no_ratio():
    catalogue = Catalogue((CONTACTS, percentage(denominator="M1")))
    assert catalogue["M3"].denominator == "M1"
    assert catalogue.ratios == ()


def test_refs_that_only_differ_in_capitals_are_refused_because_excel_takes_one_for_the_other():
    with pytest.raises(CatalogueRefused) as refusal:
        Catalogue((CONTACTS, Measure("m1", "", "Other contacts")))
    (problem,) = refusal.value.problems
    assert "M1 and m1 differ only in their capitals" in problem.found


@pytest.mark.parametrize("ref", ["M1*", "M?", "*", "m?*"])
def test_a_ref_that_look_ups_of_excel_take_for_another_is_refused(ref):
    with pytest.raises(CatalogueRefused) as refusal:
        Catalogue((CONTACTS, Measure(ref, "", "Other contacts")))
    (problem,) = refusal.value.problems
    assert problem.found == (
        f"{ref} holds * or ?, which stand for any letters in Excel's look-ups: it would show the "
        "figures of M1."
    )


def test_a_ref_with_a_tilde_is_refused_because_excel_finds_it_nowhere():
    with pytest.raises(CatalogueRefused, match="A~1 holds ~"):
        Catalogue((CONTACTS, Measure("A~1", "", "Other contacts")))


def test_a_mark_in_a_ref_that_is_like_no_other_stays():
    assert Catalogue((CONTACTS, Measure("A2*", "", "Marked"), Measure("B[?]", "", "b"))).refs


def test_every_problem_of_a_catalogue_is_told_at_once():
    with pytest.raises(CatalogueRefused) as refusal:
        Catalogue((CONTACTS, CONTACTS, percentage(numerator="M8", denominator="M9")))
    assert len(refusal.value.problems) == 3


@pytest.mark.parametrize(
    ("unit", "decimals", "number_format"),
    [
        (Unit.NUMBER, 0, "0"),
        (Unit.NUMBER, 2, "0.00"),
        (Unit.PERCENTAGE, 0, "0%"),
        (Unit.PERCENTAGE, 1, "0.0%"),
    ],
)
def test_figures_are_shown_in_their_unit_and_rounding(unit, decimals, number_format):
    assert Measure("A", "", "", unit=unit, decimals=decimals).number_format == number_format
