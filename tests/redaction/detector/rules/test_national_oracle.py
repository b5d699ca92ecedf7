"""What python-stdnum holds for valid is valid here: random numbers of a shape, filtered by the library.

A dev-only oracle (LGPL, no part of the product): where it is not installed these tests are skipped, CI installs it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib import import_module

import pytest

from redaction.detector.rules import checksums, national, national_extra, national_world

pytest.importorskip("stdnum")

# Our check, the library's module, shapes: `#` digit, `A` letter, `D` ddmmyy, `Y` yymmdd, `?` letter or digit.
CASES: dict[str, tuple[Callable[[str], bool], str, tuple[str, ...]]] = {
    "us_ssn": (national.us_ssn, "us.ssn", ("###-##-####",)),
    "gb_nhs": (national.uk_nhs, "gb.nhs", ("##########",)),
    "au_tfn": (national.au_tfn, "au.tfn", ("#########",)),
    "au_abn": (national.au_abn, "au.abn", ("###########",)),
    "in_aadhaar": (checksums.verhoeff, "in_.aadhaar", ("############",)),
    "in_gstin": (national_extra.in_gstin, "in_.gstin", ("27AAPFU0939F1Z?", "29AAGCB7383J1Z?", "07AABCU9603R1Z?")),
    "de_idnr": (checksums.mod11_10, "de.idnr", ("###########",)),
    "fr_nir": (
        national.fr_nir,
        "fr.nir",
        (
            "1##05##########",
            "2##11##########",
            "3##05##########",
            "4##07##########",
            "7##01##########",
            "8##12##########",
        ),
    ),
    "es_dni": (national.es_dni, "es.dni", ("########A",)),
    "es_nie": (national.es_dni, "es.nie", ("X#######A", "Y#######A", "Z#######A")),
    "it_codicefiscale": (national.it_codice_fiscale, "it.codicefiscale", ("RSSMRA85T10A###A", "VRDLGU62C51H###A")),
    "br_cpf": (national.br_cpf, "br.cpf", ("###########",)),
    "br_cnpj": (national.br_cnpj, "br.cnpj", ("########0001##",)),
    "ca_sin": (national.ca_sin, "ca.sin", ("#########",)),
    "nl_bsn": (national.nl_bsn, "nl.bsn", ("#########",)),
    "pl_pesel": (national.pl_pesel, "pl.pesel", ("Y#####",)),
    "pl_nip": (national.pl_nip, "pl.nip", ("##########",)),
    "be_nn": (national.be_national, "be.nn", ("Y#####",)),
    "pt_nif": (national.pt_nif, "pt.nif", ("#########",)),
    "pt_cc": (national_extra.pt_cc, "pt.cc", ("#########ZZ#", "#########ZY#")),
    "se_personnummer": (national.se_personnummer, "se.personnummer", ("Y-####",)),
    "no_fodselsnummer": (national.no_fodselsnummer, "no.fodselsnummer", ("D#####",)),
    "dk_cpr": (national.dk_cpr, "dk.cpr", ("D-####",)),
    "fi_hetu": (national.fi_hetu, "fi.hetu", ("D-###A", "DA###A", "D-####")),
    "ie_pps": (national.ie_pps, "ie.pps", ("#######A", "#######AA")),
    "ch_ssn": (national.ch_ahv, "ch.ssn", ("756##########",)),
    "at_vnr": (national.at_svnr, "at.vnr", ("####D",)),
    "cz_rc": (national.cz_rc, "cz.rc", ("Y####",)),
    "sk_rc": (national.cz_rc, "sk.rc", ("Y####",)),
    "ro_cnp": (national.ro_cnp, "ro.cnp", ("1Y40###?", "2Y12####")),
    "bg_egn": (national.bg_egn, "bg.egn", ("Y####",)),
    "hr_oib": (checksums.mod11_10, "hr.oib", ("###########",)),
    "ee_ik": (national.baltic, "ee.ik", ("3Y####", "4Y####")),
    "lt_asmens": (national.baltic, "lt.asmens", ("3Y####", "4Y####")),
    "lv_pk": (national_extra.lv_personas_kods, "lv.pvn", ("D1####",)),
    "gr_afm": (national.gr_afm, "gr.vat", ("#########",)),
    "gr_amka": (national.dated_luhn, "gr.amka", ("D#####",)),
    "si_emso": (national_extra.jmbg, "si.emso", ("D950####", "0101006500###")),
    "is_kennitala": (national_extra.is_kennitala, "is_.kennitala", ("D##79", "D##69")),
    "tr_kimlik": (national_world.tr_kimlik, "tr.tckimlik", ("###########",)),
    "za_id": (national_world.za_id, "za.idnr", ("Y####08#",)),
    "cn_ric": (national_world.cn_id, "cn.ric", ("11010119800101###?", "44030419950505###?")),
    "kr_rrn": (national_world.kr_rrn, "kr.rrn", ("Y1######", "Y2######")),
    "mx_curp": (national_world.mx_curp, "mx.curp", ("BOXW310820HNERXN0#", "GOMC850101MDFNRL0#", "GOMC850101MDFNRL1#")),
    "ar_cuit": (national_world.ar_cuit, "ar.cuit", ("20#########", "27#########")),
    "cl_rut": (national_world.cl_rut, "cl.rut", ("########?",)),
    "ru_inn": (national_world.ru_inn, "ru.inn", ("############",)),
    "il_idnr": (national_extra.il_id, "il.idnr", ("#########",)),
    "ua_rntrc": (national_extra.ua_rntrc, "ua.rntrc", ("##########",)),
    "do_cedula": (national_extra.do_cedula, "do.cedula", ("###########",)),
    "ec_ci": (national_extra.ec_ci, "ec.ci", ("17########", "09########")),
    "id_nik": (national_extra.id_nik, "id.nik", ("317101D####", "327305D####")),
    "my_nric": (national_extra.my_nric, "my.nric", ("Y14####", "Y08####")),
    "pk_cnic": (national_extra.pk_cnic, "pk.cnic", ("3420112345671", "#####-#######-#")),
    "nz_ird": (national_extra.nz_ird, "nz.ird", ("#########", "########")),
    "cu_ni": (national_extra.cu_ni, "cu.ni", ("Y0####",)),
    "co_nit": (national_extra.co_nit, "co.nit", ("##########",)),
    "ve_rif": (national_extra.ve_rif, "ve.rif", ("V#########", "J#########")),
    "mu_nid": (national_extra.mu_nid, "mu.nid", ("AD######?",)),
    "th_pin": (national_world.th_id, "th.pin", ("1############",)),
}
WANTED = 25
TRIES = 40_000


def filled(shape: str, rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(0, 99)
    out = []
    for char in shape:
        match char:
            case "#":
                out.append(str(rng.randint(0, 9)))
            case "A":
                out.append(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            case "?":
                out.append(rng.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            case "D":
                out.append(f"{day:02}{month:02}{year:02}")
            case "Y":
                out.append(f"{year:02}{month:02}{day:02}")
            case _:
                out.append(char)
    return "".join(out)


@pytest.mark.parametrize("name", CASES)
def test_valid_there_is_found_here(name):
    check, module, shapes = CASES[name]
    oracle = import_module(f"stdnum.{module}")
    rng = random.Random(name)
    valid: list[str] = []
    for _ in range(TRIES):
        number = filled(rng.choice(shapes), rng)
        if oracle.is_valid(number):
            valid.append(number)
            if len(valid) == WANTED:
                break
    assert valid, "no shape of this row makes a valid number"
    assert [number for number in valid if not check(number)] == []
