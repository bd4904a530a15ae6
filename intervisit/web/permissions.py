"""The policy tables as a page people can read (docs/reference/permissions.md; compared by a test)."""

from intervisit.core.access import FLOOR, ROLES, Grant
from intervisit.kit.access import policy


def _grant(grant: Grant) -> str:
    if grant.role == "public":
        return "anybody, signed in or not"
    if grant.role == "anyone":
        return "anybody signed in"
    word = ROLES[grant.role].words if grant.role in ROLES else "the person concerned"
    return (
        f"{word} (in any group)" if grant.relation == "*" else f"{word} @ {grant.relation.replace('_', ' ')}"
    )


def as_markdown() -> str:
    """One table an app: action, who, in which states."""
    out = [
        "# Who may do what",
        "",
        "Made from the policy tables by `python3 iv permissions`; do not edit. An action that is not listed is",
        "denied. The word after `@` is the group in which the role must be held, in relation to the thing.",
    ]
    for table in policy().tables:
        out += ["", f"## {table.app}", "", "| action | who | when |", "|---|---|---|"]
        for row in table.rows:
            who = "; ".join(_grant(g) for g in row.grants)
            when = "always" if row.states is None else "while " + ", ".join(sorted(row.states))
            if row.fresh:
                when += "; after confirming the second factor anew"
            out.append(f"| `{row.action}` | {who} | {when} |")
    out += [
        "",
        "## The deny floor",
        "",
        "Whatever a table or a design says, these kinds are never opened to anybody else:",
        "",
    ]
    for kind, grants in FLOOR.items():
        out.append(f"- **{kind.replace('_', ' ')}**: {'; '.join(sorted(_grant(g) for g in grants))}")
    return "\n".join(out) + "\n"
