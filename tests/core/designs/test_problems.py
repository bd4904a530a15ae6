# ruff: noqa: E501 — messages are compared whole
"""Each kind of mistake is told with its file, its line and a remedy."""

import pytest

from intervisit.core.designs import Problems, load
from tests.core.designs.mistakes import FORM, PILOT, changed, problems
from tests.shipped import texts

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
            "Possible are: {school}, {principal}, {program}, {role}, {focus_areas}, {reasons}, {appeal_until}.",
        ),
    ),
    "a reason on a locked phone": (
        changed('subject = "Your application to {program}"', 'subject = "{reasons}"'),
        (
            "design.toml", 'subject = "{reasons}"', "{reasons} is private, and subjects show on locked phones.",
            "Put it into `letter`.",
        ),
    ),
    "a question with what belongs to another kind": (
        changed("max_chars = 500", "max_rows = 500", FORM),
        (FORM, "max_rows = 500", "A question of kind text takes no `max_rows`.", "Remove it; it belongs to table and file."),
    ),
    "an order of what is not schools": (
        changed("max_chars = 500", "ranked = true", FORM),
        (FORM, "ranked = true", "A question of kind text takes no `ranked`.", "Remove it; it belongs to schools."),
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


def test_no_design_file() -> None:
    found = load({})
    assert isinstance(found, Problems)
    assert str(found.problems[0]) == (
        "design.toml:1: The file design.toml is missing. Create it; see designs/README.md."
    )


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    files = texts(PILOT)
    assert load({name: "\ufeff" + text.replace("\n", "\r\n") for name, text in files.items()}) == load(files)
