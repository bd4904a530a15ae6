# ruff: noqa: E501 — messages are compared whole
"""Parts of a design that do not fit each other are told, one by one."""

import pytest

from tests.core.designs.mistakes import FORM, changed, problems

_MEETING = '[[visits.meetings]]\nname = "Principals"\nweekday = "thursday"\n'
MORE = {
    "a meeting that begins after it should have come again": (
        ("[[visits.rules]]", f"{_MEETING}every_weeks = 2\nfirst_week = 3\n\n[[visits.rules]]"),
        "`Principals` comes every 2 weeks, first in week 3.",
    ),
    "a meeting of a role that is none": (
        ("[[visits.rules]]", _MEETING + 'roles = ["hoster"]\n\n[[visits.rules]]'),
        "entry 1 of `visits.meetings.roles` names `hoster`, which is not one of the design's roles.",
    ),
    "a meeting of a role that stands twice": (
        ("[[visits.rules]]", _MEETING + 'roles = ["host", "host"]\n\n[[visits.rules]]'),
        "The role `host` stands twice.",
    ),
    "true is not a number": (("per_month = 2", "per_month = true"), "`visits.per_month` is true."),
    "a text that is too long": (
        ('word = "host"', f'word = "{"x" * 241}"'),
        "`roles.host.word` has 241 characters.",
    ),
    "too many entries": (
        ("far_areas = [", "far_areas = [" + '"x", ' * 500),
        "`matching.travel.far_areas` has 501 entries.",
    ),
    "a hosted shape with two hosts": (
        ('{ role = "host", min = 1, max = 1 }', '{ role = "host", min = 1, max = 2 }'),
        "The shape `triad` is hosted.",
    ),
    "a host in a shape without one": (
        ("hosted = true", "hosted = false"),
        "The shape `triad` is not hosted and has a seat for a host.",
    ),
    "a role without a seat": (
        (
            "[roles.partner]",
            '[roles.guest]\nword = "g"\nmany = "g"\nhosts = false\nform = "application"\n\n[roles.partner]',
        ),
        "No network shape has a seat for the role `guest`.",
    ),
    "a role that nobody accepts": (
        ('outcome = "accept"\nrole = "partner"', 'outcome = "accept"\nrole = "host"'),
        "No decision accepts a school as `partner`.",
    ),
    "a role without visits": (
        ('[[visits.rules]]\nrole = "partner"\ntimes = 3\npart = "full_day"\n', ""),
        "The role `partner` has no rule of visits.",
    ),
    "a role that no call invites": (
        ('for_roles = ["host", "partner"]\neither', 'for_roles = ["host"]\neither'),
        "No call invites the role `partner`.",
    ),
    "an application form that is none": (
        ('form = "application"', 'form = "school-visit"'),
        "`school-visit` is not an application form.",
    ),
    "naming a host when none is known": (
        ("either = true", "may_name_host = true"),
        "The call `spring` comes after no other, so no host is known when it opens.",
    ),
    "a visit without a form": (
        ('kind = "school_visit"\nform = "school-visit"\n', 'kind = "school_visit"\n'),
        "The visit `visit` has no form.",
    ),
    "a blind visit": (
        ('kind = "school_visit"\n', 'kind = "school_visit"\nblind = true\n'),
        "`visit` is a visit, and nobody visits a school unnamed.",
    ),
    "a reading with a form": (
        ('kind = "reading"\n', 'kind = "reading"\nform = "school-visit"\n'),
        "`reading` is no visit and has a form.",
    ),
    "a stage that judges nothing that counts": (
        ('kind = "reading"\n', 'kind = "reading"\ncriteria = ["need"]\n'),
        "In `reading` nothing is judged that counts for the role `host`.",
    ),
    "a stage judged by what is no criterion": (
        ('kind = "reading"\n', 'kind = "reading"\ncriteria = ["nead"]\n'),
        "entry 1 of `review.stages.criteria` names `nead`, which is not one of the design's review criteria.",
    ),
    "reviews seen before the stage is closed": (
        ('see_others = "after_stage"', 'see_others = "after_own"'),
        '`review.see_others` is "after_own".',
    ),
    "a visit with an application form": (
        ('form = "school-visit"', 'form = "application"'),
        "`application` is an application form.",
    ),
    "an acceptance without a role": (
        ('outcome = "decline"', 'outcome = "accept"'),
        "`decline` is of outcome accept.",
    ),
    "a condition that says two things": (
        ('{ answer = "focus", op = "known" }', '{ answer = "focus", fact = "borough", op = "known" }'),
        "A condition has one of fact, answer, all, any, no; here it has `fact` and `answer`.",
    ),
    "an empty condition": (
        ('{ answer = "focus", op = "known" }', "{ }"),
        "A condition has one of fact, answer, all, any, no; here it has none of them.",
    ),
    "a condition that joins and compares": (
        ("when = { any = [", 'when = { op = "known", any = ['),
        "`any` joins conditions and takes no `op` or `value`.",
    ),
    "a condition without an operation": (
        ('{ answer = "focus", op = "known" }', '{ answer = "focus" }'),
        "The condition on `focus` has no `op`.",
    ),
    "known with a value": (
        ('{ answer = "focus", op = "known" }', '{ answer = "focus", op = "known", value = 1 }'),
        "`known` asks only whether there is an answer.",
    ),
    "an operation without a value": (
        ('op = "equals", value = false', 'op = "equals"'),
        "`equals` needs a `value`.",
    ),
    "one value where a list belongs": (
        ('op = "between", value = [2, 4]', 'op = "between", value = 2'),
        "`between` compares with a list.",
    ),
    "between three values": (
        ('op = "between", value = [2, 4]', 'op = "between", value = [2, 3, 4]'),
        "`between` needs two values, the lower first.",
    ),
    "a number compared with a text": (
        ('op = "between", value = [2, 4]', 'op = "between", value = ["2", "4"]'),
        "`principal_years_in_district` is a number.",
    ),
    "yes or no compared with a text": (
        ('op = "equals", value = false', 'op = "equals", value = "no"'),
        "`fully_screened` is yes or no.",
    ),
    "levels that do not rise": (
        ('{ value = 2, label = "Intended" }', '{ value = 9, label = "Intended" }'),
        "The levels of `readiness` do not rise.",
    ),
    "a seat upside down": (
        ('{ role = "partner", min = 2, max = 2 }', '{ role = "partner", min = 3, max = 2 }'),
        "`min` is 3, above `max`, 2.",
    ),
    "sizes upside down": (("min_size = 3", "min_size = 4"), "`min_size` is 4, above `max_size`, 3."),
    "a day upside down": (('day_end = "15:00"', 'day_end = "11:00"'), "The day's times are not in order."),
    "a month twice": (("4, 5, 6]", "4, 5, 6, 9]"), "Month 9 stands twice."),
    "travel upside down": (
        ("full_minutes = 15", "full_minutes = 75"),
        "`full_minutes` is not below `zero_minutes`.",
    ),
    "grades that cannot be": (("shared = 1", "shared = 3"), "3 shared grades of 2 cannot be."),
    "loads upside down": (
        ("min_networks = 2", "min_networks = 5"),
        "`min_networks` is above `max_networks`.",
    ),
    "ranks that rise": (
        ("[16, 11, 7, 4, 2]", "[11, 16, 7, 4, 2]"),
        "A later rank earns more than an earlier one.",
    ),
    "more ranks than criteria": (
        ("[16, 11, 7, 4, 2]", "[16, 11, 7, 3, 2, 1]"),
        "There are points for 6 ranks and 5 criteria.",
    ),
    "the same fact, of what": (
        ('measure = "same"\nfact = "superintendent"', 'measure = "same"'),
        "`superintendent` is measured by same.",
    ),
    "levels of a number": (
        ('kind = "level"', 'kind = "number"'),
        "`quality_review` is of kind number.",
    ),
    "a unit of a text": (
        ('label = "Borough"\nkind = "text"', 'label = "Borough"\nkind = "text"\nunit = "km"'),
        "`borough` is of kind text and has a unit.",
    ),
    "a reason nobody knows": (
        ('shown_to_schools = ["focus"', 'shown_to_schools = ["luck"'),
        "entry 1 of `matching.shown_to_schools` names `luck`, which is not one of the design's reasons.",
    ),
}


