"""What an occupation and a field of study are called on a roadmap.

O*NET names occupations in the plural and in capitals ("Registered Nurses"); a person
becomes one ("Registered nurse"). What these rules do not know stays as it is.
"""

from __future__ import annotations

import re

# Endings of words for people, so that "Systems" and "Sales" stay as they are.
PEOPLE = re.compile(
    r"^[A-Za-z-]*(?:ers|ors|ists|ians|eons|nurses|clerks|aides|guards|judges|pilots"
    r"|assistants|attendants|accountants|consultants|sergeants|merchants"
    r"|agents|presidents|superintendents|executives|representatives|detectives"
    r"|analysts|therapists|chemists|mechanics|medics|paramedics|hygienists"
    r"|specialists|scouts|chefs|cooks|hosts|hostesses|waitresses|models|coaches"
    r"|fellers|athletes|interns|officials|generalists|principals|professionals"
    r"|liaisons|midwives|smiths|wrights|pathologists|architects|cartographers"
    r"|barbers|bakers|choreographers|laborers|roustabouts|concierges|bellhops"
    r"|cardiologists|economists|chiefs|magistrates|stewards|marshals|bailiffs"
    r"|scribes|technicians|pediatricians|advocates|navigators|typists|tutors"
    r"|masons|persons|poets|guides|escorts|wardens|jockeys|baristas|actuaries"
    r"|nannies|orderlies|secretaries)$",
    re.IGNORECASE,
)
NOT_PEOPLE = frozenset(
    {
        "boilers",
        "calculators",
        "children",
        "computers",
        "consumers",
        "containers",
        "conveyors",
        "customers",
        "cylinders",
        "disorders",
        "doors",
        "elevators",
        "escalators",
        "factors",
        "fibers",
        "floors",
        "flowers",
        "gears",
        "generators",
        "helicopters",
        "investors",
        "letters",
        "matters",
        "members",
        "motors",
        "numbers",
        "offenders",
        "orders",
        "others",
        "papers",
        "passengers",
        "powers",
        "printers",
        "prisoners",
        "reactors",
        "records",
        "rotors",
        "semiconductors",
        "sensors",
        "timbers",
        "tires",
        "tractors",
        "trailers",
        "vendors",
        "ventilators",
    }
)
IRREGULAR = {"midwives": "midwife", "waitresses": "waitress", "hostesses": "hostess"}
# Written with a capital inside a sentence as well.
PROPER = frozenset(
    {
        "African",
        "Air",
        "American",
        "Arabic",
        "Asian",
        "Bible",
        "Braille",
        "Chinese",
        "Christian",
        "English",
        "European",
        "Excel",
        "Force",
        "French",
        "German",
        "Hebrew",
        "Hispanic",
        "Internet",
        "Islamic",
        "Italian",
        "Japanese",
        "Java",
        "Jewish",
        "Korean",
        "Latin",
        "Linux",
        "Microsoft",
        "Montessori",
        "Native",
        "Oracle",
        "Portuguese",
        "Python",
        "Russian",
        "Slavic",
        "Spanish",
        "Waldorf",
        "Windows",
    }
)


def occupation_title(official: str) -> str:
    """Return the title of somebody who has the job, in sentence case."""
    # What follows these words says what the job is with, or whom it leaves out.
    cut = re.search(r" of | for | to |, except |, including | \(", official, re.I)
    head, tail = official, ""
    if cut is not None:
        head, tail = official[: cut.start()], official[cut.start() :]
    words = re.split(r"(?<=[ /])", head)
    singular = [_singular(word) for word in words]
    if sum(a != b for a, b in zip(words, singular, strict=True)) > 1:
        # Somebody is one or the other, not both.
        singular = ["or " if word == "and " else word for word in singular]
    return in_sentence("".join(singular) + tail)


def field_title(official: str) -> str:
    """Return a field of study as it stands inside a sentence, without its variants."""
    title = official.rstrip(".")
    first, _slash, again = title.partition("/")
    if first.split(" ")[0] == again.split(" ")[0]:  # Registered Nursing/Registered …
        title = first
    title = re.sub(r",? (?:General|Other)$", "", title)
    words = in_sentence(" ".join(title.split()))
    return words if _is_name(words.split(" ")[0]) else words[:1].lower() + words[1:]


def in_sentence(title: str) -> str:
    """Return words in sentence case; names and initials keep their capitals."""
    words = [
        word if _is_name(word.strip("(),;")) else word.lower()
        for word in title.split(" ")
    ]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _is_name(word: str) -> bool:
    parts = re.split(r"[-/’']", word)
    return any(part in PROPER or sum(map(str.isupper, part)) > 1 for part in parts)


def _singular(word: str) -> str:
    bare = word.rstrip(",;/ ")
    low = bare.lower()
    if low in NOT_PEOPLE or not PEOPLE.match(bare):
        return word
    one = IRREGULAR.get(low)
    if one is not None:
        one = one.capitalize() if bare[0].isupper() else one
    elif low.endswith("ies"):
        one = f"{bare[:-3]}y"
    elif low.endswith(("sses", "ches")):
        one = bare[:-2]
    else:
        one = bare[:-1]
    return one + word[len(bare) :]
