"""How the history says what was done with forms. A verb without words turns a test red."""

VERBS = {
    "program.edit_form": "edited a form",
    "program.drop_form_draft": "dropped the changes to a form",
    "program.publish_form": "put a form into use",
}
