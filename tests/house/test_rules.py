"""Nothing reaches anybody without a rule: addresses, jobs, mails, files, feeds and actions."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from intervisit.kit.access import policy, relations
from intervisit.kit.jobs import JOBS
from intervisit.kit.outbox import MAIL_KINDS
from intervisit.kit.pages import PUBLIC_PAGE, SIGNED_IN, Route
from intervisit.web.permissions import as_markdown

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "intervisit"

# Everybody may open these; a new one is put here by hand, after thinking.
PUBLIC = {
    "sign_in", "sign_in_sent", "sign_in_link", "sign_out", "sign_on", "sign_on_back", "demo_cast", "demo_mail",
    "open_call", "open_call_named", "feed", "who_sees_what", "styleguide", "health",
}  # fmt: skip
# Pages about oneself alone: they ask the policy for whatever they show.
ABOUT_ONESELF = {
    "second_factor_set_up", "second_factor_codes", "confirm", "account", "sessions_end_others", "account_export",
    "mailbox", "my_applications", "my_leaders", "my_networks", "my_calendar", "account_opened", "my_feeds",
    "my_invitations", "home",
}  # fmt: skip
# Mail about oneself, which needs no right to read; anything else is asked for again when it is sent.
MAIL_TO_ONESELF = {
    "sign_in.link", "sign_in.use_sign_on", "sign_on.linked", "second_factor.changed", "second_factor.removed",
    "role.granted", "role.ended",
    "network.left",  # says only that one's own school has left, to those who can no longer see it
    "network.withdrawn",  # says only that networks were taken back, to those who can no longer see them
}  # fmt: skip


def patterns(found: URLResolver | None = None) -> Iterator[URLPattern]:
    for pattern in (found or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def routes() -> list[Route]:
    return [p.callback.route for p in patterns() if hasattr(p.callback, "route")]


@cache
def nodes() -> list[tuple[Path, ast.AST]]:
    """Every call, function and word of the product, read once."""
    files = [path for path in sorted(PRODUCT.rglob("*.py")) if "migrations" not in path.parts]
    kinds = (ast.Call, ast.FunctionDef, ast.Constant)
    every = ((path, node) for path in files for node in ast.walk(ast.parse(path.read_text())))
    return [(path, node) for path, node in every if isinstance(node, kinds)]


def test_every_address_was_made_by_page() -> None:
    assert [str(p.pattern) for p in patterns() if not hasattr(p.callback, "route")] == []


def test_names_and_addresses_are_unique() -> None:
    for found in ([r.name for r in routes()], [r.at for r in routes()]):
        assert sorted({n for n in found if found.count(n) > 1}) == []


def test_every_rule_is_a_row_of_the_policy() -> None:
    special = {PUBLIC_PAGE, SIGNED_IN}
    unknown = {
        (r.name, a) for r in routes() for a in (r.action, r.acts) if a not in special and a not in policy()
    }
    assert unknown == set()


def test_only_these_addresses_are_public_or_about_oneself() -> None:
    assert {r.name for r in routes() if r.action == PUBLIC_PAGE} == PUBLIC
    assert {r.name for r in routes() if r.action == SIGNED_IN} == ABOUT_ONESELF
    assert {r.name for r in routes() if r.acts in (PUBLIC_PAGE, SIGNED_IN)} == PUBLIC | ABOUT_ONESELF


def test_an_address_asks_actions_of_the_kind_it_names() -> None:
    """A rule for another kind would read other relations than it was written for."""
    wrong = [
        (r.name, action)
        for r in routes()
        if r.model is not None
        for action in (r.action, r.acts)
        if action not in (PUBLIC_PAGE, SIGNED_IN) and action.partition(".")[0] != relations(r.model).kind
    ]
    assert wrong == []


def test_nothing_is_changed_by_looking() -> None:
    """What acts is posted; addresses take GET, POST or both, and nothing else."""
    assert {m for r in routes() for m in r.methods} <= {"GET", "POST"}
    ending = re.compile(
        r"(stop|undo|redo|adopt|publish|withdraw|remove|end|lift|lock|submit|confirm|release)/$"
    )
    assert [r.at for r in routes() if ending.search(r.at) and "POST" not in r.methods] == []


def test_whatever_is_done_has_its_own_rule_where_reading_is_wider() -> None:
    """An address that only acts must not be guarded by the right to look alone."""
    looking = {r.name: r.acts for r in routes() if r.acts.endswith(".view") and "POST" in r.methods}
    assert looking == LOOKING_IS_ENOUGH


# Pages that post under the right to look: each asks for the right to act inside, and the matrix tries them.
LOOKING_IS_ENOUGH = {
    "role_confirm": "role.view",  # asks role.confirm, after a fresh confirmation
    "application_wishes": "application.view",  # asks wishes.write
    "plan_stop": "plan.view",  # asks plan.edit or job.stop in the action
}


def test_every_job_and_mail_is_registered_with_a_rule() -> None:
    for app in settings.INSTALLED_APPS:
        if app.startswith("intervisit.apps."):
            for part in ("jobs", "pages", "actions"):
                folder = PRODUCT / "apps" / app.rpartition(".")[2]
                if (folder / f"{part}.py").exists() or (folder / part).is_dir():
                    import_module(f"{app}.{part}")
    assert {k: a for k, (_, a) in JOBS.items() if a not in policy()} == {}
    assert {k: a for k, a in MAIL_KINDS.items() if a and a not in policy()} == {}
    assert {k for k, a in MAIL_KINDS.items() if not a} == MAIL_TO_ONESELF


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    for path, node in nodes():
        if isinstance(node, ast.Call) and _called(node) == name:
            yield path, node


def test_every_mail_and_job_is_sent_under_its_registered_name() -> None:
    """The kind is a constant made by mail_kind, or a word that is registered: never put together."""
    for path, call in calls("send_later"):
        if path.name != "outbox.py":
            named = ast.unparse(call.args[0])
            words = [
                n for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            ]
            assert words == [], f"{path.name}:{call.lineno}: {named}"
    for path, call in calls("enqueue"):
        if path.name != "jobs.py":
            assert isinstance(call.args[0], ast.Constant), f"{path.name}:{call.lineno}"
            assert call.args[0].value in JOBS, f"{path.name}:{call.lineno}"


def test_files_and_feeds_are_made_by_addresses_with_a_rule() -> None:
    """A download is a response with a file name; only functions under @page may make one."""
    makers = {
        f"{path.relative_to(PRODUCT)}"
        for path, node in nodes()
        if isinstance(node, ast.Constant) and node.value == "Content-Disposition"
    }
    assert [m for m in sorted(makers) if "/pages/" not in f"/{m}" and not m.endswith("pages.py")] == []


def _acts(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(d, ast.Call) and getattr(d.func, "id", "") == "action" for d in node.decorator_list
    )


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_action_takes_and_is_given_by() -> None:
    """Who does it is said by every caller; the decorator refuses at run time, this before."""
    made = [(path, n) for path, n in nodes() if isinstance(n, ast.FunctionDef) and _acts(n)]
    without = [f"{p.name}: def {n.name}" for p, n in made if "by" not in {a.arg for a in n.args.kwonlyargs}]
    names = {n.name for _, n in made}
    # Another function of the same name would be meant by a call.
    plain = {
        n.name for _, n in nodes() if isinstance(n, ast.FunctionDef) and n.name in names and not _acts(n)
    }
    for path, node in nodes():
        if isinstance(node, ast.Call) and _called(node) in names - plain:
            given = {k.arg for k in node.keywords}
            if "by" not in given and None not in given:
                without.append(f"{path.relative_to(PRODUCT)}:{node.lineno}: {_called(node)}(…)")
    assert len(made) > 40
    assert without == []


def test_the_reference_of_permissions_is_up_to_date() -> None:
    written = (ROOT / "docs/reference/permissions.md").read_text()
    assert written == as_markdown(), "run: python3 iv permissions > docs/reference/permissions.md"


def test_settings_are_documented() -> None:
    """docs/operators/settings.md names each environment variable that the settings read, and no other."""
    text = (PRODUCT / "web/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))
    documented = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/operators/settings.md").read_text(), re.M)
    )
    assert documented == read


@pytest.mark.django_db
def test_every_table_of_the_policy_is_loaded() -> None:
    written = {p.parent.name for p in (PRODUCT / "apps").glob("*/policy.py")}
    assert {path.split(".")[2] for path in settings.POLICIES} == written
    assert {table.app for table in policy().tables} == written


def test_the_settings_name_every_app() -> None:
    folders = {p.parent.name for p in (PRODUCT / "apps").glob("*/apps.py")}
    assert {c.name.rpartition(".")[2] for c in apps.get_app_configs() if ".apps." in c.name} == folders
