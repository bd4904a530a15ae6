"""Names and addresses compared: without case and accents, alike on every database, and look-alikes found."""

import re
import unicodedata

from intervisit.core.text.characters import clean, without_unseen
from intervisit.core.text.troubles import BadValue, Trouble, label_of, shown

EMAIL_LENGTH = 254  # RFC 5321 4.5.3.1.3 less the angle brackets

# Latin letters that no decomposition takes apart.
_FOLDED = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŧ": "t",
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
})  # fmt: skip
# Voicing, nukta and virama are part of a letter's identity, not accents on it.
_KEPT_CLASSES = (0, 7, 8, 9)

# Letters that look like a Latin one, after folding of case: an extract of Unicode UTS #39
# confusables.txt 15.0 (Cyrillic, Greek, Armenian, small capitals), and the digits that pass for letters.
_CONFUSABLE = str.maketrans({
    "а": "a", "ѕ": "s", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "l", "ј": "j", "к": "k", "ӏ": "l",
    "м": "m", "н": "h", "о": "o", "р": "p", "ԛ": "q", "г": "r", "т": "t", "у": "y", "ѵ": "v", "ԝ": "w",
    "х": "x", "в": "b", "ь": "b", "α": "a", "β": "b", "γ": "y", "ε": "e", "η": "n", "ι": "l", "κ": "k",
    "μ": "u", "ν": "v", "ο": "o", "ρ": "p", "σ": "o", "ς": "c", "τ": "t", "υ": "u", "χ": "x", "ω": "w",
    "ζ": "z", "օ": "o", "ս": "u", "հ": "h", "ո": "n", "ց": "g", "ք": "p", "ա": "w", "զ": "q", "ɑ": "a",
    "ɡ": "g", "ɩ": "l", "ʟ": "l", "ᴏ": "o", "ᴄ": "c", "ᴠ": "v", "ᴡ": "w", "ᴢ": "z", "ѡ": "w", "0": "o",
    "1": "l", "|": "l", "i": "l", "!": "l", "ǀ": "l",
})  # fmt: skip
# Scripts that Japanese, Chinese and Korean writing mixes in one word.
_MIXED_BY_NATURE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL", "LATIN"})
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "HEBREW", "ARABIC", "CJK", "HIRAGANA", "KATAKANA",
            "HANGUL", "BOPOMOFO", "GEORGIAN", "CHEROKEE", "COPTIC", "DEVANAGARI", "BENGALI")  # fmt: skip

_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}")
_DOMAIN_LABEL = re.compile(r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?")


def search_key(text: str) -> str:
    """What a search compares: no case, no accents, no unseen characters, single blanks; `École` → `ecole`.

    Store it beside the text and search in it: databases fold case differently, this does not depend on them.
    Applying it twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    bare = unicodedata.normalize("NFKD", without_unseen(text))
    for _ in range(2):  # folding can give characters that decompose further
        bare = unicodedata.normalize("NFKD", bare.casefold().translate(_FOLDED))
        bare = "".join(c for c in bare if unicodedata.combining(c) in _KEPT_CLASSES)
    return " ".join(unicodedata.normalize("NFC", without_unseen(bare)).split())


def code_key(code: str) -> str:
    """What two school codes are compared by: no case, no outer blanks; `01m001 ` → `01M001`."""
    return unicodedata.normalize("NFC", code.strip()).upper()


def look_alike_key(text: str) -> str:
    """Names that look the same to a reader have the same key, whatever alphabet their letters come from."""
    return search_key(text).translate(_CONFUSABLE).replace("rn", "m").replace("vv", "w").replace(" ", "")


def looks_like_mixed_scripts(text: str) -> tuple[str, ...]:
    """The scripts that one word of the text mixes (`("Cyrillic", "Latin")` for `аdmin`), or nothing.

    Not a reason to refuse: the person approving an account is told.
    """
    if text.isascii():
        return ()
    for word in re.split(r"[\s@.,;/()]+", text):
        scripts = {script for character in word if (script := _script(character))}
        if len(scripts) > 1 and not scripts <= _MIXED_BY_NATURE:
            return tuple(sorted(script.capitalize() for script in scripts))
    return ()


def clean_email(value: object, *, field: str = "email", required: bool = False) -> str:
    """An e-mail address in lower case, so that two spellings of it are one; empty stays empty.

    Raises BadValue: the codes of `clean`, and not-an-email. Whether the address exists is not asked.
    """
    called = "e-mail address"
    text = clean(value, field=field, max_length=EMAIL_LENGTH, kind="email", required=required, label=called)
    if not text:
        return text
    local, at, domain = text.rpartition("@")
    if not at or "@" in local:
        count = "no" if not at else "more than one"
        raise _not_an_email(text, field, f"it has {count} @ sign")
    if not _LOCAL.fullmatch(local) or local[0] == "." or local[-1] == "." or ".." in local:
        raise _not_an_email(text, field, "the part before the @ sign is not one")
    labels = domain.split(".")
    if len(labels) < 2 or not all(_DOMAIN_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise _not_an_email(text, field, "the part after the @ sign is not a domain")
    return unicodedata.normalize("NFC", text.lower())


def _not_an_email(text: str, field: str, why: str) -> BadValue:
    message = f"{shown(text)} is not an e-mail address: {why}. Write it like name@school.org."
    return BadValue(Trouble("not-an-email", message, field or label_of("email")))


def _script(character: str) -> str:
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), name.partition(" ")[0])
