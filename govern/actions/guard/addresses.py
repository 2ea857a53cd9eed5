"""Where people live: streets with a house number; addresses of offices are let be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from govern.actions.guard.kinds import Finding, FindingKind

HOUSE = (
    r"\d{1,4}(?:[a-zA-Z]|\s[a-hA-H])?(?:(?:\s?[-/–+]\s?|\sbis\s|\sund\s)(?:\d{1,4}[a-z]?|[b-h])(?!\w))?(?!\w|\.\d|\sUhr|\sProzent|\s%|\sEuro|"
    r"\s€|\sTage|\sWochen|\sMonate|\sPersonen|\sPlätze)"
)
ENDING = (
    r"(?:[Ss]traße|[Ss]trasse|STRASSE|STRAẞE|STRAßE|[Ss]träßchen|[Ss]tr\.?|STR\.|weg|WEG|platz|allee|gasse|ring|damm|ufer|chaussee|pfad|steig|graben|wall|"
    r"markt|hof|feld|berg|"
    r"gracht|kamp|heide|park|garten|gärten|siedlung|winkel|bogen|anger|aue|höhe|tal|mühle|tor|brücke|stiege|"
    r"wiese|busch|"
    r"reihe|zeile|stieg|twiete|rain|acker|bach|grund|kai|deich|promenade|eck|bruch|loh|wald|born|hang|leite|blick|"
    r"terrasse|hain|weide|esch|höfe|ufer|passage|kehre|gut|burg|see|weiher|teich|quelle|brunnen|lohe|brink|steg|horst|furt|mauer|"
    r"driesch|benden|pesch|hecke|ried|moor|halde|rampe|delle|kuhle|hütte|insel|gässchen|stätte|kreuz|treppe|lager|hag)"
)
STREET = (
    rf"(?:(?:[A-ZÄÖÜ][\wäöüß.-]*\s){{0,2}}[A-ZÄÖÜ]?[\wäöüß.-]*{ENDING}"
    r"|(?:[A-ZÄÖÜ][\wäöüß.]*-)+(?:Platz|Weg|Allee|Gasse|Ring|Damm|Ufer|Hof|Markt|Berg|Tor|Wall|Graben|Park|Steig|Pfad)"
    rf"|(?:[A-ZÄÖÜ][\wäöüß.-]+\s){{1,2}}(?:Straße|Str\.|Weg|Platz|Allee|Gasse|Ring|Damm|Ufer|Chaussee|Pfad|"
    rf"Markt|Tor|Berg|Hof)"
    r"|(?:[Aa]m|[Aa]n der|An den|[Aa]uf dem|[Aa]uf der|[Ii]m|[Ii]n der|[Ii]n den|[Zz]um|[Zz]ur|Hinter dem|Hinter der|"
    r"Hinter den|Hinterm|Unter de[nmr]|Unterm|Vor de[mr]|Vorm|Überm|Über dem|Über der|Auf den|[Aa]ufm|Beim|"
    r"Bei de[rn]|Zu den|Neben der|Gegenüber der|Op de[rn]?)"
    r"\s(?:[a-zäöü]+en\s)?(?:[A-ZÄÖÜ][\wäöüß.-]+)(?:\s[A-ZÄÖÜ][\wäöüß.-]+)?"
    r"|(?:Straße|Platz)\s(?:der|des)\s[A-ZÄÖÜ][\wäöüß-]+|Markt|Graben|Ring|Wall)"
)
NUMBER = r"(?:Haus-?)?(?:[Nn]r\.?|[Nn]ummer)"
TOWN = r"(?:D-)?\d{5}\s[A-ZÄÖÜ][\wäöüß.-]+(?:\s(?:am|an der|im|bei)?\s?[A-ZÄÖÜ][\wäöüß.-]+)?"
ADDRESS = re.compile(
    rf"(?:(?P<before>{TOWN}),?\s)?(?P<street>(?<![\w-]){STREET}),?\s?(?:{NUMBER}\s?|\s)?(?P<house>{HOUSE})(?:,?\s(?:in\s)?(?P<after>{TOWN}))?"
)
LOOSE = re.compile(
    rf"{TOWN},\s[A-ZÄÖÜ][\wäöüß.-]+(?:\s[A-ZÄÖÜ][\wäöüß.-]+)?\s{HOUSE}|"
    rf"[A-ZÄÖÜ][\wäöüß.-]+(?:\s[A-ZÄÖÜ][\wäöüß.-]+)?\s{HOUSE},\s{TOWN}"
)
TURNED = re.compile(
    rf"(?:Haus-?(?:[Nn]r\.?|[Nn]ummer)?|Nr\.?|Nummer)\s{HOUSE},?\s(?:in|an|auf|von|am|im)?\s?(?:de[rmns]\s)?"
    rf"(?:[A-ZÄÖÜ][\wäöüß.-]*\s)?[A-ZÄÖÜ]?[\wäöüß.-]*(?:[Ss]traße|[Ss]tr\.|[Ww]eg|[Gg]asse|[Aa]llee|[Pp]latz|grund|ring|hof|berg|damm|kamp|feld)(?!\w)"
)
"""The number before the street: „Hausnummer 7 in der Bergstraße"."""
ROOM = re.compile(
    r"\b(?:Haus|Block|Gebäude|Container|Trakt|Wohnheim\w*|Unterkunft)\s\w{1,3},?\s(?:Zimmer|Zi\.|Wohnung|Whg\.|App\.|"
    r"Apartment)\s\d{1,4}\w?"
)
"""A room in a hostel: „Haus 3, Zimmer 112"."""
BY_WORD = re.compile(
    r"(?<![\w-])[A-ZÄÖÜa-zäöü][\wäöüß.-]*(?:straße|strasse|str\.|weg|gasse|allee|platz)\s(?:eins|zwei|drei|vier|fünf|sechs|"
    r"sieben|acht|neun|zehn|elf|zwölf|\w+zehn|\w*zwanzig|\w*dreißig)\b"
)
LOWER = re.compile(
    rf"\b(?:wohnhaft|wohnh\.|wohnt|anschrift|adresse)\b[^.!?\d]{{0,25}}?"
    rf"(?P<home>(?<![\w-])[a-zäöüß.-]+(?:straße|strasse|str\.?|weg|gasse|allee|platz)\s{HOUSE})"
)
"""Typed without capitals."""
POST_BOX = re.compile(r"\b(?:Postfach|Postlagernd|Packstation)(?:\sNr\.?)?\s\d[\d ]{1,9}\d")
LIVES_AT = re.compile(
    rf"\b(?i:wohnhaft|wohnh\.|wohnt|wohnen|gemeldet|anschrift|wohnadresse|meldeadresse|zustelladresse)\b"
    rf"[^.!?\d]{{0,25}}?(?P<home>{TOWN})"
)
"""Said to be somebody's home: a postal code with its place is enough."""
LIVES = re.compile(
    r"wohn\w*|gemeldet|anschrift|adresse|unterkunft|unterbring\w*|vermieter\w*|miet\w*|zwangsräum\w*|"
    r"hausbesuch|räumung|klingel\w*|zustell\w*|umgezogen|\bzog(?:en)?\b|gezogen|untergekommen|"
    r"klient\w*|"
    r"\bherrn?\b|\bfrau\b|famil\w*|zieh\w*|zuhause|zu hause|lebt|leben|haushalt\w*|obdach\w*|"
    r"nachbar\w*", re.IGNORECASE
)  # fmt: skip
OFFICE = re.compile(
    r"\b\w*(?:amt|amts|amtes|rathaus|kreishaus|beratungsstelle|beratung|büro|schule|kolleg|kita|kindergarten|"
    r"familienzentrum|dienststelle|außenstelle|nebenstelle|zentrum|verein|standort|geschäftsstelle|sprechstunde|vhs|"
    r"volkshochschule|jobcenter|agentur|behörde|bibliothek|bücherei|praxis|krankenhaus|klinik|apotheke|treff|café|"
    r"haltestelle|sitzungssaal|veranstaltung\w*|bürgerhaus|gemeindehaus|pfarrheim|kirche|moschee|halle|bahnhof|"
    r"anlaufstelle|kursort|kurs|schulungsraum|ausländeramt|stadtbüro|servicestelle|werkstatt|träger|caritas|diakonie|"
    r"awo|drk|museum|bus|linie|baustelle)\b", re.IGNORECASE
)  # fmt: skip
HOME = re.compile(
    rf"\b(?i:wohnhaft|wohnt|wohnen|wohnh\.|anschrift|anschr\.|adresse|wohnadresse|postadresse|"
    rf"zustelladresse|meldeadresse|heimatadresse|privatadresse|gemeldet)(?!\w)[^.!?\d]{{0,30}}?"
    rf"(?P<home>\b[A-ZÄÖÜ][\wäöüß.-]+(?:\s[A-ZÄÖÜ][\wäöüß.-]+)?\s{HOUSE})"
)
"""Said to be somebody's home: the name of a street without a usual ending is enough."""
NO_STREET = re.compile(
    r"^(?:(?:im|am|in der|zum|zur)\s)?(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|"
    r"november|dezember|"
    r"raum|titel|kapitel|absatz|satz|artikel|nummer|seite|top|punkt|baustein|stufe|teil|jahr|sommer|winter|"
    r"herbst|frühjahr|"
    r"alter(?!\s\w)|schnitt|monat|quartal|haus|zimmer|stock|kreis|fall|sgb|fachbereich|bereich|auftrag|antrag|vertrag|"
    r"beitrag|klasse|gruppe|lerngruppe|woche|phase|sitzung|jahrgang|etage|warteliste|position|stunde|größe|zahl|höhe|"
    r"betrag|tag|freitag|montag|dienstag|mittwoch|donnerstag|samstag|sonntag|ring|arbeitsmarkt|wohnungsmarkt)\b",
    re.IGNORECASE,
)


