"""How the history says what was done with the memorandum. A verb without words turns a test red."""

VERBS = {
    "program.create": "made the program",
    "program.move": "moved it on",
    "program.dates": "changed the dates",
    "program.take_version": "took over a newer design",
    "program.announce": "wrote to the principals",
    "program.add_person": "gave somebody a part in the program",
    "program.confirm_person": "confirmed somebody’s part in the program",
    "program.end_person": "ended somebody’s part in the program",
    "district.add_design": "added a design",
    "agreement.prepare": "began a new version of the {agreement}",
    "agreement.write": "wrote the {agreement}",
    "agreement.drop": "threw away a draft of the {agreement}",
    "agreement.publish": "published the {agreement}",
    "agreement.remind": "reminded those who owe the {agreement}",
    "agreement.accept": "accepted the {agreement}",
    "acceptance.withdraw": "withdrew from the {agreement}",
}
