"""Context words: what people write next to a number to say what it is. Rows are shared by recognizers.

Matched without case, as words; `_` and digits end a word too (`user_ssn`, `ssn2`). RE2 syntax.
"""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import functools
import re

from redaction.detector.kernel.stored import stored_json
from redaction.detector.labels.label_table import standing_words

# Rows whose words in other languages stand in the vocabulary of labels: row -> kind of label.
_KINDS = {"phone": "phone", "national_named": "national"}

_WORDS: dict[str, str] = {
    "ssn": r"ssns?|s\.s\.n\.?|social|soc[. ]?sec|socialsecurity(?:number)?|social[_-]security(?:[_-]?(?:number|no))?|"
    r"itins?|individual taxpayer|taxpayer",
    "ein": r"ein|employer id(?:entification)?|fein|tax[ _]?id|tin|taxpayer id",
    "npi": r"npi|national provider|provider id(?:entifier)?",
    "dea": r"dea",
    "nhs": r"nhs|national health",
    "nino": r"nino|ni number|ni no|national insurance|insurance number",
    "utr": r"utr|unique taxpayer",
    "tfn": r"tfn|tax file",
    "medicare": r"medicare|mbi|medicare beneficiary",
    "abn": r"abn|business number",
    "aadhaar": r"aadhaar|aadhar|uidai|uid",
    "pan": r"pan|permanent account",
    "de_tax": r"steuer-?id(?:entifikationsnummer)?|steuer(?:liche)?[- ]?(?:id|ident\w*|nummer)|idnr|tin|identifikationsnummer|steuernummer",
    "de_id": r"personalausweis(?:nummer)?|ausweis(?:nummer)?|ausweisnr|id card",
    "fr_nir": r"nir|s[ée]curit[ée] sociale|num[ée]ro de s[ée]cu|insee|ss",
    "es_id": r"dni|nif|nie|documento",
    "es_ss": r"nass|nuss|naf|seguridad social|afiliaci[oó]n",
    "cpf": r"cpf|cnpj|cadastro",
    "sin": r"sin|social insurance|nas|assurance sociale",
    "bsn": r"bsn|burgerservice(?:nummer)?|sofi(?:nummer)?",
    "pesel": r"pesel",
    "nip": r"nip|vat|podatk\w*|regon",
    "national": r"ssn|social security(?: number)?|national[ _-]?(?:id|identity|identification|number|register)|identity (?:card|number|document|no)|id[ _-]?(?:card|number|no|nr|#)|"
    r"identification number|government id|citizen|personal (?:number|code|id)|personnummer|personnr|f[øo]dselsnummer|cpr(?:[- ]?n(?:umme)?r)?|"
    r"henkil[öo]tunnus|hetu|pps(?:n)?|rodn[éeáa]\w* [čc][íi]sl\w*|r[čc]|cnp|egn|oib|isikukood|asmens kodas|kimlik|t\.?c\.?|rijksregister\w*|registre national|"
    r"niss|insz|ahv|avs|svnr|sozialversicherung\w*|sv-?nummer|my ?number|個人番号|マイナンバー|身份证\w*|nric|fin|hkid|teudat zehut|"
    r"curp|rfc|cuit|cuil|rut|run|c[ée]dula|dni|nit|snils|inn|снилс|инн|паспорт|amka|afm|αμκα|αφμ|ird|nif|contribuinte|cart[ãa]o de cidad[ãa]o|"
    r"codice fiscale|resident(?:ial)? (?:registration|id)|주민등록번호",
    "national_named": r"national[ _-]?(?:id|identity|identification)(?:[ _-]?(?:number|no|card))?|identity (?:card|number|no)|identification number|id[ _-]?(?:card|number|no)|"
    r"teudat zehut|תעודת זהות|ת\.?ז|jmbg|emšo|јмбг|matični|рнокпп|іпн|nik|ktp|c[ée]dula|carn[eé] de identidad|kennitala|cart[ãa]o de cidad[ãa]o|"
    r"الرقم القومي|رقم الهوية|رقم قومي",
    "tax": r"tax|vat|nif|nip|tin|ust-?id|ird|nit|afm|αφμ|inn|инн|contribuinte|fiscal\w*|taxpayer|cuit|cuil",
    "card": r"cards?|card[ _]?(?:number|no|num)|credit|debit|visa|mastercard|amex|american express|discover|maestro|pan|cc|ccn|"
    r"kreditkarte\w*|carte(?: bancaire)?|cb|tarjeta|carta di credito|cart[ãa]o|creditcard|kaart|kart[aąy]|信用卡|卡号",
    "account": r"account|acct|a/c|accounts?[ _-]?(?:number|no|num|#|nr)|bank|konto(?:nummer)?|kto|checking|savings|cuenta|compte|conto|rekening\w*|"
    r"rachun\w*|beneficiary|sort code|routing|deposit",
    "routing": r"routing|aba|rtn|transit|ach|wire|fedwire",
    "sortcode": r"sort[ _-]?code|sc",
    "phone": r"(?:tele)?phones?|tel[eé]?f?\w*|mobiles?|mob|cell(?:phone|ular)?|fax|call(?:s|ed|ing)?|dial(?:ed|ing)?|ring|contact(?:ed|ing)?|hotline|"
    r"whats ?app|sms|text(?:ed)?(?: me)?|reach(?:ed)?|voicemail|helpline|handy\w*|mobil\w*|rufnummer|portable|t[ée]l\w*|m[óo]vil|celular|"
    r"cellulare|telemóvel|gsm|telef[oó]n\w*|numer|tlf|puh(?:elin)?|registered|ph|電話|电话|手机|телефон",
    "vin": r"vin|vehicle|chassis|fahrgestell\w*|fin",
    "wallet": r"wallet|bitcoin|btc|eth(?:ereum)?|crypto|ltc|litecoin|doge|xmr|monero|trx|tron|xrp|ripple|sol(?:ana)?|address|send",
    "ip": r"ip|ipv4|ipv6|host|server|client|remote|addr|address|from|peer|login|logged",
    "secret": r"[a-z0-9]*key|[a-z0-9]*token|[a-z0-9]*secret|password|auth\w*|credentials?|bearer|api|webhook|account",
    "position": r"gps|geo\w*|lat(?:itude)?|lng|lon(?:gitude)?|coord(?:inate)?s?|position|location|standort|koordinaten|ubicaci[oó]n|coordenadas|localiza\w+|home|lives?|at|near|address|map|ici|posizione",
    "mac": r"mac|wlan\d?|eth\d|en\d|gerät|appareil|dispositivo|interface|station|client|host|vlan|port|arp|dhcp|ether(?:net)?|bssid|hwaddr|wifi|bluetooth|address|device",
}


