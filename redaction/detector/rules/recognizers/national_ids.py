"""National identity, tax and health numbers outside the United States: a row each, checksum in `national`.

Formats that are plain digits need a word beside them; formats with letters, dates or fixed punctuation and a checksum stand alone.
"""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

from collections.abc import Callable

from redaction.detector.rules import national, national_extra, national_world
from redaction.detector.rules.checksums import mod11_10, verhoeff
from redaction.detector.rules.recognizer import Guard, Recognizer, label_edges, number_edges
from redaction.detector.rules.recognizer import alone as stand_alone


def _tin(value: str) -> bool:
    return mod11_10(value) and len(set(value)) > 4


def _aadhaar(value: str) -> bool:
    return verhoeff(value) and len(set(value) - {" ", "-"}) > 2


def _id(
    name: str,
    type_: str,
    pattern: str,
    check: Callable[[str], bool] | None,
    reference: str,
    *,
    context: str = "national",
    alone: bool = False,
    unchecked: bool = False,
    score: float = 0.85,
    guard: Guard = number_edges,
) -> Recognizer:
    return Recognizer(
        name,
        type_,
        pattern,
        check=check,
        guard=guard,
        context=context,
        needs_context=not alone,
        unchecked=unchecked,
        score=score,
        near=0.94,
        reference=reference,
    )


