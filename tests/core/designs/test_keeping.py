"""A kept design comes back exactly, whatever the database does to the order of keys."""

import json
from dataclasses import replace
from typing import Any

import pytest

from intervisit.core.designs import DesignError, Table, digest, from_json, to_json
from tests.shipped import SLUGS, shipped


def with_sorted_keys(value: Any) -> Any:
    """What PostgreSQL's jsonb does: keys of objects in another order."""
    return json.loads(json.dumps(value, sort_keys=True))


@pytest.mark.parametrize("slug", SLUGS)
def test_round_trip(slug: str) -> None:
    design = shipped(slug)
    kept = json.loads(json.dumps(to_json(design), allow_nan=False))
    assert from_json(kept) == design
    assert from_json(with_sorted_keys(kept)) == design
    assert to_json(from_json(with_sorted_keys(kept))) == to_json(design)
    assert digest(from_json(with_sorted_keys(kept))) == digest(design)


def test_digests_tell_designs_apart() -> None:
    designs = [shipped(slug) for slug in SLUGS]
    designs += [
        replace(designs[0], version=2),
        replace(designs[0], roles=Table(list(designs[0].roles.items())[::-1])),
    ]
    assert len({digest(design) for design in designs}) == len(designs)


def test_another_format_is_refused() -> None:
    with pytest.raises(DesignError, match="The format is not intervisit-design/1"):
        from_json({**to_json(shipped(SLUGS[0])), "format": "intervisit-design/99"})


def test_a_kept_design_that_lost_a_part_is_refused_with_reasons() -> None:
    kept = to_json(shipped(SLUGS[0]))
    del kept["roles"][0]["word"]
    kept["visits"]["rules"][0]["role"] = "nobody"
    with pytest.raises(DesignError) as caught:
        from_json(kept)
    assert [problem.what for problem in caught.value.problems] == [
        "`word` of entry 1 of `roles` is missing.",
        "`role` of entry 1 of `visits.rules` names `nobody`, which is not one of the design's roles.",
    ]


def test_designs_are_hashable_and_unchangeable() -> None:
    design = shipped(SLUGS[0])
    assert hash(design) == hash(from_json(to_json(design)))
    with pytest.raises(AttributeError):
        design.title = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        design.roles["x"] = None  # type: ignore[index]
