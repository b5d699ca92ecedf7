"""Gold records: people in JSON, CSV, YAML, tables, forms, SQL and source code, beside fields that name nobody."""

# ruff: noqa: E501, SIM905 - tables of words are easier to read in long lines
from __future__ import annotations

from random import Random

import hard
from generate import Filler
from labels import O, Piece

# slot -> what the field is called, by language ("" is programs' English)
FIELDS = {
    "P": {"": "name full_name fullName display_name author owner assignee user patient contact customer_name employee manager reporter created_by",
          "en": "Name|Full Name|Patient|Contact|Customer|Employee|Account holder|Cardholder|Beneficiary|Attending physician|Assignee|Reporter|Prepared by",
          "de": "Name|Kunde|Patient|Ansprechpartner|Sachbearbeiter|Kontoinhaber|Verfasser|Mitarbeiterin", "es": "Nombre completo|Paciente|Cliente|Titular|Médico|Responsable|Firmado por",
          "pt": "Nome|Nome completo|Cliente|Paciente|Titular|Responsável|Médico", "fr": "Nom complet|Client|Patient|Titulaire|Médecin|Responsable", "it": "Nome e cognome|Paziente|Cliente|Intestatario|Medico",
          "nl": "Naam|Klant|Patiënt|Contactpersoon|Behandelaar", "pl": "Imię i nazwisko|Pacjent|Klient|Lekarz prowadzący", "da": "Navn|Patient|Kunde|Kontaktperson|Læge", "sv": "Namn|Kund|Patient|Kontaktperson", "zh": "姓名|联系人|客户|患者|负责人|医生"},
    "F": {"": "first_name firstName given_name fname", "en": "First Name|Given Name|Forename", "de": "Vorname", "es": "Nombre", "pt": "Primeiro nome|Nome próprio", "fr": "Prénom", "it": "Nome", "nl": "Voornaam", "pl": "Imię", "da": "Fornavn", "sv": "Förnamn"},
    "L": {"": "last_name lastName surname family_name lname", "en": "Last Name|Surname|Family Name", "de": "Nachname|Familienname", "es": "Apellidos|Apellido", "pt": "Apelido|Sobrenome", "fr": "Nom|Nom de famille", "it": "Cognome", "nl": "Achternaam", "pl": "Nazwisko", "da": "Efternavn", "sv": "Efternamn"},
    "ST": {"": "street address address1 street_address line1", "en": "Street|Address|Address line 1", "de": "Straße|Straße und Hausnummer|Anschrift", "es": "Domicilio|Dirección|Calle", "pt": "Endereço|Morada|Rua", "fr": "Adresse|Rue", "it": "Indirizzo|Via", "nl": "Adres|Straat", "pl": "Adres|Ulica", "da": "Adresse", "sv": "Adress", "zh": "地址"},
    "ADDR": {"": "address billing_address shipping_address location", "en": "Address|Billing Address|Delivery address", "de": "Adresse|Lieferanschrift", "es": "Dirección de envío|Dirección", "pt": "Endereço de entrega|Morada", "fr": "Adresse de livraison", "it": "Indirizzo di spedizione", "nl": "Afleveradres", "pl": "Adres dostawy", "da": "Leveringsadresse", "sv": "Leveransadress", "zh": "收货地址"},
    "CITY": {"": "city town", "en": "City", "de": "Ort|Stadt", "es": "Ciudad|Localidad", "pt": "Cidade|Localidade", "fr": "Ville", "it": "Città", "nl": "Plaats", "pl": "Miasto", "da": "By", "sv": "Ort", "zh": "城市"},
    "ZIP": {"": "zip postcode postal_code", "en": "ZIP|Postcode", "de": "PLZ", "es": "CP|Código postal", "pt": "CEP|Código postal", "fr": "Code postal", "it": "CAP", "nl": "Postcode", "pl": "Kod pocztowy", "da": "Postnr.", "sv": "Postnummer", "zh": "邮编"},
    "EMAIL": {"": "email mail contact_email", "en": "Email|E-mail", "de": "E-Mail", "es": "Correo electrónico", "zh": "邮箱"},
    "PHONE": {"": "phone mobile tel", "en": "Phone|Tel", "de": "Telefon", "es": "Teléfono", "pt": "Telefone", "fr": "Téléphone", "zh": "电话"},
    "ORG": {"": "company organization employer", "en": "Company|Employer", "de": "Firma", "es": "Empresa", "pt": "Empresa", "fr": "Société"},
    "ROLE": {"": "role title position job", "en": "Role|Position|Title"},
    "PROD": {"": "product item tool plan", "en": "Product|Item", "de": "Produkt", "es": "Producto"},
    "NUM": {"": "id age quantity count score", "en": "Age|Quantity|Score", "de": "Alter|Menge", "es": "Edad"},
    "ID": {"": "account customer_id mrn ssn", "en": "MRN|Account No|Policy number", "de": "Kundennummer|Versichertennummer", "es": "NHC|DNI|Historia clínica"},
    "DATE": {"": "date created_at dob updated", "en": "Date|DOB", "de": "Datum|Geburtsdatum", "es": "Fecha|Fecha de nacimiento"},
    "COUNTRY": {"": "country", "en": "Country", "de": "Land", "es": "País", "pt": "País"},
    "MONEY": {"": "price amount total balance", "en": "Amount|Total"},
}  # fmt: skip
WORDS = "active pending closed open true false null high low normal paid shipped refunded admin viewer editor yes no n/a M F H V".split()
PEOPLE = ("P", "P", "P", "F", "L", "FL")


