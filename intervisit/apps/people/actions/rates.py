"""Who rates whom: data that closes doors (trust.md 2.1), kept by the district's office."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from intervisit.apps.people.models import District, Person, Rates, dated
from intervisit.core.access import Actor
from intervisit.core.text import BadValue, Trouble, clean_email
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


@action("district.rates")
def set_rating(
    district: District,
    *,
    by: Actor,
    rater: Person,
    rated: Person,
    starts: dt.date,
    ends: dt.date | None = None,
    source: str = "",
) -> Rates:
    """Write down that one person rates another. Raises Refused: rates-oneself, ends-before-it-starts, already-known."""
    require(by, "district.rates", district)
    found = _troubles(rater, rated, starts, ends)
    if found:
        raise Refused.of(found)
    made = Rates.objects.create(rater=rater, rated=rated, starts=starts, ends=ends, source=source[:80])
    record(
        by,
        "district.rates",
        district,
        group=district.group,
        label="Who rates whom",
        changes={"pairs": (0, 1)},
    )
    return made


def _troubles(rater: Person, rated: Person, starts: dt.date, ends: dt.date | None) -> list[Trouble]:
    if rater == rated:
        return [Trouble("rates-oneself", "Nobody rates their own work here.", "rated")]
    if ends is not None and ends < starts:
        return [Trouble("ends-before-it-starts", "The last day is before the first. Exchange them.", "ends")]
    overlap = Q(ends__isnull=True) | Q(ends__gte=starts)
    if ends is not None:
        overlap &= Q(starts__lte=ends)
    if Rates.objects.filter(overlap, rater=rater, rated=rated).exists():
        return [
            Trouble("already-known", f"It is known already that {rater.name} rates {rated.name}.", "rated")
        ]
    return []


@action("district.rates")
def end_rating(rating: Rates, district: District, *, by: Actor, on: dt.date) -> Rates:
    """The last day on which one rates the other."""
    require(by, "district.rates", district)
    if on < rating.starts:
        raise Refused("ends-before-it-starts", "The last day is before the first.", "ends")
    rating.ends = on
    rating.save(update_fields=["ends"])
    record(
        by,
        "district.rates",
        district,
        group=district.group,
        label="Who rates whom",
        changes={"ends": (None, on)},
    )
    return rating


@action("district.rates")
def import_ratings(
    district: District, *, by: Actor, pairs: Iterable[tuple[int, str, str]], starts: dt.date, source: str
) -> int:
    """Pairs of addresses from a file, as (line, rater, rated): all of them or none. Returns how many are new.

    Raises Refused with every trouble and its line.
    """
    require(by, "district.rates", district)
    people = {p.email: p for p in Person.objects.only("name", "email")}
    standing = set(Rates.objects.filter(dated(starts)).values_list("rater_id", "rated_id"))
    found: list[Trouble] = []
    new: list[Rates] = []
    for line, *addresses in pairs:
        both = [
            _known(address, key, line, people, found)
            for key, address in zip(("rater", "rated"), addresses, strict=True)
        ]
        rater, rated = both
        if rater is None or rated is None:
            continue
        if rater == rated:
            found.append(Trouble("rates-oneself", "nobody rates their own work here.", "rated").at(line=line))
        elif (rater.pk, rated.pk) not in standing:
            standing.add((rater.pk, rated.pk))
            new.append(Rates(rater=rater, rated=rated, starts=starts, source=source[:80]))
    if found:
        raise Refused.of(found)
    Rates.objects.bulk_create(new, batch_size=500)
    changes: dict[str, tuple[object, object]] = {"pairs": (0, len(new))}
    record(by, "district.rates", district, group=district.group, label="Who rates whom", changes=changes)
    return len(new)


def _known(
    address: str, key: str, line: int, people: dict[str, Person], found: list[Trouble]
) -> Person | None:
    try:
        email = clean_email(address, field=key, required=True)
    except BadValue as bad:
        found += [t.at(line=line, column=key) for t in bad.troubles]
        return None
    if email not in people:
        found.append(Trouble("unknown", f"nobody has the address {email}.", key).at(line=line, column=key))
    return people.get(email)