@pytest.mark.parametrize("name", MORE)
def test_parts_that_do_not_fit(name: str) -> None:
    (old, new), what = MORE[name]
    found = problems(changed(old, new))
    assert what in [said for _, _, said, _ in found]
    line = next(text for _, text, said, _ in found if said == what)
    assert line.strip() != ""


FORM_MISTAKES = {
    "a choice without choices": ('kind = "date"', 'kind = "choice"', "`day` needs either `choices` or `choices_from`."),
    "a table without columns": (
        'kind = "date"', 'kind = "table"', "`day` is a table without columns.",
    ),
    "a fact without a fact": ('kind = "date"', 'kind = "fact"', "`day` shows no fact."),
    "the wrong kind feeds": (
        'kind = "date"', 'kind = "text"\nfeeds = "wishes"', "`wishes` cannot come from a question of kind text.",
    ),
    "more choices than there are": (
        'kind = "choice"', 'kind = "choices"\nmax_choices = 4', "There are only 3 choices.",
    ),
    "limits upside down": (
        'kind = "date"', 'kind = "number"\nmin_value = 3\nmax_value = 2', "`min_value` is 3, above `max_value`, 2.",
    ),
    "a question in two sections": (
        'key = "suits"', 'key = "seen"', "The question `seen` stands in two sections of this form.",
    ),
    "a question for others than its section": (
        'key = "visit"\ntitle = "The visit"\n\n[[sections.questions]]\nkey = "day"',
        'key = "visit"\ntitle = "The visit"\nfor_roles = ["host"]\n\n[[sections.questions]]\nfor_roles = ["partner"]\nkey = "day"',
        "`day` is for a role that does not see section `visit`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORM_MISTAKES)
def test_questions_that_do_not_fit(name: str) -> None:
    old, new, what = FORM_MISTAKES[name]
    file = "instruments/school-visit.toml"
    found = problems(changed(old, new, file))
    assert [(where, said) for where, _, said, _ in found] == [(file, what)]


def test_a_ranking_needs_criteria_and_as_many_as_are_asked_for() -> None:
    files = changed('feeds = "focus"', 'feeds = "focus"\n\n[[sections.questions]]\nkey = "r"\nkind = "ranking"\n'
                    'label = "R"\nchoices_from = "criteria"\nmax_choices = 6', FORM)  # fmt: skip
    assert [what for _, _, what, _ in problems(files)] == ["There are only 5 choices."]
