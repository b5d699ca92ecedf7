"""Fresh rows for the recall of each type: values from public formats in carriers as people, forms and programs write them.

Written in November 2026 from the formats' own documents, without a look at the recognizers; rows whose value or label
was no true one were corrected after a first look, and dates have been written anew since what they showed was mended:
whoever mends what rows show writes others (other carriers, another seed) before the table is made again. So it was with
the labels of user names, devices, plans, licences, plates, records, accounts, identity numbers and hospitals.
"""

# ruff: noqa: E501 - a carrier is a line
from __future__ import annotations

import base64
import json
import random
import re
import string
import unicodedata
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

NAMES = """Rosalind Achterberg|Tomasz Wierzbicki|Ngozi Adichukwu|Beatriz Carvalhosa|Hiroshi Matsunaga|Lieselotte Brandhuber|Oisín Mac Giolla|Amélie Rocheteau|Giancarlo Pettinari|Svetlana Dorofeeva
Jürgen Haselbacher|Priyanka Venkataraman|Mehmet Yıldırımoğlu|Eleni Papadimitriou|Chidi Okonjo|Freya Lindqvist|Rasmus Overgaard|Ana Lucía Etxeberria|Kwabena Boateng|Zsófia Kertész
Dylan Prosser|Margaret O'Halloran|Latoya Whitfield|Hector Villaseñor|Joanna Kowalczyk|Abdulrahman Al-Khatib|Marit van den Heuvel|Ilse Peeters|Bronwyn Llewellyn|Stanislav Novotný
Nguyen Thi Minh|Wanjiru Kamau|Dimitar Georgiev|Fatoumata Diarra|Pedro Albuquerque|Ruth Eisenberg|Caleb Thornbury|Saoirse Gallagher|Ingeborg Waldmann|Ravi Krishnamurthy""".replace(
    "\n", "|"
).split("|")
ACCOUNT_OWNERS = """Annika Bergström|Paweł Zieliński|Chiara Lombardi|Declan Murphy|Yusuf Demir|Sophie Marchand|Rafael Quintana|Grace Whitaker|Lukas Obermeier|Noor Bakker|Petra Horváth|Samuel Adeyemi|Emily Castellano|Ivan Petrov|Helena Sørensen|Marcus Feldmann""".split(
    "|"
)
STREETS = """48 Maple Hollow Road|Lindenstraße 17a|12 rue des Tilleuls|Calle de Alcalá 231, 4º B|Via Garibaldi 9|Rua das Acácias, 305|221 Orchard Terrace, Apt 5C|Keizersgracht 412-2|ul. Piłsudskiego 8/14|Storgatan 33
9 Abbey Close|1407 N. Jefferson Ave|Am Alten Markt 3|Avenida Paulista, 1578|27 bis, boulevard Voltaire|PO Box 1147|Postfach 20 03 41|Kastanienallee 88|5 Harbour View Crescent|3300 W Camelback Rd Suite 210
Vesterbrogade 62, 3. tv|Hoofdweg 109|Bahnhofplatz 1|74 Whitechapel High Street|600 Pine Street|Corso Vittorio Emanuele II, 101|Plaza Mayor 4|Mannerheimintie 15 A|Chaussée de Wavre 250|18 Kingsway""".replace(
    "\n", "|"
).split("|")
PLACES = "Springfield, IL 62704|80331 München|69003 Lyon|Leeds LS1 4AP|Porto|1012 AB Amsterdam|Tucson, AZ|Kraków|28013 Madrid|Bergen|Gothenburg|Austin, TX 78701|Bristol|Graz|Utrecht".split(
    "|"
)
HOSPITALS = "Mercy General Hospital|Klinikum Nürnberg|Hôpital Lariboisière|Lakeview Medical Center|Hospital Clínico San Carlos|Ospedale Niguarda|Oakwood Family Practice|Universitätsklinikum Köln|Westbrook Dental Clinic|Krankenhaus Nordwest|Boston Children's Hospital|Centre hospitalier de Périgueux".split(
    "|"
)
_PROSE = [
    "Please ask {} about it.",
    "I met {} at the fair last week.",
    "Die Rechnung ging an {}.",
    "{} a signé le contrat hier.",
    "Hablé con {} por la mañana.",
    "Regards,\n{}",
    "Customer: {}",
    "patient={}",
    "Falei com {} sobre o pedido.",
    "Ho sentito {} ieri sera.",
    "hi, this is {} again, my order is still missing",
    "From: {} to all: meeting moved",
    "Notes: spoke to {}, will call back",
    "| id | owner |\n| 7 | {} |",
    "The report was written by {} and two colleagues.",
    "Mijn collega {} belt je morgen.",
    "{} przyjdzie jutro o dziesiątej.",
    "{} kommer inte till mötet.",
    "commit 4f1c by {}: fix the build",
]


