"""A program's design with the posts of another shipped one: the small district's own design has none."""

import json

from intervisit.apps.programs.models import DesignVersion, Program
from intervisit.core.designs import digest, to_json
from intervisit.web.demo.leaders import with_posts
from tests import factories


def give_posts(program: Program) -> None:
    """Put a design with posts under a program."""
    source = next(p.name for p in sorted(factories.DESIGNS.iterdir()) if p.name.endswith("-15"))
    found = with_posts(program.design, factories.design(source))
    made, _ = DesignVersion.objects.get_or_create(
        slug=found.slug,
        number=2,
        defaults={"digest": digest(found), "content": json.loads(json.dumps(to_json(found)))},
    )
    program.version = made
    program.save(update_fields=["version"])
