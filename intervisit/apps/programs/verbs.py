"""How the history says what was done with the memorandum. A verb without words turns a test red."""

VERBS = {
    "agreement.prepare": "began a new version of the {agreement}",
    "agreement.write": "wrote the {agreement}",
    "agreement.drop": "threw away a draft of the {agreement}",
    "agreement.publish": "published the {agreement}",
    "agreement.remind": "reminded those who owe the {agreement}",
    "agreement.accept": "accepted the {agreement}",
    "acceptance.withdraw": "withdrew from the {agreement}",
}
