"""Posts of teacher leaders in the demo: the district has added them to its copy of the program's design."""

from dataclasses import replace

from intervisit.core.designs import Design, Table


def with_posts(design: Design, source: Design) -> Design:
    """A design with the posts of another one: the posts, the committee and the forms they name."""
    named = {form for post in source.positions.values() for form in (post.form, post.interview) if form}
    forms = {**design.forms, **{key: source.forms[key] for key in sorted(named)}}
    return replace(design, positions=source.positions, committee=source.committee, forms=Table(forms))