ROWS = (
    _id("uk_nino", "NATIONAL_ID", r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", None, "https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110", context="nino", alone=True),
    _id("uk_nino_labelled", "NATIONAL_ID", r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", None, "https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110", context="nino"),
    _id("uk_nhs", "MEDICAL_RECORD", r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b", national.uk_nhs, "https://www.datadictionary.nhs.uk/attributes/nhs_number.html", context="nhs", unchecked=True),
    _id("uk_utr", "TAX_ID", r"\b\d{5} ?\d{5}\b", None, "https://www.gov.uk/find-utr-number", context="utr"),
    _id("au_tfn", "TAX_ID", r"\b\d{3}[ -]?\d{3}[ -]?\d{3}\b", national.au_tfn, "https://www.ato.gov.au/individuals-and-families/tax-file-number", context="tfn", unchecked=True),
    _id("au_medicare", "MEDICAL_RECORD", r"\b[2-6]\d{3}[ -]?\d{5}[ -]?\d(?:[ -/]?\d)?\b", national.au_medicare, "https://www.servicesaustralia.gov.au/medicare-card", context="medicare", unchecked=True),
    _id("au_abn", "TAX_ID", r"\b\d{2} ?\d{3} ?\d{3} ?\d{3}\b", national.au_abn, "https://abr.business.gov.au/Help/AbnFormat", context="abn"),
    _id("in_aadhaar", "NATIONAL_ID", r"\b[2-9]\d{3}[ -]\d{4}[ -]\d{4}\b", _aadhaar, "https://uidai.gov.in", context="aadhaar", alone=True, unchecked=True, guard=stand_alone),
    _id("in_aadhaar_plain", "NATIONAL_ID", r"\b[2-9]\d{11}\b", _aadhaar, "https://uidai.gov.in", context="aadhaar", unchecked=True),
    _id("in_pan", "TAX_ID", r"\b[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]\b", None, "https://incometaxindia.gov.in", context="pan", alone=True, score=0.8),
    _id("de_tax", "TAX_ID", r"\b[1-9]\d(?: ?\d{3}){3}\b", _tin, "https://www.bzst.de/DE/Privatpersonen/SteuerlicheIdentifikationsnummer", context="de_tax", unchecked=True),
    _id("de_tax_checked", "TAX_ID", r"\b[1-9]\d(?: ?\d{3}){3}\b", _tin, "https://www.bzst.de/DE/Privatpersonen/SteuerlicheIdentifikationsnummer"),
    _id("de_id_card", "NATIONAL_ID", r"\b[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d?D?\b", lambda v: any(c.isdigit() for c in v), "https://www.personalausweisportal.de", context="de_id"),
    _id("fr_nir", "NATIONAL_ID", r"\b[1-478] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b", national.fr_nir, "https://www.insee.fr/fr/metadonnees/definition/c1409", context="fr_nir", alone=True, unchecked=True),
    _id("es_dni", "NATIONAL_ID", r"(?i)\b(?:\d{8}|\d{2}\.\d{3}\.\d{3}|[XYZ][ -]?\d{7})[ -]?[TRWAGMYFPDXBNJZSQVHLCKE]\b", national.es_dni, "https://www.interior.gob.es/opencms/es/servicios-al-ciudadano/tramites-y-gestiones/dni/calculo-del-digito-de-control-del-nif-nie/", context="es_id", alone=True, unchecked=True),
    _id("es_social_security", "NATIONAL_ID", r"\b\d{2}[ /-]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ /-]?\d{1,2}\b|\b\d{8} \d{2}\b", national.es_ss, "https://www.seg-social.es", context="es_ss", unchecked=True),
    _id("it_codice_fiscale", "NATIONAL_ID", r"(?i)\b[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b", national.it_codice_fiscale, "https://www.agenziaentrate.gov.it", alone=True, unchecked=True),
    _id("br_cpf", "NATIONAL_ID", r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", national.br_cpf, "https://www.gov.br/receitafederal", context="cpf", alone=True, unchecked=True),
    _id("br_cpf_plain", "NATIONAL_ID", r"\b\d{11}\b", national.br_cpf, "https://www.gov.br/receitafederal", context="cpf", unchecked=True),
    _id("br_cnpj", "TAX_ID", r"\b\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}\b", national.br_cnpj, "https://www.gov.br/receitafederal", context="cpf", alone=True),
    _id("ca_sin", "NATIONAL_ID", r"\b\d{3}[ -]?\d{3}[ -]?\d{3}\b", national.ca_sin, "https://www.canada.ca/en/employment-social-development/services/sin.html", context="sin", unchecked=True),
    _id("nl_bsn", "NATIONAL_ID", r"\b\d{4}[ .]?\d{2}[ .]?\d{3}\b", national.nl_bsn, "https://www.rvig.nl/bsn", context="bsn", unchecked=True),
    _id("pl_pesel", "NATIONAL_ID", r"\b\d{11}\b", national.pl_pesel, "https://www.gov.pl/web/gov/czym-jest-numer-pesel", context="pesel", unchecked=True),
    _id("pl_pesel_alone", "NATIONAL_ID", r"\b\d{11}\b", national.pl_pesel, "https://www.gov.pl/web/gov/czym-jest-numer-pesel"),
    _id("pl_nip", "TAX_ID", r"\b\d{3}-?\d{3}-?\d{2}-?\d{2}\b|\b\d{3}-\d{2}-\d{2}-\d{3}\b", national.pl_nip, "https://www.podatki.gov.pl", context="nip"),
    _id("pl_id_card", "NATIONAL_ID", r"\b[A-Z]{3} ?\d{6}\b", None, "https://www.gov.pl/web/gov/uzyskaj-dowod-osobisty", context="national", score=0.7),
    _id("be_national", "NATIONAL_ID", r"\b\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}\b", national.be_national, "https://www.ibz.rrn.fgov.be", alone=True, unchecked=True),
    _id("be_national_plain", "NATIONAL_ID", r"\b\d{11}\b", national.be_national, "https://www.ibz.rrn.fgov.be"),
    _id("pt_nif", "TAX_ID", r"\b[1-35689]\d{2} ?\d{3} ?\d{3}\b", national.pt_nif, "https://www.portaldasfinancas.gov.pt", context="tax"),
    _id("se_personnummer", "NATIONAL_ID", r"\b(?:19|20)?\d{6}[-+]\d{4}\b", national.se_personnummer, "https://www.skatteverket.se/personnummer", alone=True),
    _id("se_personnummer_plain", "NATIONAL_ID", r"\b(?:19|20)\d{10}\b|\b\d{10}\b", national.se_personnummer, "https://www.skatteverket.se/personnummer"),
    _id("no_fodselsnummer", "NATIONAL_ID", r"\b\d{6} ?\d{5}\b", national.no_fodselsnummer, "https://www.skatteetaten.no/person/folkeregister/fodsel-og-navnevalg/barn-fodt-i-norge/fodselsnummer/"),
    _id("dk_cpr", "NATIONAL_ID", r"\b\d{6}-?\d{4}\b", national.dk_cpr, "https://cpr.dk"),
    _id("fi_hetu", "NATIONAL_ID", r"\b\d{6}[-+ABCDEFYXWVU]\d{3}[0-9A-FHJ-NPR-Y]\b", national.fi_hetu, "https://dvv.fi/en/personal-identity-code", alone=True),
    _id("ie_pps", "NATIONAL_ID", r"\b\d{7}[A-W][A-ITWX]?\b", national.ie_pps, "https://www.revenue.ie", alone=True, score=0.7),
    _id("ch_ahv", "NATIONAL_ID", r"\b756\.?\d{4}\.?\d{4}\.?\d{2}\b", national.ch_ahv, "https://www.zas.admin.ch", alone=True),
    _id("at_svnr", "NATIONAL_ID", r"\b\d{4} ?\d{6}\b", national.at_svnr, "https://www.sozialversicherung.at"),
    _id("cz_rodne_cislo", "NATIONAL_ID", r"\b\d{6}/\d{4}\b", national.cz_rc, "https://www.zakonyprolidi.cz/cs/2000-133", alone=True, unchecked=True),
    _id("ro_cnp", "NATIONAL_ID", r"\b[1-9]\d{12}\b", national.ro_cnp, "https://legislatie.just.ro"),
    _id("bg_egn", "NATIONAL_ID", r"\b\d{10}\b", national.bg_egn, "https://www.grao.bg"),
    _id("hr_oib", "NATIONAL_ID", r"\b\d{11}\b", mod11_10, "https://www.porezna-uprava.hr"),
    _id("baltic_code", "NATIONAL_ID", r"\b[1-8]\d{10}\b", national.baltic, "https://www.riigiteataja.ee"),
    _id("tr_kimlik", "NATIONAL_ID", r"\b[1-9]\d{10}\b", national_world.tr_kimlik, "https://www.nvi.gov.tr"),
    _id("za_id", "NATIONAL_ID", r"\b\d{6} ?\d{4} ?\d{3}\b", national_world.za_id, "https://www.dha.gov.za"),
    _id("cn_resident_id", "NATIONAL_ID", r"(?i)\b[1-9]\d{16}[0-9X]\b", national_world.cn_id, "https://openstd.samr.gov.cn (GB 11643-1999)", alone=True),
    _id("kr_rrn", "NATIONAL_ID", r"\b\d{6}-[1-8]\d{6}\b", national_world.kr_rrn, "https://www.mois.go.kr", alone=True),
    _id("jp_my_number", "NATIONAL_ID", r"\b\d{4}[ -]?\d{4}[ -]?\d{4}\b", national_world.jp_my_number, "https://www.cao.go.jp/bangouseido"),
    _id("sg_nric", "NATIONAL_ID", r"\b[STFGM]\d{7}[A-Z]\b", national_world.sg_nric, "https://www.ica.gov.sg", alone=True),
    _id("hk_id", "NATIONAL_ID", r"\b[A-Z]{1,2}\d{6} ?\([0-9A]\)", national_world.hk_id, "https://www.immd.gov.hk", alone=True),
    _id("tw_id", "NATIONAL_ID", r"\b[A-Z][1289]\d{8}\b", national_world.tw_id, "https://www.ris.gov.tw", alone=True, score=0.7),
    _id("th_id", "NATIONAL_ID", r"\b\d-\d{4}-\d{5}-\d{2}-\d\b", national_world.th_id, "https://www.bora.dopa.go.th", alone=True),
    _id("mx_curp", "NATIONAL_ID", r"\b[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\d\b", national_world.mx_curp, "https://www.gob.mx/curp", alone=True, unchecked=True),
    _id("mx_rfc", "TAX_ID", r"\b[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}\b", None, "https://www.sat.gob.mx", context="national"),
    _id("ar_cuit", "TAX_ID", r"\b(?:20|2[3-7]|3[034])-\d{8}-\d\b", national_world.ar_cuit, "https://www.afip.gob.ar", alone=True),
    _id("cl_rut", "NATIONAL_ID", r"\b\d{1,2}\.\d{3}\.\d{3}-[0-9Kk]\b", national_world.cl_rut, "https://www.registrocivil.cl", alone=True),
    _id("latin_id", "NATIONAL_ID", r"\b\d{1,3}(?:\.\d{3}){2,3}(?:-\d)?\b|\b\d{7,8}-[0-9Kk]\b", None, "https://www.registraduria.gov.co", score=0.7),
    _id("ru_snils", "NATIONAL_ID", r"\b\d{3}-\d{3}-\d{3}[ -]\d{2}\b", national_world.ru_snils, "https://sfr.gov.ru", alone=True),
    _id("ru_inn", "TAX_ID", r"\b\d{12}\b", national_world.ru_inn, "https://www.nalog.gov.ru"),
    _id("gr_afm", "TAX_ID", r"\b\d{9}\b", national.gr_afm, "https://www.aade.gr", context="tax"),
    _id("gr_amka", "NATIONAL_ID", r"\b\d{11}\b", national.dated_luhn, "https://www.amka.gr"),
    _id("eu_vat", "TAX_ID", r"\b(?:ATU\d{8}|DE ?\d{9}|ES ?[A-Z0-9]\d{7}[A-Z0-9]|IT ?\d{11}|NL ?\d{9}B\d{2}|PL ?\d{10}|GB ?\d{9})\b", None, "https://ec.europa.eu/taxation_customs/vies", context="tax", score=0.8),
    _id("il_id", "NATIONAL_ID", r"\b\d{9}\b", national_extra.il_id, "https://www.gov.il/en/departments/population_and_immigration_authority", context="national_named"),
    _id("is_kennitala", "NATIONAL_ID", r"\b\d{6}-?\d{4}\b", national_extra.is_kennitala, "https://www.skra.is", context="national_named"),
    _id("jmbg", "NATIONAL_ID", r"\b\d{13}\b", national_extra.jmbg, "Act on the unique personal number, SFRJ 58/76", context="national_named"),
    _id("ua_rntrc", "TAX_ID", r"\b\d{10}\b", national_extra.ua_rntrc, "https://tax.gov.ua", context="national_named"),
    _id("do_cedula", "NATIONAL_ID", r"\b\d{3}-\d{7}-\d\b", national_extra.do_cedula, "https://jce.gob.do", alone=True),
    _id("ec_ci", "NATIONAL_ID", r"\b\d{9}-?\d\b", national_extra.ec_ci, "https://www.registrocivil.gob.ec", context="national_named"),
    _id("id_nik", "NATIONAL_ID", r"\b\d{16}\b", national_extra.id_nik, "https://dukcapil.kemendagri.go.id", context="national_named"),
    _id("my_nric", "NATIONAL_ID", r"\b\d{6}-\d{2}-\d{4}\b", national_extra.my_nric, "https://www.jpn.gov.my", alone=True),
    _id("pk_cnic", "NATIONAL_ID", r"\b\d{5}-\d{7}-\d\b", national_extra.pk_cnic, "https://www.nadra.gov.pk", alone=True),
    _id("lv_personas_kods", "NATIONAL_ID", r"\b\d{6}-\d{5}\b", national_extra.lv_personas_kods, "https://www.pmlp.gov.lv", alone=True),
    _id("pt_cc", "NATIONAL_ID", r"\b\d{8} ?\d ?[A-Z0-9]{2}\d\b", national_extra.pt_cc, "https://www.autenticacao.gov.pt", context="national_named"),
    _id("nz_ird", "TAX_ID", r"\b\d{2,3}-?\d{3}-?\d{3}\b", national_extra.nz_ird, "https://www.ird.govt.nz", context="tax"),
    _id("in_gstin", "TAX_ID", r"\b\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]\b", national_extra.in_gstin, "https://www.gst.gov.in", alone=True),
    _id("cu_ni", "NATIONAL_ID", r"\b\d{11}\b", national_extra.cu_ni, "Resolution 7/1971, Cuba", context="national_named"),
    _id("co_nit", "TAX_ID", r"\b\d{3}\.\d{3}\.\d{3}-\d\b", national_extra.co_nit, "https://www.dian.gov.co", alone=True),
    _id("ve_rif", "TAX_ID", r"\b[VEJPG]-?\d{8}-?\d\b", national_extra.ve_rif, "https://www.seniat.gob.ve", alone=True),
    _id("eg_national", "NATIONAL_ID", r"\b[23]\d{13}\b", national_extra.eg_national, "https://www.moi.gov.eg", context="national_named"),
    _id("mu_nid", "NATIONAL_ID", r"\b[A-Z]\d{12}[0-9A-G]\b", national_extra.mu_nid, "https://mnis.govmu.org", alone=True),
    Recognizer(
        "labelled_id",
        "NATIONAL_ID",
        r"(?i)\b(?:national[ _-]?id(?:entity|entification)?(?:[ _-]?(?:card|number|no))?|identity (?:card|document) (?:number|no)|government id|citizen id|personal id(?:entification)?(?: number| code)?|id card(?: number| no)?|ssn|tax[ _-]?(?:id|number))\.?[ \t]{0,2}(?:[:=#]|is|number is)[ \t]{0,2}[\"']?([A-Z]{0,3}[ -]?\d[A-Z0-9-]{4,17})\b",
        check=lambda v: sum(c.isdigit() for c in v) >= 5,
        guard=label_edges,
        reference="the label names it",
        score=0.72,
    ),
)  # fmt: skip
