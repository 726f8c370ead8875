"""Words that made-up people, companies and deals are put together from. PURE.

Addresses end in `.example` (RFC 2606); phone numbers are of ranges that regulators keep for fiction.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_NAMES = (
    "Dana", "Tom", "Priya", "Sam", "Aisha", "Luca", "Ingrid", "Mateo", "Chloe", "Jonas", "Freya",
    "Omar", "Yuki", "Elena", "Viktor", "Grace", "Hugo", "Leila", "Noah", "Marta", "Finn", "Zoe",
    "Rafael", "Anneke", "Idris", "Sofia", "Callum", "Nadia", "Emil", "Hana", "Pablo", "Maeve",
    "Stefan", "Kezia", "Bruno", "Alice", "Ravi", "Thea", "Marcus", "Ines", "Oscar", "Lena", "Tariq",
    "Nora", "Felix", "Amara", "Joel", "Petra", "Dylan", "Salma", "Erik", "Ruth", "Kofi", "Julia",
    "Adrian", "Mei", "Patrick", "Selma", "Owen", "Carla",
)  # fmt: skip
LAST_NAMES = (
    "Ortiz", "Whitfield", "Raman", "Reed", "Hartley", "Moreau", "Lindqvist", "Okafor", "Becker",
    "Novak", "Fletcher", "Haddad", "Tanaka", "Rossi", "Keller", "Brennan", "Dubois", "Silva",
    "Larsen", "Kaplan", "Meyer", "Quinn", "Adeyemi", "Barlow", "Castell", "Drummond", "Eriksen",
    "Farrow", "Grant", "Holm", "Ibsen", "Jansen", "Kowalski", "Lowry", "Marsh", "Nolan", "Oakes",
    "Pereira", "Quist", "Rahman", "Sandoval", "Thorne", "Underhill", "Vance", "Weller", "Yates",
    "Zeller", "Ashby", "Bright", "Cole", "Dahl", "Ellery", "Fontaine", "Greer", "Hale", "Iverson",
    "Joyce", "Kemp", "Lang", "Moss", "Neville", "Orme", "Pike", "Rowe", "Stone", "Tate", "Ueda",
    "Voss", "Ward", "Young",
)  # fmt: skip
COMPANY_HEADS = (
    "Bright", "Harbour", "Stone", "North", "West", "Oak", "Silver", "Red", "Blue", "Green",
    "Copper", "Iron", "Clear", "Fair", "High", "Long", "Swift", "True", "Wild", "Winter", "Summer",
    "Amber", "Ash", "Birch", "Cedar", "Cliff", "Coral", "Crest", "Dawn", "Deer", "Elm", "Ember",
    "Fern", "Field", "Flint", "Fox", "Frost", "Gold", "Grove", "Hazel", "Heron", "Hill", "Holly",
    "Ivy", "Juniper", "Kestrel", "Lake", "Lark", "Laurel", "Light", "Lime", "Maple", "Marsh",
    "Mill", "Moor", "Moss", "Night", "Opal", "Otter", "Pine", "Raven", "Ridge", "River", "Rose",
    "Rowan", "Sand", "Sea", "Shade", "Sky", "Snow", "Spring", "Star", "Storm", "Sun", "Swan",
    "Thistle", "Thorn", "Tide", "Vale", "Wheat", "Willow", "Wind", "Wren", "Yarrow",
)  # fmt: skip
COMPANY_TAILS = (
    "well", "bridge", "brook", "burn", "bury", "croft", "dale", "don", "field", "ford", "gate",
    "grove", "ham", "haven", "hurst", "land", "leigh", "ley", "line", "low", "mere", "minster",
    "mont", "moor", "mouth", "ness", "port", "pool", "quay", "shaw", "side", "stead", "stoke",
    "stone", "ton", "vale", "wall", "ware", "water", "way", "wick", "wood", "worth", "yard",
)  # fmt: skip
COMPANY_KINDS = (
    "", "", " Logistics", " Foods", " Health", " Systems", " Partners", " Energy", " Retail", " Design",
    " Engineering", " Media", " Insurance", " Travel", " Labs",
)  # fmt: skip
JOB_TITLES = (
    "Head of Operations", "IT Manager", "Chief Operating Officer", "Project Manager", "Head of IT",
    "Procurement Lead", "Finance Director", "Product Manager", "Managing Director", "Office Manager",
    "Programme Director", "Business Analyst", "Chief Technology Officer", "Team Lead", "",
)  # fmt: skip
PRODUCTS = (("Starter", 400_000), ("Team", 1_400_000), ("Pro", 3_600_000), ("Enterprise", 11_000_000))
"""With a usual value, in hundredths."""
COMPETITORS = ("Acme", "Planwise", "Tidewater", "Gridlock", "Orbitly", "Kanbanana")


@dataclass(frozen=True, slots=True)
class Country:
    """Where somebody is: its zone, how far it is from UTC in winter (hours), and what money it has."""

    code: str
    time_zone: str
    offset: int
    currency: str
    weight: int
    phone: str
    """With `#` for each digit that may be any."""


COUNTRIES = (
    Country("GB", "Europe/London", 0, "GBP", 26, "+442079460###"),
    Country("US", "America/New_York", -5, "USD", 18, "+1212555010#"),
    Country("US", "America/Chicago", -6, "USD", 9, "+1312555014#"),
    Country("US", "America/Los_Angeles", -8, "USD", 9, "+1415555017#"),
    Country("DE", "Europe/Berlin", 1, "EUR", 14, "+493023125###"),
    Country("FR", "Europe/Paris", 1, "EUR", 8, "+3319900####"),
    Country("SE", "Europe/Stockholm", 1, "SEK", 4, "+468465004##"),
    Country("CA", "America/Toronto", -5, "CAD", 5, "+1416555013#"),
    Country("AU", "Australia/Sydney", 10, "AUD", 7, "+61255501###"),
)
"""Drama numbers of Ofcom, NANPA (555-0100 to 0199), BNetzA, Arcep, PTS and ACMA."""
MONEY = {"GBP": 1.0, "USD": 1.25, "EUR": 1.15, "SEK": 13.0, "CAD": 1.7, "AUD": 1.9}
"""What a value is multiplied by, roughly."""

REASONS = (
    ("Price", 16),
    ("Too expensive", 8),
    ("Budget cut", 6),
    ("Missing feature: SSO", 7),
    ("Missing feature: audit log", 4),
    ("No integration with their payroll", 4),
    ("Reporting did not meet requirements", 4),
    ("Went with a competitor", 9),
    ("Timing", 6),
    ("Project postponed", 5),
    ("No decision", 7),
    ("Went dark", 5),
    ("Onboarding looked too slow", 3),
    ("Champion left", 3),
    ("Existing vendor", 3),
    ("Other", 2),
    ("", 8),
)
"""As reps type them, blank ones among them, and how often."""
NOTES = (
    "Board wanted a fixed price for three years.",
    "Liked the planning view; sign-on with their directory was a must.",
    "Three bids, decided in one afternoon.",
    "New head of department starts in spring.",
    "Their works council has to agree first.",
    "Asked twice about exports; we did not show them.",
    "Friendly to the end. Worth a talk in half a year.",
    "Roll-out elsewhere begins next quarter.",
    "Never met the person who signs.",
)
