"""Pages.

Parts: door, sign_in, sign_on, second_factor, account, demo, mailbox, schools, school_imports, people, history.
"""
