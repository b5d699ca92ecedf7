"""Single values as a program hands them over: `key: value`, or the value alone. The key says what the value is.

The product shows a short value to the tagger behind the key that names it (`redaction.replacer.in_context`): the same
word is a person behind `patient` and a month behind `month`.
"""

# ruff: noqa: E501, SIM905 - tables of words are easier to read in long lines
from __future__ import annotations

from random import Random

import hard
import lexicon as lx
from generate import Filler
from labels import FIRM, NAME, PLACE, O, Piece

PEOPLE = """patient customer author assignee owner contact user user_name username_full display_name full_name fullName customerName
customer_name contact_name contactName reporter reviewer approver created_by createdBy updated_by modified_by sender recipient from_name
to_name employee employee_name manager supervisor doctor physician nurse attending_physician referring_physician guardian next_of_kin
emergency_contact spouse mother father child tenant landlord buyer seller agent driver passenger guest host student teacher candidate
applicant interviewee speaker presenter attendee participant member account_holder cardholder beneficiary insured claimant plaintiff
defendant witness lawyer judge signatory signed_by prepared_by requested_by approved_by contactPerson primary_contact lead committer
nombre paciente cliente nome nom kunde ansprechpartner patientName person people name 姓名 患者 客户 联系人 이름 환자 고객 담당자 氏名 担当者 お客様名 имя пациент клиент ФИО नाम मरीज़ ग्राहक الاسم المريض العميل""".split()
FIRSTS = (
    "first_name firstName given_name givenName forename nickname preferred_name vorname nombre prenom fname".split()
)
LASTS = "last_name lastName surname family_name familyName lname nachname apellido apellidos nom_de_famille maiden_name".split()
# What a word is behind other keys: the words that are names too come most.
_TWOFOLD = {
    "month": "January February March April May June July August September October November December Jan Mar Apr Jun Aug Avril Mai Juni Mayo Abril Junio Augusto Julio",
    "city": "Paris London Sydney Florence Charlotte Austin Jackson Madison Lincoln Houston Dallas Victoria Chelsea Kingston Orlando Raleigh Savannah Adelaide Alice Springs Lourdes Santiago San José Geneva Sofia Lyon Nancy Valencia Vienna Milan",
    "state": "Georgia Virginia Carolina Washington Dakota Montana Victoria Indiana Tennessee Alberta",
    "country": "Jordan Chad Georgia Israel China India Malta Cuba Kenya Ireland France Tonga Mali",
    "color": "Rose Violet Scarlet Hazel Olive Amber Ruby Jade Ivory Ginger Coral Sienna Indigo Pearl",
    "plan": "Max Pro Grace Basic Premier Team Starter Ultra Sterling Prime",
    "status": "Will Pending Frank Drew Chase Grant Won Mark Done Chance Holden",
    "day": "Monday Tuesday Sunday Friday Domingo Montag",
    "product": "Claude Julia Ruby Alexa Siri Jasper Pascal Ada Hermes Apollo Athena Luna Iris Atlas Dash Bolt Aurora Nova Stella Juno Watson Einstein Otto Lucy",
    "brand": "Dior Chanel Armani Gucci Prada Ford Porsche Ferrari Benz Lincoln Levi's Wendy's Dell Philips Heinz Kellogg's Cartier Boss",
    "font": "Inter Roboto Lato Georgia Verdana Helvetica Arial Garamond Montserrat Poppins Raleway Merriweather Nunito Lora Barlow Rubik Karla Jost Cabin Bitter Oswald Inconsolata Menlo Monaco Consolas Courier Geist Satoshi",
    "model": "Claude Opus Sonnet Haiku Gemini Grok Llama Mistral Davinci Ada Babbage Curie Phi Gemma Bard Titan Nova",
    "title": "Will Mark Grace Hope Joy Faith Rose May June Carmen Emma Rebecca Macbeth Hamlet Amadeus Frankenstein Dracula Invoice Report Summary Welcome Overview Settings Home",
    "theme": "Dawn Summer Autumn Sky Rain Storm Ember Jasmine Willow Ivy Robin Solarized Dracula Nord Monokai",
    "team": "Lakers Jaguars Bills Jets Hawks Saints Angels Phoenix Everton Chelsea Arsenal Santos Benfica Platform Growth Payments",
    "label": "Save Cancel Submit Bill Mark Search Back Next Close Drew Grant Chase Rob Pat Sue Will Page Bishop Church Chapel",
    "species": "Robin Jay Martin Rose Lily Basil Violet Daisy Iris Heather Fern Holly Myrtle Colt Finch",
    "ship": "Victoria Titanic Mary Rose Queen Elizabeth Bismarck",
    "language": "English Deutsch Français Polish Welsh Irish French German Norman Julia Ruby Pascal Ada Scala Dart Crystal",
    "role": "Deacon Bishop Baker Cook Porter Carter Clerk Marshall Page Chancellor Pastor Admin Editor",
}
_KEYS = {
    "month": "month billing_month start_month monthName mes mois monat 月 월", "city": "city town location hometown birthplace ciudad ville stadt 城市 도시 市 город शहर المدينة",
    "state": "state region province county", "country": "country nation country_name origin land país 国家 국가", "color": "color colour color_name accent paint", "plan": "plan tier subscription package edition",
    "status": "status state result decision outcome verb action", "day": "day weekday dayOfWeek tag día", "product": "product tool app service library item product_name command package", "brand": "brand make manufacturer company vendor store",
    "font": "font fontFamily font_family typeface headingFont", "model": "model model_name engine deployment", "title": "title heading subject album movie book song chapter name_of_work", "theme": "theme style mode season palette scheme",
    "team": "team club organization org group department squad", "label": "label text button placeholder caption menu aria-label content", "species": "species plant flower bird category kind variety", "ship": "ship vessel",
    "language": "language lang locale spoken", "role": "role position job occupation jobTitle profession",
}  # fmt: skip
_KIND = {
    "city": PLACE,
    "state": PLACE,
    "country": PLACE,
    "brand": FIRM,
    "product": FIRM,
    "team": FIRM,
    "model": FIRM,
    "title": FIRM,
}
_SPLIT = {kind: words.split() for kind, words in _TWOFOLD.items()}
TWOFOLD_NAMES = """May June April August Paris Sydney Florence Charlotte Austin Jackson Madison Lincoln Dallas Victoria Chelsea Georgia Virginia
Carolina Jordan Chad Israel Rose Violet Scarlet Hazel Olive Amber Ruby Jade Ivory Ginger Max Grace Will Frank Drew Chase Grant Mark Claude Julia
Alexa Jasper Pascal Ada Luna Iris Stella Hope Joy Faith Carmen Emma Dawn Summer Autumn Jasmine Willow Ivy Robin Rob Pat Sue Bill Jay Martin Lily
Basil Daisy Heather Holly Colt Bishop Baker Cook Porter Carter Marshall Page Dean Duke Earl Kim Chelsea Brook Cliff Forrest Glen Heath Sandy Penny
Christian Angel Jesus Star Sky Storm River Rain Bella Barbie Gene Art Nick Jack Dick Peg Rich Ray Buck Buddy Chip Chuck Guy Herb Hank Tad Wade""".split()