# Words for what no label of the vocabulary is for.
_OTHER_SCRIPTS = {
    "card": "карт[аыуе]|картк[аиу]|कार्ड|क्रेडिट|بطاقة|البطاقة|کارت|کارڈ|כרטיס|카드|カード|卡|κάρτα|บัตร|கார்டு|కార్డు|কার্ড|ბარათ|քարտ|thẻ|kredi kartı|"
    "kort(?:nummer|et)?|kreditkort|bankkort|kártya|kortel[eė]s?|luottokortti|kartı|tarjeta|cartão",
    "account": "счет|счёт|счета|рахунок|рахунку|حساب|الحساب|חשבון|계좌|口座|账号|账户|帳號|帳戶|खाता|บัญชี|hesap|számla|tài khoản|λογαριασμός|λογαριασμού|tilinumero|bankszámla",
    "aadhaar": "आधार|ஆதார்|ఆధార్|আধার|આધાર|ಆಧಾರ್|ആധാർ|ਆਧਾਰ",
}  # fmt: skip


@functools.cache
def contexts() -> dict[str, str]:
    """Name of a row -> its words in RE2 syntax, with those of the other languages."""
    found: dict[str, str] = stored_json("contexts", _worked_out)
    return found


def _worked_out() -> dict[str, str]:
    found = dict(_WORDS)
    for name, words in _OTHER_SCRIPTS.items():
        found[name] += "|" + words
    for name, kind in _KINDS.items():
        forms = (re.escape(word).replace(r"\ ", "[ _-]?") for word in sorted(standing_words(kind)))
        found[name] += "|" + "|".join(forms)
    return found


def context_pattern(words: str) -> str:
    """The words of a row as one RE2 pattern: without case, not inside longer Latin words.

    (RE2's `\\b` knows ASCII only: it would refuse words that begin or end with another letter.)
    """
    return rf"(?i)(?:^|[^a-z])(?:{words})(?:$|[^a-z])"
