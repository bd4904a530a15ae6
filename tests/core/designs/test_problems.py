# ruff: noqa: E501 — messages are compared whole
"""Each kind of mistake is told with its file, its line and a remedy."""

import time

import pytest

from intervisit.core.designs import Problems, load
from tests.shipped import texts

PILOT = "lpp-2014-pilot"
FORM = "instruments/application.toml"


def problems(files: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """(file, text of the line, what, remedy) of every problem."""
    found = load(files)
    assert isinstance(found, Problems)
    return [(p.file, files[p.file].split("\n")[p.line - 1], p.what, p.remedy) for p in found]


def changed(old: str, new: str, file: str = "design.toml") -> dict[str, str]:
    """The pilot's files with one passage replaced where it first stands."""
    files = texts(PILOT)
    assert old in files[file]
    return {**files, file: files[file].replace(old, new, 1)}


HOST = "[roles.host]"
CASES = {
    "unknown key": (
        changed("places = 7", "placs = 7"),
        ("design.toml", "placs = 7", "`placs` is not a key of `roles.host`.", "Did you mean `places`?"),
    ),
    "missing key": (
        changed('word = "host"\n', ""),
        ("design.toml", HOST, "`roles.host.word` is missing.", "Add `word = …` here: one of them, as people say it."),
    ),
    "wrong type": (
        changed("places = 7", 'places = "seven"'),
        ("design.toml", 'places = "seven"', '`roles.host.places` is "seven".', "Write a number, without quotation marks."),
    ),
    "yes or no": (
        changed("hosts = true", 'hosts = "yes"'),
        ("design.toml", 'hosts = "yes"', '`roles.host.hosts` is "yes".', "Write true or false, without quotation marks."),
    ),
    "out of range": (
        changed("per_month = 2", "per_month = 90"),
        ("design.toml", "per_month = 90", "`visits.per_month` is 90.", "Use 1 to 31."),
    ),
    "not a finite number": (
        changed("per_month = 2", "per_month = nan"),
        ("design.toml", "per_month = nan", "`visits.per_month` is nan.", "Write a whole number."),
    ),
    "no such day": (
        changed('closes = "05-02"', 'closes = "02-30"'),
        (
            "design.toml", 'closes = "02-30"', '`closes` of entry 1 of `calls` is "02-30".',
            'Use a month and day of every year, like "05-02".',
        ),
    ),
    "undefined role": (
        changed('role = "host"\ntimes = 5', 'role = "hst"\ntimes = 5'),
        (
            "design.toml", 'role = "hst"',
            "`role` of entry 1 of `visits.rules` names `hst`, which is not one of the design's roles.",
            "Did you mean `host`?",
        ),
    ),
    "undefined fact in a form": (
        changed('fact = "enrollment"', 'fact = "enrolment"', FORM),
        (
            FORM, 'fact = "enrolment"',
            "`fact` of entry 2 of `sections.questions` names `enrolment`, which is not one of the design's facts.",
            "Did you mean `enrollment`?",
        ),
    ),
    "undefined answer": (
        changed('answer = "practices"', 'answer = "practises"'),
        (
            "design.toml", '  { answer = "practises", op = "known" },',
            "`answer` of entry 2 of `eligibility.when.all` names `practises`, which is not one of the design's questions.",
            "Did you mean `practices`?",
        ),
    ),
    "unknown word": (
        changed("\narea = {", "\narae = {"),
        (
            "design.toml", 'arae = { one = "borough", many = "boroughs" }',
            "`arae` is not a word that pages use.", "Did you mean `area`?",
        ),
    ),
    "same key twice in a list": (
        changed('key = "leadership"', 'key = "inquiry"'),
        (
            "design.toml", 'key = "inquiry"',
            "`inquiry` is the key of two entries of `focus_areas`, here and in line {first}.",
            "Give one of them another key.",
        ),
    ),
    "points do not add up": (
        changed("focus_points = 40", "focus_points = 41"),
        (
            "design.toml", "focus_points = 41", "The points add up to 101.",
            "Focus, grades, wishes and criteria together are 100.",
        ),
    ),
    "seats and sizes disagree": (
        changed('{ role = "partner", min = 2, max = 2 }', '{ role = "partner", min = 1, max = 1 }'),
        ("design.toml", "seats = [", "The seats hold 2 to 2 schools, the sizes say 3 to 3.", "Make them agree."),
    ),
    "a level that is none": (
        changed('op = "at_least", value = "P"', 'op = "at_least", value = "Proficient"'),
        (
            "design.toml", 'when = { fact = "quality_review", op = "at_least", value = "Proficient" }',
            "`quality_review` has no level `Proficient`.", "Its levels are: UD, D, P, WD.",
        ),
    ),
    "an operation that does not suit": (
        changed('op = "equals", value = false', 'op = "at_least", value = false'),
        (
            "design.toml", 'when = { fact = "fully_screened", op = "at_least", value = false }',
            "`at_least` does not suit `fully_screened`, a fact of kind yes_no.",
            "Use one of: equals, not_equals, known.",
        ),
    ),
    "a reason with a strange place": (
        changed("was {quality_review}.", "was {quality}."),
        (
            "design.toml", 'met = "The most recent Quality Review was {quality}."',
            "{quality} is not part of the rule's condition.", "Possible are: {quality_review}.",
        ),
    ),
    "a letter with a strange field": (
        changed("Dear {principal},", "Dear {name},"),
        (
            "design.toml", 'letter = """', "{name} is not a field of letters.",
            "Possible are: {school}, {principal}, {program}, {role}, {focus_areas}, {reasons}.",
        ),
    ),
    "a question with what belongs to another kind": (
        changed("max_chars = 500", "max_rows = 500", FORM),
        (FORM, "max_rows = 500", "A question of kind text takes no `max_rows`.", "Remove it; it belongs to table and file."),
    ),
    "a form that does not ask what the matching needs": (
        changed('feeds = "focus"\n', "", FORM),
        (
            FORM, 'title = "Application"',
            "The matching needs `focus`, and no question of this form asks the role `host` for it.",
            'Add a question with feeds = "focus".',
        ),
    ),
    "a bell": (
        changed('word = "host"', 'word = "ho\\u0007st"'),
        (
            "design.toml", 'word = "ho\\u0007st"',
            "`roles.host.word` contains an invisible character (U+0007) at position 3.", "Remove it.",
        ),
    ),
    "text turned around": (
        changed('word = "host"', 'word = "ho\u202est"'),
        (
            "design.toml", 'word = "ho\u202est"', "The line contains an invisible character (U+202E) at position 11.",
            "Remove it.",
        ),
    ),
    "a broken bracket": (
        changed("per_month = 2", "per_month = [2"),
        (
            "design.toml", 'day_start = "08:30"', "This is not TOML: Unclosed array.",
            "Look at column 1: is a quotation mark, an equals sign or a bracket missing?",
        ),
    ),
    "a key written twice": (
        changed("per_month = 2", "per_month = 2\nper_month = 3"),
        (
            "design.toml", "per_month = 3", "This is not TOML: Cannot overwrite a value.",
            "Look at column 14: is a quotation mark, an equals sign or a bracket missing?",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_mistake(name: str) -> None:
    files, expected = CASES[name]
    found = problems(files)
    file, line, what, remedy = expected
    shown = [(f, line_text, w, r) for f, line_text, w, r in found]
    if "{first}" in what:
        what = found[0][2]
        assert files[file].split("\n")[int(what.rsplit(" ", 1)[1][:-1]) - 1] == line
    assert (file, line, what, remedy) in shown
    assert len(found) <= 2


def test_b29_a_loop_of_focus_areas_is_named() -> None:
    files = texts(PILOT)
    text = files["design.toml"]
    for key, within in (("leadership", "inquiry"), ("inquiry", "culture"), ("culture", "leadership")):
        text = text.replace(f'key = "{key}"\n', f'key = "{key}"\nwithin = "{within}"\n', 1)
    files["design.toml"] = text
    assert problems(files) == [
        (
            "design.toml",
            'within = "leadership"',
            "This would make a loop: culture → leadership → inquiry → culture.",
            "Remove one `within`.",
        )
    ]


def test_b29_an_area_within_itself() -> None:
    files = changed('key = "culture"\n', 'key = "culture"\nwithin = "culture"\n')
    assert [what for _, _, what, _ in problems(files)] == ["This would make a loop: culture → culture."]


def test_all_mistakes_are_told_at_once_across_files() -> None:
    files = changed("places = 7", 'places = "x"')
    files["design.toml"] = files["design.toml"].replace("per_month = 2", "per_month = 90")
    files[FORM] = files[FORM].replace('purpose = "application"', 'purpose = "aplication"', 1)
    files["instruments/school-visit.toml"] = "x = "
    files["notes.txt"] = "hello"
    assert [file for file, *_ in problems(files)] == [
        "design.toml", "design.toml", FORM, "instruments/school-visit.toml", "notes.txt",
    ]  # fmt: skip


MORE = {
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


def test_no_design_file() -> None:
    found = load({})
    assert isinstance(found, Problems)
    assert str(found.problems[0]) == (
        "design.toml:1: The file design.toml is missing. Create it; see designs/README.md."
    )


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 100_000,
        "x = " + "{a=" * 5_000,
        ".".join("a" * 3_000) + " = 1",
        "x = " + "[" * 50 + "]" * 50,
        "x = " + "9" * 6_000,
        "x" * 300_000,
        "x = '\ud800'",
        "x = \x00",
        "\ufeff",
        "[" + ".".join("a" * 400) + "]",
        "[[a]]\n" * 600,
    ],
    ids=[
        "lists",
        "tables",
        "dots",
        "closed lists",
        "number",
        "long",
        "surrogate",
        "nul",
        "mark",
        "header",
        "many",
    ],
)
def test_hostile_texts_are_refused_quickly(text: str) -> None:
    files = {**texts(PILOT), "design.toml": text}
    found = load(files)
    assert isinstance(found, Problems)
    for problem in found:
        assert 1 <= problem.line <= files[problem.file].count("\n") + 1


def test_depth_is_limited_before_anything_is_read() -> None:
    found = load({**texts(PILOT), "design.toml": "a = 1\nx = " + "[" * 50 + "]" * 50})
    assert isinstance(found, Problems)
    assert [str(problem) for problem in found] == [
        "design.toml:2: Tables or lists are nested more than 12 deep. Write it flatter."
    ]


def test_at_most_a_hundred_are_shown() -> None:
    files = {**texts(PILOT), "design.toml": "".join(f"x{number} = 1\n" for number in range(300))}
    found = load(files)
    assert isinstance(found, Problems)
    assert len(found.shown()) == 101
    assert found.shown()[-1] == f"… and {len(found) - 100} more."
    assert "200 more keys of the file are unknown." in [problem.what for problem in found]


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"x{number} = 1\n" for number in range(20_000)),
        "[roles.host]\n" + "".join(f"wor{number} = 1\n" for number in range(20_000)),
        "".join("[[phases]]\nx = 1\n" for _ in range(12_000)),
        "months = [" + "[]," * 80_000 + "]",
        'summary = "' + "\\u202e" * 40_000 + '"',
    ],
    ids=["keys", "keys of a role", "entries", "lists", "invisible characters"],
)
def test_a_refusal_takes_at_most_a_second(text: str) -> None:
    assert len(text) > 150_000
    begun = time.process_time()
    assert isinstance(load({**texts(PILOT), "design.toml": text}), Problems)
    assert time.process_time() - begun < 1.0


def test_all_files_together_are_limited() -> None:
    files = {**texts(PILOT), **{f"protocols/p{number}.md": "# P\n" + "x" * 20_000 for number in range(60)}}
    found = load(files)
    assert isinstance(found, Problems)
    assert [problem.remedy for problem in found] == ["At most 1,048,576 are allowed."]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    files = texts(PILOT)
    assert load({name: "\ufeff" + text.replace("\n", "\r\n") for name, text in files.items()}) == load(files)