def _labelled(*labels: str) -> list[str]:
    """Carriers of a value behind a label, as forms, chats, JSON, settings and tables have it."""
    shapes = (
        "{0}: {{}}",
        "My {0} is {{}}, please check.",
        "{0} {{}}",
        "{0} = {{}}",
        "We noted {0}: {{}} on the form.",
        "{0}\t{{}}",
    )
    return [shapes[at % len(shapes)].format(label) for at, label in enumerate(labels * 2)]


class Maker:
    """Random values of public formats, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def shape(self, pattern: str) -> str:
        """`#` a digit, `A` a capital, `a` a small letter, `x` hex, `*` a letter or digit; all else, and what stands
        behind a backslash, as it is."""
        alphabets = {
            "#": string.digits,
            "A": string.ascii_uppercase,
            "a": string.ascii_lowercase,
            "x": "0123456789abcdef",
            "*": string.ascii_letters + string.digits,
        }
        pieces = re.findall(r"\\(.)|(.)", pattern)
        return "".join(kept or (self.random.choice(alphabets[c]) if c in alphabets else c) for kept, c in pieces)

    def choice(self, values: list[str]) -> str:
        return self.random.choice(values)

    def valid(self, module: str, pattern: str) -> str:
        """A number that python-stdnum calls valid."""
        check: Any = import_module(f"stdnum.{module}")
        tries = (self.shape(pattern) for _ in range(100_000))
        return next(value for value in tries if check.is_valid(value))

    def token(self, size: int) -> str:
        return base64.urlsafe_b64encode(self.random.randbytes(size)).decode().rstrip("=")

    def jwt(self) -> str:
        parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": self.shape("########"), "iat": 1790000000})
        head = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        return f"{head}.{self.token(32)}"

    def pem(self) -> str:
        kind = self.choice(["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"])
        body = base64.b64encode(self.random.randbytes(600)).decode()
        lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
        return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"

    def password(self) -> str:
        word = self.choice("Autumn River Falcon Copper Meadow Lantern Velvet Harbor".split())
        return self.choice(
            [
                f"{word}-{self.shape('##')}!",
                self.shape("***!*#**"),
                f"{word.lower()}{self.shape('####')}",
                f"{word}_{self.shape('**#')}",
                self.shape("#*#*a*A*"),
            ]
        )

    def user(self) -> str:
        """As people and administrators make them from names."""
        first, last = (
            re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", part).lower())
            for part in self.choice(ACCOUNT_OWNERS).split()[:2]
        )
        return self.choice(
            [
                f"{first[0]}{last}",
                f"{first}.{last}",
                f"{first}{self.shape('##')}",
                f"{last}_{first[0]}",
                f"{first}-{last}",
                f"{first[0]}.{last}{self.shape('#')}",
            ]
        )

    def vin(self) -> str:
        """ISO 3779, with the check digit of 49 CFR 565.15."""
        letters = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True))
        maker = self.choice(["1HGCM8", "5YJSA1", "WBA3A5", "JHMCM5", "2HGES1", "1FTFW1"])
        value = (
            maker
            + "".join(self.choice([*"ABCDEFGHJKLMNPRSTUVWXYZ0123456789"]) for _ in range(5))
            + self.shape("######")
        )
        sums = [
            (int(c) if c.isdigit() else letters[c]) * w
            for c, w in zip(value, (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2), strict=True)
        ]
        return value[:8] + "0123456789X"[sum(sums) % 11] + value[9:]

    def date(self) -> str:
        day, month, year = self.random.randint(1, 28), self.random.randint(1, 12), self.random.randint(1938, 2006)
        names = "January February March April May June July August September October November December".split()
        return self.choice(
            [
                f"{day} {names[month - 1]} {year}",
                f"{day:02}.{month:02}.{year}",
                f"{month:02}/{day:02}/{year}",
                f"{year}-{month:02}-{day:02}",
                f"{names[month - 1]} {day}, {year}",
            ]
        )


def _pick(values: list[str]) -> Callable[[Maker], str]:
    return lambda make: make.choice(values)


def _shapes(*patterns: str) -> Callable[[Maker], str]:
    return lambda make: make.shape(make.choice(list(patterns)))


def _valid(*rows: tuple[str, str]) -> Callable[[Maker], str]:
    def value(make: Maker) -> str:
        return make.valid(*make.random.choice(rows))

    return value


def _card(make: Maker) -> str:
    digits = make.valid(
        "luhn", make.choice(["4###############", "51##############", "6011############", "37#############"])
    )
    return (
        digits if len(digits) == 15 else make.choice([digits, " ".join(digits[at : at + 4] for at in range(0, 16, 4))])
    )


def _iban(make: Maker) -> str:
    value = make.valid("iban", make.choice(["DE##37040044########0#", "GB##NWBK601613######0#"]))
    return make.choice([value, " ".join(value[at : at + 4] for at in range(0, len(value), 4))])


def _mail(make: Maker) -> str:
    first, last = make.choice(NAMES).lower().split()[0], make.shape("aaaaaa")
    user = make.choice([f"{first}.{last}", f"{last}{make.shape('##')}", f"{first}_{last}+news", f"{first[0]}{last}"])
    return f"{user}@{make.choice(['posteo.example', 'mail.corp.example', 'uni-bonn.de', 'outlook.com', 'proton.me', 'gov.uk'])}"


_TAX = [
    ("br.cnpj", "##.###.###/0001-##"),
    ("de.idnr", "###########"),
    ("it.iva", "###########"),
    ("nl.btw", "NL#########B##"),
    ("es.cif", "B########"),
    ("au.abn", "## ### ### ###"),
]
_IDS = [
    ("pl.pesel", "8#0#1######"),
    ("br.cpf", "###.###.###-##"),
    ("es.dni", "########A"),
    ("nl.bsn", "#########"),
    ("se.personnummer", "80010#-####"),
    ("in_.aadhaar", "#### #### ####"),
    ("fi.hetu", "1#0#8#-###A"),
    ("ca.sin", "### ### ###"),
    ("fr.nir", "1 8# 0# 7# 1## 0## ##"),
    ("za.idnr", "80011#####08#"),
]
_KEYS = (
    r"\AKI\A" + "A" * 16,
    "ghp_" + "*" * 36,
    r"sk-\ant-\api03-" + "*" * 93 + r"\A\A",
    "sk-proj-" + "*" * 48,
    r"\AIz\a" + "*" * 35,
    r"glp\at-" + "*" * 20,
    "npm_" + "*" * 36,
    "hf_" + "a" * 34,
    "SG." + "*" * 22 + "." + "*" * 43,
    "sk_live_" + "*" * 24,
    "dop_v1_" + "x" * 64,
    r"\xo\xb-" + "#" * 12 + "-" + "#" * 12 + "-" + "*" * 24,
    "x" * 32,
    "*" * 40,
)

# type, and a word where it has several groups -> (carriers, maker of values)
ROWS: Mapping[str, tuple[list[str], Callable[[Maker], str]]] = {
    "NAME": (_PROSE, _pick(NAMES)),
    "FIRSTNAME": (_labelled("First name", "Vorname", "Prénom", "Nombre", "first_name", "given name", "Imię", "Nome próprio"), lambda make: make.choice(NAMES).split()[0]),
    "LASTNAME": (_labelled("Last name", "Nachname", "Nom de famille", "Apellido", "surname", "last_name", "Nazwisko", "Sobrenome"), lambda make: make.choice(NAMES).split()[-1]),
    "USERNAME": (_labelled("user name", "logon name", "nickname", "Anmeldename", "identifiant", "nombre de usuario", "sign-in name", "gebruikersnaam"), Maker.user),
    "DATE_OF_BIRTH": (["born on {}", "DOB: {}", "Geburtsdatum: {}", "date of birth {}", "née le {}", "Fecha de nacimiento: {}", "birthday is {}", '{{"birth_date": "{}"}}', "geboren am {}", "data de nascimento: {}", "patient (b. {})", "urodzony {}"], Maker.date),
    "EMAIL_ADDRESS": (["Write to {} today.", "mailto:{}", "<{}>", "E-Mail: {}", '{{"to": "{}"}}', "Mon courriel est {}.", "user,{},active", "log: sent to {} ok", "cc {} and me", "Escríbeme a {}", "git config user.email {}", "contato: {}"], _mail),
    "PHONE_NUMBER": (["Call me on {}.", "Tel.: {}", "phone {}", "Meine Nummer ist {}.", "Appelez le {}", "Móvil: {}", "fax: {}", '{{"phone": "{}"}}', "You can reach her at {} after six.", "WhatsApp {}", "mobile = {}", "telefone {}"], _shapes("+1 415 55# ####", "(212) 55#-####", "+49 89 #######", "0171 #######", "+44 20 7### ####", "07### ######", "+33 6 ## ## ## ##", "06 ## ## ## ##", "+34 6## ### ###", "+48 6## ### ###", "+91 98### #####", "+55 11 9####-####")),
    "STREET_ADDRESS": (["I live at {}.", "Address: {}", "Anschrift: {}", "Livraison : {}", "Dirección: {}", "ship it to {} please", '{{"street": "{}"}}', "Ich wohne in der Nähe, {}.", "Morada: {}", "The parcel for {} came back.", "residing at {} since May", "Indirizzo: {}"], _pick(STREETS)),
    "COORDINATES": (["GPS: {}", "My location is {}.", "Koordinaten {}", "position {}", "the house at {} burned", "ubicación: {}", "https://www.google.com/maps/@{},17z", "coordonnées GPS : {}", "geo:{}", "home is near {}"], lambda make: make.choice([f"{make.random.uniform(-70, 70):.6f}{make.choice([',', ', '])}{make.random.uniform(-179, 179):.6f}"])),
    "PLACE": (["She moved to {} in spring.", "City: {}", "Wohnort: {}", "He was born in {}.", "habite à {}", "Ciudad: {}", "clinic in {}", "lives in {} with two children", "Ort: {}", "returned to {} on Monday"], _pick(PLACES)),
    "SSN": (["SSN {}", "My social security number is {}.", "Social: {}", '{{"ssn": "{}"}}', "ssn={}", "SSN#: {}", "her social is {}", "the last form had {} on it", "Social Security No. {}", "número de seguro social: {}"], _shapes("21#-4#-#9##", "51#-8#-1###", "43# 2# 7###", "62#-1#-3###")),
    "NATIONAL_ID": (["ID number: {}", "My national identity number is {}.", "Personalausweis-Nr. {}", "numéro national d'identité {}", "identity card no. {}", '{{"nationalId": "{}"}}', "documento de identidad: {}", "numer dowodu {}", "identification no. {}", "citizen id {}", "passed with the number {}"], _valid(*_IDS)),
    "TAX_ID": (["Tax ID: {}", "VAT number {}", "Steuernummer: {}", '{{"tax_id": "{}"}}', "numéro fiscal {}", "our tax number is {}", "número fiscal: {}", "invoice to tax no. {}"], _valid(*_TAX)),
    "PASSPORT_NUMBER": (_labelled("passport number", "Reisepassnummer", "numéro de passeport", "pasaporte", "passport no.", "passport_number", "paszport", "passaporto n."), _shapes("A########", "C##A#####", "#########", "AA#######", "##AA#####")),
    "DRIVER_LICENSE": (_labelled("driving licence no.", "Führerschein Nr.", "numéro de permis", "permiso de conducir", "rijbewijsnummer", "patente di guida", "driver license #", "carta de condução"), _shapes("A#######", "B###-####-####", "########", "A##########", "AAAAA######AA#AA")),
    "ID_NUMBER": (_labelled("customer number", "employee ID", "Kundennummer", "case number", "student id", "numéro client", "número de empleado", "membership no."), _shapes("K-#####", "#######", "AA-####-##", "E######", "##########")),
    "LICENSE_PLATE": (_labelled("vehicle plate", "Autokennzeichen", "reg plate", "immatriculation", "placa", "kenteken", "numer rejestracyjny", "license plate number"), _shapes("M-AB ####", "AB## AAA", "AA-###-AA", "#### AAA", "AAA ####", "AA ### AA")),
    "VIN": (["VIN {}", "vehicle identification number: {}", "Fahrgestellnummer {}", '{{"vin": "{}"}}', "the car {} was sold", "chassis no. {}", "numéro de série {}", "bastidor {}"], Maker.vin),
    "CREDITCARD_NUMBER": (["Card: {}", "My Visa is {}.", "Kreditkarte {}", "carte bancaire {}", "tarjeta {}", '{{"card": "{}"}}', "charge {} please", "cc {} exp 09/29", "pagamento con {}", "{} was declined", "numer karty {}", "PAN={}"], _card),
    "IBAN_CODE": (["IBAN {}", "Transfer it to {}.", "Konto: {}", "mon IBAN : {}", '{{"iban": "{}"}}', "pay {} by Friday", "Cuenta {}", "bankrekening {}", "iban={}", "Überweisung an {}"], _iban),
    "ACCOUNT_NUMBER": (_labelled("account #", "Konto-Nr.", "numéro de compte", "cuenta bancaria", "acct number", "rekeningnummer", "conto corrente", "checking account"), _shapes("########", "##########", "############", "#########")),
    "ROUTING_NUMBER": (_labelled("routing number", "ABA", "routing_number", "ABA routing no."), lambda make: make.valid("us.rtn", "0########")),
    "ROUTING_NUMBER sort code": (_labelled("sort code", "Sort Code", "sort_code"), _shapes("##-##-##", "######")),
    "ROUTING_NUMBER BIC": (_labelled("BIC", "SWIFT", "SWIFT code", "BIC/SWIFT"), _pick("DEUTDEFF500|BNPAFRPPXXX|COBADEFFXXX|CHASUS33|INGBNL2A|BARCGB22".split("|"))),
    "CRYPTO_ADDRESS": (["send it to {}", "BTC wallet {}", "my address: {}", "Wallet: {}", "ETH {}", '{{"wallet": "{}"}}', "donations {} welcome", "Adresse {}"], lambda make: make.choice(["1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "0x" + make.shape("x" * 40), "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "0x" + make.shape("x" * 40)])),
    "MEDICAL_RECORD": (_labelled("patient no.", "Patienten-Nr.", "numéro de dossier", "número de historia clínica", "hospital number", "chart number", "cartella clinica n.", "medical record no."), _shapes("#######", "MR-######", "########", "P#####-##", "##-##-##")),
    "PLAN_NUMBER": (_labelled("insurance ID", "Policennummer", "numéro d'adhérent", "member no.", "número de afiliado", "polisnummer", "group no.", "health card no."), _shapes("XJ#######", "A#########", "####-####-##", "W#########")),
    "DEVICE_ID": (_labelled("serial number", "Gerätenummer", "pump serial", "stent lot no.", "n° de série", "número de serie", "implant serial no.", "valve id"), _shapes("SN-######", "PM########", "A##-#####", "49015420323751#")),
    "DATE": (["Surgery took place {}, no complications.", "Kontrolle: {}", "vu en consultation le {}", "ingreso: {}", "{} - blood drawn", "Aufnahme {} / Entlassung", '{{"visit_date": "{}"}}', "the biopsy of {} was clear", "since {} on ramipril", "visita del {}"], Maker.date),
    "AGE": (["a {}-year-old man", "She is {} years old.", "aged {}", "Age: {}", "{} Jahre alt", "âgée de {} ans", "{} años", "patient, {} y/o", "the {}-year-old widow", "Alter: {}"], _pick([str(age) for age in range(90, 108)])),
    "HOSPITAL": (["Admitted to {} yesterday.", "Überwiesen vom {}.", "Hospital: {}", "She works at {}.", "transferred from {}", "suivie à {}", "consulta en {}", "records of {}"], _pick(HOSPITALS)),
    "IP_ADDRESS": (["from {} port 22", "IP: {}", "client {} timed out", '{{"ip": "{}"}}', "ping {}", "X-Forwarded-For: {}", "Adresse IP {}", "ssh root@{}", "http://{}/admin", "blocked {} after 5 tries"], lambda make: make.choice([f"{make.random.choice([81, 93, 145, 178, 194, 213])}.{make.random.randint(1, 254)}.{make.random.randint(0, 255)}.{make.random.randint(1, 254)}", make.shape(r"2\a02:8109:xxxx:xxxx::xxxx").replace(":0", ":1")])),
    "MAC_ADDRESS": (["MAC {}", "ether {} txqueuelen", "wlan0 {}", '{{"mac": "{}"}}', "hardware address {}", "Gerät {}", "DHCPACK to {}", "adresse MAC : {}"], _shapes("3c:22:fb:xx:xx:xx", r"\A4-5E-60-##-##-##", "b827.ebxx.xxxx", r"00:1\a:2b:xx:xx:xx")),
    "PRIVATE_IP_ADDRESS": (["ssh {}", "gateway {}", "host {} is down", "DB_HOST={}", "inet {}/24", "proxy http://{}:3128", "Server {} antwortet nicht", "upstream {}"], lambda make: make.choice([f"10.{make.random.randint(0, 254)}.{make.random.randint(0, 254)}.{make.random.randint(1, 254)}", f"192.168.{make.random.randint(0, 254)}.{make.random.randint(1, 254)}", f"172.20.{make.random.randint(0, 254)}.{make.random.randint(1, 254)}"])),
    "INTERNAL_HOST": (["ssh {}", "DB_HOST={}", "ping {}", "https://{}/login", "host: {}", "connect to {} failed", "upstream {} is down", "jenkins runs on {}"], lambda make: make.choice(["db", "build", "mail", "gitlab", "vpn", "erp"]) + make.shape("##") + make.choice([".corp", ".internal", ".local", ".lan", ".intra", ".home.arpa"])),
    "PATH_USERNAME": (["/home/{}/src/app.py", "C:\\Users\\{}\\Documents\\a.docx", "/Users/{}/Library", "cd /home/{}/", "File \"/home/{}/x.py\", line 3", "file:///home/{}/notes.md", "rm /Users/{}/Desktop/a", "C:/Users/{}/AppData"], _shapes("aaaaaa", "aaaaa##", "aaa.aaaaa", "aaaaaaaa")),
    "URL": (["see {}", "Link: {}", "<{}>", "[report]({})", "Befund unter {}", "portal {} is down", "voir {}", "open {} please"], lambda make: make.choice(["https://", "http://", "https://www."]) + make.shape("aaaaaaaa") + make.choice([".example/p/", ".org/case?id=", ".de/termin/"]) + make.shape("#####")),
    "API_KEY": (["export API_KEY={}", "api_key: {}", "my key is {}", '{{"apiKey": "{}"}}', "Authorization: Bearer {}", "token = \"{}\"", "Schlüssel (API key): {}", "curl -H 'X-API-Key: {}' https://api.example", "secret_key={}", "clé API : {}", "ACCESS_TOKEN={}"], _shapes(*_KEYS)),
    "PASSWORD": (["password: {}", "pwd={}", "My password is {}", "Passwort: {}", "mot de passe : {}", '{{"password": "{}"}}', "contraseña: {}", "DB_PASSWORD={}", "mysql -u root -p{} app", "senha: {}", "the wifi password is {}", "hasło: {}", "login admin / password {}"], Maker.password),
    "PRIVATE_KEY": (["{}", "key:\n{}", "My key:\n\n{}\n\nThanks", "cat id_rsa\n{}"], Maker.pem),
    "JWT": (["Authorization: Bearer {}", "token={}", '{{"jwt": "{}"}}', "cookie session={};", "{}", "Mein Token: {}", "?access_token={}&x=1"], Maker.jwt),
    "CONNECTION_STRING": (["DATABASE_URL=postgres://app:{}@db.example:5432/app", "mongodb+srv://svc:{}@cluster0.example/test", "redis://:{}@cache.example:6379/0", "mysql://root:{}@10.0.0.5/shop", "Server=db.example;User Id=sa;Password={};", "amqp://guest:{}@mq.example//", "https://deploy:{}@git.example/x.git", "jdbc:postgresql://db.example/app?user=a&password={}"], _shapes("*********", "aaaaaa##", "A*a*#*a*A*a#")),
}  # fmt: skip


def rows(kind: str, count: int, seed: int = 20261128) -> list[tuple[str, int, int]]:
    """(text, start, end of the value): the groups of the type in turn, and the carriers of each."""
    groups = [row for name, row in ROWS.items() if name.partition(" ")[0] == kind]
    make = Maker(seed + sum(map(ord, kind)))
    found = []
    for at in range(count):
        carriers, value_of = groups[at % len(groups)]
        value = value_of(make)
        before, _, after = carriers[at // len(groups) % len(carriers)].partition("{}")
        before, after = before.replace("{{", "{").replace("}}", "}"), after.replace("{{", "{").replace("}}", "}")
        found.append((f"{before}{value}{after}", len(before), len(before) + len(value)))
    return found
