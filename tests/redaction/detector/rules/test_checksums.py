"""Checksums against published samples, and against each sample with one character changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.rules import checksums, national, national_world

SAMPLES = [
    (checksums.luhn, "4111111111111111"),
    (checksums.luhn, "378282246310005"),
    (checksums.mod97_10, "GB82 WEST 1234 5698 7654 32"),
    (checksums.mod11_10, "86095742719"),
    (checksums.verhoeff, "2363"),
    (checksums.base58check, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    (checksums.bech32, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
    (national.us_npi, "1234567893"),
    (national.us_dea, "AB1234563"),
    (national.uk_nhs, "943 476 5919"),
    (national.au_tfn, "123 456 782"),
    (national.au_abn, "51 824 753 556"),
    (national.fr_nir, "2 55 08 14 168 025 38"),
    (national.es_dni, "12345678Z"),
    (national.es_dni, "X1234567L"),
    (national.it_codice_fiscale, "RSSMRA85T10A562S"),
    (national.br_cpf, "111.444.777-35"),
    (national.br_cnpj, "11.222.333/0001-81"),
    (national.ca_sin, "046 454 286"),
    (national.nl_bsn, "111222333"),
    (national.pl_pesel, "44051401359"),
    (national.pl_nip, "123-456-32-18"),
    (national.be_national, "85.07.30-033.28"),
    (national.pt_nif, "123456789"),
    (national.se_personnummer, "811228-9874"),
    (national.no_fodselsnummer, "01010750160"),
    (national.fi_hetu, "131052-308T"),
    (national.ie_pps, "1234567T"),
    (national.ch_ahv, "756.9217.0769.85"),
    (national.at_svnr, "1237 010180"),
    (national.cz_rc, "736028/5163"),
    (national.ro_cnp, "1800101221144"),
    (national.bg_egn, "7523169263"),
    (national.baltic, "37605030299"),
    (national_world.tr_kimlik, "10000000146"),
    (national_world.za_id, "8001015009087"),
    (national_world.cn_id, "11010519491231002X"),
    (national_world.jp_my_number, "123456789018"),
    (national_world.sg_nric, "S1234567D"),
    (national_world.hk_id, "A123456(3)"),
    (national_world.tw_id, "A123456789"),
    (national_world.th_id, "1101700230708"),
    (national_world.mx_curp, "HEGG560427MVZRRL04"),
    (national_world.ar_cuit, "20-12345678-6"),
    (national_world.cl_rut, "12.345.678-5"),
    (national_world.ru_snils, "112-233-445 95"),
    (national_world.ru_inn, "500100732259"),
    (national.gr_afm, "094259216"),
    (national.vin, "1M8GDM9AXKP042788"),
]


@pytest.mark.parametrize(("check", "value"), SAMPLES)
def test_published_samples_pass(check, value):
    assert check(value)


@pytest.mark.parametrize(("check", "value"), SAMPLES)
def test_one_changed_digit_fails(check, value):
    """Every scheme here finds a change of the last digit but one (IBAN-like ones: of any)."""
    place = [i for i, c in enumerate(value) if c.isdigit()][-1]
    changed = value[:place] + str((int(value[place]) + 1) % 10) + value[place + 1 :]
    assert not check(changed)


@pytest.mark.parametrize(
    ("year", "month", "day", "real"),
    [
        (2024, 2, 29, True),
        (2023, 2, 29, False),
        (0, 2, 29, True),
        (1900, 2, 29, False),
        (2000, 13, 1, False),
        (2000, 4, 31, False),
        (2000, 1, 0, False),
    ],
)
def test_real_date(year, month, day, real):
    assert checksums.real_date(year, month, day) is real


@given(st.text("0123456789 -./", min_size=0, max_size=24))
def test_digit_checks_never_raise(text):
    for check in (
        national.us_ssn,
        national.uk_nhs,
        national.br_cpf,
        national.br_cnpj,
        national.pl_pesel,
        national_world.za_id,
        checksums.luhn,
        checksums.mod97_10,
        checksums.verhoeff,
    ):
        assert check(text) in (True, False)