def columns(rng: Random) -> list[str]:
    who = rng.choice(PEOPLE)
    rest = rng.sample(
        [slot for slot in FIELDS if slot not in ("P", "F", "L", "ST", "ADDR")] + ["WORD", "HARD"], rng.randint(0, 5)
    )
    rest += rng.choice(([], [], ["ST"], ["ADDR"], ["P"]))
    found = (["F", "L"] if who == "FL" else [who]) + rest
    if rng.random() < 0.4:
        rng.shuffle(found)
    return found if rng.random() < 0.9 else rest or found


def field(slot: str, language: str, rng: Random) -> str:
    names = FIELDS.get(slot)
    if names is None:
        return rng.choice(hard.MEMBERS)
    own = names.get(language)
    return rng.choice(own.split("|")) if own and rng.random() < 0.8 else rng.choice(names[""].split())


def cell(slot: str, filler: Filler) -> list[Piece]:
    rng = filler.rng
    if slot == "WORD":
        return [(rng.choice(WORDS), O)]
    if slot == "HARD":
        return [
            (
                str(
                    rng.choice(
                        (hard.identifier(rng), hard.token(rng), rng.choice(hard.HEADINGS), rng.choice(hard.TEAMS))
                    )
                ),
                O,
            )
        ]
    pieces = filler.fill(slot)
    if slot in ("P", "F", "L") and rng.random() < 0.06:
        pieces = [(pieces[0][0].upper(), pieces[0][1])]
    return [(text.replace("\n", ", "), label) for text, label in pieces]


def wrap(before: str, pieces: list[Piece], after: str) -> list[Piece]:
    return [(before, O), *pieces, (after, O)]


def document(filler: Filler) -> list[Piece]:
    """A few records of the same columns in one notation."""
    rng = filler.rng
    slots = columns(rng)
    titles = [field(slot, filler.language, rng) for slot in slots]
    keys = [t.lower().replace(" ", "_") if " " in t or not t.isascii() else t for t in titles]
    count = rng.choice((1, 1, 2, 3, 6))
    rows = [[cell(slot, filler) for slot in slots] for _ in range(count)]
    out: list[Piece] = []
    form = rng.randrange(10)
    if form in (0, 1):  # a form, a note
        colon = rng.choice((": ", ": ", ":", " : ", ":\t", " = "))
        end = rng.choice(("\n", "\n", ".\n", "  ", "; "))
        for row in rows:
            for title, value in zip(titles, row, strict=True):
                out += wrap(title + colon, value, end)
            out.append(("\n", O))
    elif form in (2, 3):  # JSON, pretty or not, or as a string in JSON
        quote = rng.choice(('"', '"', '\\"', "'"))
        line, colon = rng.choice((("\n    ", ": "), (" ", ": "), ("", ":")))
        out.append((rng.choice(("[", "")), O))
        for row in rows:
            out.append(("{" + line, O))
            for index, (key, value) in enumerate(zip(keys, row, strict=True)):
                out += wrap(
                    f"{quote}{key}{quote}{colon}{quote}",
                    value,
                    quote + ("," + (line or " " if line != "" else "") if index < len(row) - 1 else ""),
                )
            out.append((rng.choice(("},\n", "}, ", "}")), O))
    elif form in (4, 5):  # CSV and the like
        mark = rng.choice((",", ",", ";", "\t", " | ", "|"))
        quote = rng.choice(("", "", '"'))
        if rng.random() < 0.75:
            out.append((mark.join(quote + t + quote for t in rng.choice((titles, keys))) + "\n", O))
        for row in rows:
            for index, value in enumerate(row):
                out += wrap(quote, value, quote + (mark if index < len(row) - 1 else "\n"))
    elif form == 6:  # Markdown table
        out.append(("| " + " | ".join(titles) + " |\n|" + "---|" * len(titles) + "\n", O))
        for row in rows:
            for value in row:
                out += wrap("| ", value, " ")
            out.append(("|\n", O))
    elif form == 7:  # YAML
        for row in rows:
            for index, (key, value) in enumerate(zip(keys, row, strict=True)):
                out += wrap(f"{'- ' if index == 0 else '  '}{key}: ", value, "\n")
    elif form == 8:  # XML, HTML
        for row in rows:
            for key, value in zip(keys, row, strict=True):
                out += wrap(
                    rng.choice((f"<{key}>", f'<td class="{key}">', "<td>")),
                    value,
                    rng.choice((f"</{key}>", "</td>")) + rng.choice(("", "\n")),
                )
    else:  # source code
        for row in rows:
            out.append((f"{rng.choice(('Customer', 'User', 'Person', 'create_user', 'Employee', 'new Contact'))}(", O))
            for key, value in zip(keys, row, strict=True):
                out += wrap(f'{key}="', value, '", ')
            out.append((")\n", O))
    return [piece for piece in out if piece[0]]