def search(text: str) -> list[Finding]:
    """Addresses with house number, unless the words before say that an office is there."""
    found = [
        Finding(m.start(), m.end(), FindingKind.ADDRESS, m.group())
        for m in LOOSE.finditer(text)
        if not _is_office(text, m.start())
    ]
    for match in ADDRESS.finditer(text):
        street = match["street"].strip()
        if any(other.overlaps(match.start(), match.end()) for other in found) or NO_STREET.match(street):
            continue
        if (
            street[0].islower()
            and not re.match(r"(?:in de[rn]|zu[mr])\s", street)
            and (not re.search(r"(?:straße|strasse|str\.?|gasse|allee)$", street) or len(street) < 6)
        ):
            continue
        before = text[max(0, match.start() - 70) : match.start()]
        has_town = bool(match["before"] or match["after"])
        is_sure = has_town or re.search(
            r"(?:straße|strasse|str\.?|gasse|allee|chaussee|weg|platz)$|^(?:straße|platz) de", street, re.IGNORECASE
        )
        if not (is_sure or LIVES.search(before) or LIVES.search(text[match.end() : match.end() + 30])):
            continue
        if not _is_office(text, match.start()):
            found.append(Finding(match.start(), match.end(), FindingKind.ADDRESS, match.group()))
    return [*found, *_of_homes(text, found)]


def _is_office(text: str, start: int) -> bool:
    before = text[max(0, start - 70) : start]
    return OFFICE.search(before) is not None and LIVES.search(before) is None


def _of_homes(text: str, taken: Sequence[Finding]) -> list[Finding]:
    """What only the words around it show to be somebody's home."""
    found: list[Finding] = []
    for rule in (TURNED, POST_BOX, ROOM, BY_WORD):
        for match in rule.finditer(text):
            near = text[max(0, match.start() - 70) : match.end() + 30]
            is_taken = any(other.overlaps(*match.span()) for other in (*taken, *found))
            if LIVES.search(near) and not is_taken and not _is_office(text, match.start()):
                found.append(Finding(match.start(), match.end(), FindingKind.ADDRESS, match.group()))
    for match in (*HOME.finditer(text), *LIVES_AT.finditer(text), *LOWER.finditer(text)):
        start, end = match.span("home")
        if not NO_STREET.match(match["home"]) and not any(other.overlaps(start, end) for other in (*taken, *found)):
            found.append(Finding(start, end, FindingKind.ADDRESS, match["home"]))
    return found
