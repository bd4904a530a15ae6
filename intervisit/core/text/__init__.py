"""What people type, read or refused, with the same codes on every surface.

Parts: troubles (the shape of a refusal), characters (clean text), names (comparing, e-mail, look-alikes),
amounts (numbers and money), moments (dates and times in a zone).
"""

from intervisit.core.text.amounts import (
    LARGEST_AMOUNT,
    LARGEST_INTEGER,
    LARGEST_KEY,
    finite_number,
    money,
    page_size,
    show_money,
    whole_number,
)
from intervisit.core.text.characters import Kind, clean, too_long
from intervisit.core.text.moments import (
    EARLIEST,
    LATEST,
    Order,
    date_order,
    in_zone,
    long_date,
    read_date,
    read_moment,
    time_zone,
)
from intervisit.core.text.names import (
    clean_email,
    code_key,
    look_alike_key,
    looks_like_mixed_scripts,
    search_key,
)
from intervisit.core.text.troubles import (
    MOST,
    BadValue,
    Collector,
    Trouble,
    Troubles,
    label_of,
    shown,
    shown_name,
)

__all__ = [
    "EARLIEST",
    "LARGEST_AMOUNT",
    "LARGEST_INTEGER",
    "LARGEST_KEY",
    "LATEST",
    "MOST",
    "BadValue",
    "Collector",
    "Kind",
    "Order",
    "Trouble",
    "Troubles",
    "clean",
    "clean_email",
    "code_key",
    "date_order",
    "finite_number",
    "in_zone",
    "label_of",
    "long_date",
    "look_alike_key",
    "looks_like_mixed_scripts",
    "money",
    "page_size",
    "read_date",
    "read_moment",
    "search_key",
    "show_money",
    "shown",
    "shown_name",
    "time_zone",
    "too_long",
    "whole_number",
]