def document(filler: Filler) -> list[Piece]:
    """One leaf, with its key in front most of the time."""
    rng = filler.rng
    roll = rng.random()
    if roll < 0.45:
        kind = rng.random()
        if kind < 0.25:
            keys, value = PEOPLE + FIRSTS, (rng.choice(TWOFOLD_NAMES), NAME)
        elif kind < 0.65:
            keys, value = PEOPLE, (filler.full(), NAME)
        elif kind < 0.85:
            keys, value = FIRSTS + PEOPLE[:8], (filler.first(), NAME)
        else:
            keys, value = LASTS, (filler.last(), NAME)
        if rng.random() < 0.06:
            value = (value[0].upper() if rng.random() < 0.4 else value[0].lower(), value[1])
        return _behind(rng.choice(keys), [value], rng)
    if roll < 0.8:
        name = rng.choice(list(_SPLIT))
        words = rng.choice(_SPLIT[name])
        if name == "city" and rng.random() < 0.5:
            words = filler.city()
        return _behind(rng.choice(_KEYS[name].split()), [(words, _KIND.get(name, O))], rng)
    if roll < 0.9:
        value = rng.choice(
            (
                rng.choice(hard.HEADINGS),
                rng.choice(hard.TEAMS),
                rng.choice(lx.ROLES),
                rng.choice(lx.PRODUCTS),
                hard.identifier(rng),
            )
        )
        return _behind(rng.choice(" ".join(_KEYS.values()).split()), [(value, O)], rng)
    if roll < 0.95:  # a word alone: most are no people
        return [(rng.choice(rng.choice(list(_SPLIT.values()))), O)]
    return [(filler.full(), NAME)]


def _behind(key: str, value: list[Piece], rng: Random) -> list[Piece]:
    key = rng.choice((key, key, key, key.replace("_", " ").capitalize()))
    if rng.random() < 0.75:
        return [(f"{key}: ", O), *value]
    return [(f'"{key}": "', O), *value, ('"', O)]
