"""Formal kinds: what has a shape of its own, with the words around it where the shape alone says too little."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from govern.actions.guard.kinds import Finding, FindingKind

IBAN_LENGTHS = {
    "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25,
    "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "TR": 26, "UA": 29, "XK": 20,
}  # fmt: skip
MONTHS = "Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
DATE = (
    r"(?:(?<!\d)(?:0?[1-9]|[12]\d|3[01])\s?[./-]\s?(?:0?[1-9]|1[0-2])\s?[./-]\s?(?:(?:19|20)\d\d|\d\d)(?![\d/])"
    rf"|(?<!\d)(?:0?[1-9]|[12]\d|3[01])\.?\s(?:{MONTHS}|Jan\.?|Feb\.?|Sept?\.?|Okt\.?|Nov\.?|Dez\.?)\s(?:19|20)\d\d"
    r"|(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d))"
)
BORN_BEFORE = re.compile(
    r"(?:\bgeb(?:\.|oren\w*|urt\w*)?(?:[-\s]?(?:dat(?:um|\.)|am|tag|in|:))*|\bGeburts\w*|\*|\bDOB|\bzur Welt)"
    r"[\w\s,.():-]{0,25}$", re.IGNORECASE
)  # fmt: skip
BORN_AFTER = re.compile(
    r"^[\s,;)]*(?:\(?\s?geb\b|geboren|in \w+ geboren|[\w\s]{0,30}zur Welt|\(?Geburt)", re.IGNORECASE
)
LAW_BEFORE = re.compile(
    r"(?:gesetz\w*|verordnung|erlass\w*|richtlinie\w*|urteil\w*|beschluss\w*|fassung|vertrag\w*|"
    r"vereinbarung\w*|bescheid\w*|"
    r"schreiben|sitzung\w*|stand|seit|ab|bis|zum|zwischen)[\w\s,§()]{0,20}$", re.IGNORECASE
)  # fmt: skip
OFFICE_NUMBER = re.compile(
    r"hotline|zentral|servicenummer|service-nummer|bürgertelefon|infotelefon|sorgentelefon|hilfetelefon|notruf|"
    r"sekretariat|behörde|\w*amt(?:e?s)?\b|verwaltung|ministerium|krankenkasse|sparkasse|rathaus|kreishaus|"
    r"beratungsstelle|geschäftsstelle|jobcenter|agentur|"
    r"koordinierungsstelle|sprechstunde|öffnungszeiten|durchwahl der|des landes|der stadt|des kreises",
    re.IGNORECASE,
)
PERSON_NEAR = re.compile(
    r"mutter|vater|tochter|sohn|onkel|tante|bruder|schwester|nachbar|klient|handy|mobil|privat|festnetz|rückruf|"
    r"\ber\b|\bsie\b|ihre nummer|seine nummer|\bherrn?\b|\bfrau\b|famil", re.IGNORECASE
)  # fmt: skip
FUNCTION_MAILBOX = re.compile(
    r"^(?:info|infos|kontakt|post|poststelle|service|team|office|beratung|buero|zentrale|sekretariat|verwaltung|mail|"
    r"email|hallo|anmeldung|termine?|anfrage|auskunft|kommune|stadt|kreis|gemeinde|koordination|koordinierung|kim|ki|"
    r"jobcenter|integration\w*|migration\w*|ausl(?:ae|ä)nder\w*|einb(?:ue|ü)rgerung\w*|abh|ebh|sozialamt|jugendamt|"
    r"schulamt|standesamt|b(?:ue|ü)rger\w*|datenschutz|presse|noreply|no-reply|newsletter|bewerbung|rathaus|kita|"
    r"schule|vhs|sprachkurse?|kurse|fachdienst\w*|ansprechpartner|teilhabe|wohngeld|geschaeftsstelle)$"
)
DOCUMENT = re.compile(
    r"(?:pass|ausweis|titel|eAT|ankunftsnachweis|bescheinigung|tazkira|taskira|id-karte|identitätskarte|"
    r"seriennummer|visum|visa|gestattung|duldung|fiktionsbescheinigung|führerschein|dokument)\w*"
    r"[\w\s:.()„“-]{0,40}$", re.IGNORECASE
)  # fmt: skip
DOCUMENT_AFTER = re.compile(r"^[\s,():]{0,3}(?:\w+\s){0,3}(?:pass|ausweis|reisepass|titel)", re.IGNORECASE)
FILE_WORD = re.compile(
    r"(?:\bAz\b\.?|\bAZ\b|\baktenz\w*|\b\w*akte\b|\bakten-?n\w*|\bfallakte\b|\bgeschäftsz\w*|\bGz\b\.?|\bG\.-?Z\.|"
    r"\bzeichen\b|\bvorgang\w*|\bvorg\.|\bfall-?(?:nr|nummer|kennung|id)\b\.?|\bverfahrensn\w*|\bordnungsn\w*|"
    r"\bantragsn\w*|\bbearbeitungs[nz]\w*|\bgeschäftsn\w*|\breferenz\w*|\bpersonenn\w*|\bkundenn\w*|"
    r"\beingangsn\w*|\bdossier\w*|\bhilfefall\w*|\bfallz\w*|"
    r"\b(?:kunden|kd\.?|antrags|bearbeitungs|vorgangs|fall|personen|verfahrens|eingangs|mandanten|wohngeld|leistungs|"
    r"mitglieds|registrier(?:ungs)?|register|reg\.?|buchungs|bescheid|zuweisungs|hilfeplan|identifikations|ordnungs|ticket|"
    r"kindergeld|elterngeld|unterhaltsvorschuss|uvg|steuer|stamm|ausländer|einbürgerungs|bg|akten|lfd\.?)[-\s]{0,2}"
    r"(?:nr|nummern?|id|identn\w*|kennung|kennzeichen|zeichen)\b\.?|\bordnungsmerkmal\w*|\bsachz\w*|"
    r"\bkassenz\w*|\bunser zeichen|\bihr zeichen|\bregistern\w*|\bmandantenn\w*|\bklienten?-?n\w*)"
    r"[\s:.\-„“(#]*(?:(?:des|der|dem|beim|bei|vom|am|im|für|mit|unter|lautet|läuft|geführt|trägt|hat|steht|wird|dort|uns|intern|unser\w*|ihre\w*|seine\w*|diese\w*|einer|eines|zum|zur|von|neue\w*|alte\w*|"
    r"bekannt\w*|vergebene\w*|lautete|heißt|bleibt|"
    r"Nr\.?|Nummer|ist|war|die|das)\s|"
    r"[A-ZÄÖÜ][\wäöüß]{3,}\s|BAMF\s)*[:\s„“(#]*$", re.IGNORECASE
)  # fmt: skip
FILE_WORD_NEAR = re.compile(
    r"\b(?:Az\b\.?|AZ\b|aktenzeichen|geschäftszeichen|Gz\b\.?|kundennummer|vorgangsnummer|fallnummer|aktennummer)"
    r"(?:[\s,:]+[\wäöüßÄÖÜ-]+){0,6}[\s:„“(]*$",
    re.IGNORECASE,
)
"""Some words before the number; then only a number with strokes counts."""
CLIENT_BEFORE = re.compile(
    r"\b(?:klient\w*|herrn?|frau|famil\w*|antragstell\w*|mandant\w*|ratsuchende\w*|betroffene\w*|mutter|vater)\b",
    re.IGNORECASE,
)
NOT_A_FILE = re.compile(
    r"(?:förder\w*|kosten\w*|haushalt\w*|kapitel|titel|drucksache|beschluss|vorlage|erlass|runderlass|meldung\w*|"
    r"lücke|auftrag|rechnung\w*|bestell\w*|raum|linie|ministerialblatt|MBl\.?|GV\.?|urteil|BVerwG|OVG|norm|DIN|ISO|"
    r"kennziffer|plz|postleitzahl\w*|seite|formular|vordruck)[\s\w:.,-]{0,18}$", re.IGNORECASE
)  # fmt: skip
OF_AN_OFFICE = re.compile(
    r"erlass|richtlinie|förder|zuwendung|drucksache|ministeri|rundschreiben|rundverfügung|bewilligung|"
    r"ausschreibung|vergabe",
    re.IGNORECASE,
)
OWN_REFERENCE = re.compile(r"^(?:[MLA]|LM|LG-B|[A-ZÄÖÜ]{1,6}-[BU])-\d{4}-\d+")
OFFICE_OWNED = re.compile(
    r"(?:gläubiger\w*|\bkasse\b|kreiskasse|stadtkasse|gemeindekasse|spenden\w*|konto (?:der|des) (?:stadt|kreis\w*|"
    r"gemeinde|kasse|vereins|verbands|behörde|amtes|landes\w*))[\w\s,:()-]{0,30}$", re.IGNORECASE
)  # fmt: skip
Rule = Callable[[str], Iterator[tuple[FindingKind, int, int]]]


def search(text: str) -> list[Finding]:
    """Every formal kind but addresses; what one rule has taken no later one takes again."""
    found: list[Finding] = []
    for rule in RULES:
        for kind, start, end in rule(text):
            if not any(other.overlaps(start, end) for other in found):
                found.append(Finding(start, end, kind, text[start:end]))
    return found


def _mails(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    for match in re.finditer(r"[\w.+%-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", text):
        local = re.split(r"\s?(?:@|\(at\)|\[at\])", match.group())[0].lower()
        if not all(FUNCTION_MAILBOX.match(part) for part in re.split(r"[._+-]", local) if part):
            yield FindingKind.MAIL, match.start(), match.end()


def _ibans(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    for match in re.finditer(r"(?<![A-Za-z0-9])[A-Za-z]{2}\s?\d{2}(?:[\s-]?[A-Za-z0-9]){11,30}", text):
        length = IBAN_LENGTHS.get(match.group()[:2].upper())
        if length is None or OFFICE_OWNED.search(text[: match.start()]):
            continue
        end, letters = match.start(), ""
        while end < match.end() and len(letters) < length:
            letters += text[end] if text[end].isalnum() else ""
            end += 1
        labelled = re.search(r"(?:iban|konto\w*|bank\w*)[\w\s:.-]{0,20}$", text[: match.start()], re.IGNORECASE)
        if len(letters) == length and (_adds_up(letters) or labelled):
            yield FindingKind.IBAN, match.start(), end
    for match in re.finditer(
        r"(?:Konto-?(?:nummer|nr\.?)|Kto\.?-?(?:Nr\.?)?)[\s:]*(\d[\d\s]{5,11}\d)\b", text, re.IGNORECASE
    ):
        yield FindingKind.IBAN, match.start(1), match.end(1)


def _adds_up(iban: str) -> bool:
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _numbers_of_benefits(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    for match in re.finditer(r"\b\d{3}\s?\d{2}\s?(?:BG|//)\s?\d{5,7}\b|\b\d{3}[A-Z]\d{6}\b", text, re.IGNORECASE):
        yield FindingKind.BENEFIT_NUMBER, match.start(), match.end()


def _social_security(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    for match in re.finditer(r"(?<![\w/])\d{2}[\s-]?\d{6}[\s-]?[A-Za-z][\s-]?\d{3}\b", text):
        yield FindingKind.SOCIAL_SECURITY_NUMBER, match.start(), match.end()
    for match in re.finditer(
        r"(?:versicher\w*|KVNR|KV-Nr\.?|krankenkasse\w*)[\w\s:.-]{0,25}?\b([A-Z]\d{9})\b", text, re.IGNORECASE
    ):
        yield FindingKind.SOCIAL_SECURITY_NUMBER, match.start(1), match.end(1)


def _asylum_procedures(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    for match in re.finditer(r"(?<![\d/.-])\d{7}\s?[-–]\s?\d{3}(?![\d/-])", text):
        yield FindingKind.BAMF_NUMBER, match.start(), match.end()


def _azr(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    for match in re.finditer(r"(?<![\d+])\d(?:[ .-]?\d){11}(?!\d)", text):
        digits = re.sub(r"\D", "", match.group())
        before = text[max(0, match.start() - 40) : match.start()]
        plausible = 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:6]) <= 31 and not digits.startswith("0")
        if re.search(r"AZR|Ausländerzentral|zentralregister", before, re.IGNORECASE) or (
            plausible and not re.search(r"tel|fon|handy|mobil|rechnung|haushalt", before, re.IGNORECASE)
        ):
            yield FindingKind.AZR_NUMBER, match.start(), match.end()


def _dates_of_birth(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    for match in re.finditer(DATE, text, re.IGNORECASE):
        before, after = text[max(0, match.start() - 45) : match.start()], text[match.end() : match.end() + 45]
        said = BORN_BEFORE.search(before) or BORN_AFTER.search(after)
        year = int(re.findall(r"\d+", match.group())[-1]) if not match.group()[:4].isdigit() else int(match.group()[:4])
        is_old = 1925 <= year <= 2007 and not LAW_BEFORE.search(before) and not re.search(r"\b(?:vom|am)\s$", before)
        if said or is_old:
            yield FindingKind.BIRTH_DATE, match.start(), match.end()


def _identity_documents(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    for match in re.finditer(r"(?<![\w/.-])[A-Za-z]{0,3}\d?[A-Za-z0-9]{5,10}(?![\w/-])", text):
        sign = match.group()
        digits = sum(c.isdigit() for c in sign)
        if digits < 3 or not 7 <= len(sign) <= 11:
            continue
        before = text[max(0, match.start() - 60) : match.start()]
        named = DOCUMENT.search(before) or DOCUMENT_AFTER.search(text[match.end() : match.end() + 30])
        serial = (
            re.fullmatch(r"[CFGHJKLMNPRTVWXYZ0-9]{9,10}", sign) and sign[0].isalpha() and re.search(r"\d[A-Z]", sign)
        )
        if serial or (named and (sign[0].isalpha() or digits >= 7)):
            yield FindingKind.ID_DOCUMENT, match.start(), match.end()


def _file_numbers(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    letter = "A-Za-zÄÖÜäöüß0-9"
    value = (
        rf"(?<![\w/.-])(?=[\w./–-]{{0,14}}\d|[A-Z]\s\d)[{letter}]+(?:[./–-][{letter}]+)*"
        rf"(?:\s[A-Z][A-Za-z]{{0,4}}\s\d[\w./-]*|(?:\s\d[\d./-]*\d)+)?(?:[./-]\w+)*"
    )
    for match in re.finditer(value, text):
        sign, before = match.group(), text[max(0, match.start() - 70) : match.start()]
        digits = sum(c.isdigit() for c in sign)
        if OWN_REFERENCE.match(sign) or digits < 3 or re.fullmatch(DATE, sign):
            continue
        is_bare = re.fullmatch(r"(?:19|20)\d\d|\d{3}", sign)
        by_word = FILE_WORD.search(before) and not OF_AN_OFFICE.search(before) and not is_bare
        by_shape = re.fullmatch(
            r"\d{1,3}(?:[./-]\d{1,3}){0,3}[-/]\d{3,6}[-/](?:\d{2}|\d{4})|"
            r"\d{1,3}[a-z]?\s[A-Z][A-Za-z]{0,4}\s\d{1,5}/(?:\d{2}|\d{4})(?:\.[A-Z])?",
            sign,
        ) and not NOT_A_FILE.search(before)
        by_words_near = (
            re.fullmatch(r"(?=.*\d.*\d.*\d.*\d)\w+(?:[./–-]\w+)*[/–-]\w+", sign)
            and FILE_WORD_NEAR.search(before)
            and not OF_AN_OFFICE.search(before)
        )
        by_client = (
            re.fullmatch(r"[A-ZÄÖÜ]{2,5}[-/ ]?(?:(?:19|20)?\d{2}[-/]\d{3,6}|\d{3,6}[-/](?:19|20)?\d{2})", sign)
            and CLIENT_BEFORE.search(before)
            and not NOT_A_FILE.search(before)
        )
        if by_word or by_shape or by_words_near or by_client:
            yield FindingKind.FILE_NUMBER, match.start(), match.end()


def _phones(text: str) -> Iterator[tuple[FindingKind, int, int]]:
    shape = (
        r"(?<![\w/.,+-])(?:\(?(?:\+|00)\d{2,3}\)?[\s/.-]*(?:\(0\))?|"
        r"\(?0)\s?[1-9]\d{0,4}\)?(?:[\s/–-]{0,3}\d+){1,6}(?![\w])"
    )
    for match in re.finditer(shape, text):
        digits = re.sub(r"\D", "", match.group())
        if not 8 <= len(digits) <= 15 or re.match(r"0(?:800|180|700|900|137)", digits):
            continue
        around, after = (
            text[max(0, match.start() - 60) : match.start()],
            text[match.end() : match.end() + 30].partition(")")[0],
        )
        is_switchboard = re.search(r"[-/–\s]0+$", match.group())
        if (
            OFFICE_NUMBER.search(around) or (after[:2] == " (" and OFFICE_NUMBER.search(after)) or is_switchboard
        ) and not PERSON_NEAR.search(around):
            continue
        yield FindingKind.PHONE, match.start(), match.end()


RULES: tuple[Rule, ...] = (
    _mails, _ibans, _numbers_of_benefits, _social_security, _asylum_procedures, _file_numbers, _azr, _dates_of_birth,
    _identity_documents, _phones,
)  # fmt: skip
