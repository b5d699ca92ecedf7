"""Secrets behind a label: text -> spans, near misses included."""

from __future__ import annotations

import time

import pytest

from redaction.detector.embedded_profiler import EmbeddedProfiler
from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("password: hunter2", [("PASSWORD", "hunter2")]),
        ("password=Tr0ub4dor&3", [("PASSWORD", "Tr0ub4dor&3")]),
        ('"password": "correct-horse"', [("PASSWORD", "correct-horse")]),
        ("my password is Sunny2Day!", [("PASSWORD", "Sunny2Day!")]),
        ("Passwort: Geheim99", [("PASSWORD", "Geheim99")]),
        ("api_key=9f8e7d6c5b4a39281706f5e4d3c2b1a0", [("API_KEY", "9f8e7d6c5b4a39281706f5e4d3c2b1a0")]),
        ('client_secret: "Zx81-QwErTy-9911-AbCd"', [("API_KEY", "Zx81-QwErTy-9911-AbCd")]),
        ("Authorization: Bearer abcDEF123456ghiJKL789", [("API_KEY", "abcDEF123456ghiJKL789")]),
        ("acme SECRET 0f9e8d7c6b5a49382716", [("API_KEY", "0f9e8d7c6b5a49382716")]),
        ("curl -u jane:Secr3tPw https://x.corp.com", [("PASSWORD", "Secr3tPw")]),
        ("password=[[garden41Hose]]", [("PASSWORD", "garden41Hose")]),
        ("token: [[q8Vd1kZp0LmXrT4wYb]]", [("API_KEY", "q8Vd1kZp0LmXrT4wYb")]),
        ("password=[[PASSWORD]]", []),
        ("password=[[PASSWORD_k3f9w2c]]", []),
        ("password=[[Customer]]", []),
        ("password: [[ admin password ]]", []),
        ("my API key is wbq_4Xr9Tz7LmKp and it works", [("API_KEY", "wbq_4Xr9Tz7LmKp")]),
        ("api_key = conf2_key3_x or None", []),
        ("SIGNING_SECRET=/4kd0qz7xw2mb91tvr8ehc3ylf6n", [("API_KEY", "/4kd0qz7xw2mb91tvr8ehc3ylf6n")]),
        ("SIGNING_SECRET=/etc/app/signing", []),
        ("SIGNING_SECRET=/signingkeyofthedeployment", []),
        ("password: 'seven grey badger41'", [("PASSWORD", "seven grey badger41")]),
        ("password: 'must be 12 characters'", []),
        ('"password": "use oauth2 instead"', []),
        ("+OUR_RELAY_SECRET=quay4Lantern_moss", [("API_KEY", "quay4Lantern_moss")]),
        ("OUR_RELAY_SECRET = quay4Lantern_moss", []),
        ("our_relay_secret=quay4Lantern_moss", []),
        ("OUR_RELAY_SECRET=relay_settings", []),
        ("password='seven grey 41 badger'", [("PASSWORD", "seven grey 41 badger")]),
        ('password="badger 7 with moss"', [("PASSWORD", "badger 7 with moss")]),
        ('"password": "seven grey badger moss"', [("PASSWORD", "seven grey badger moss")]),
        ('password = "seven badger moss"', [("PASSWORD", "seven badger moss")]),
        ('the password is "seven badger moss"', [("PASSWORD", "seven badger moss")]),
        ("IDENTIFIED BY 'seven badger moss lantern'", [("PASSWORD", "seven badger moss lantern")]),
        ("SECRET='seven badger moss lantern'", [("API_KEY", "seven badger moss lantern")]),
        ("password: seven badger moss lantern", [("PASSWORD", "seven badger moss lantern")]),
        ("password: please change it at once", []),
        ('"password": "stored with bcrypt"', []),
        ("password = 'name of dog'", []),
        ("password = 'geben passwort erneut'", []),
        ('secret = "name of the secret"', []),
        ("password = 'expires in 90 days'", []),
        ('"password": "known to the owner"', []),
        ("password: 'it''s quay4Lantern'", [("PASSWORD", "it''s quay4Lantern")]),
        ("password = '' user = 'x'", []),
        ("userPassword:: UXVheTRMYW50ZXJuIQ==", [("PASSWORD", "UXVheTRMYW50ZXJuIQ==")]),
        ("password :: Maybe Text", []),
        ('let api_key = String::from("quay4Lantern!moss");', [("API_KEY", "quay4Lantern!moss")]),
        ("api_key={{Quay4Lantern27mossX}}", [("API_KEY", "Quay4Lantern27mossX")]),
        ("secret=<<Quay4Lantern27mossX>>", [("API_KEY", "Quay4Lantern27mossX")]),
        ("password={user2Password}", []),
        ("password={{ vault_pass }}", []),
        ("apikey=-Qu29LmT4wXz81p0", [("API_KEY", "-Qu29LmT4wXz81p0")]),
        ("password=--no-color", []),
        ('password="example-Quay41mossX"', [("PASSWORD", "example-Quay41mossX")]),
        ("password=example-password-2", []),
        ("access_token=tksxxwkjbkrvntuirnltvjloytbk", [("API_KEY", "tksxxwkjbkrvntuirnltvjloytbk")]),
        ("access_token=getcurrentuserfromsession", []),
        ("RELAY_TOKEN=QuayLanternMossBadger", [("API_KEY", "QuayLanternMossBadger")]),
        ("relay_token = QuayLanternMossBadger", []),
        ("<b>password</b>: <code>Quay41moss</code>", [("PASSWORD", "Quay41moss")]),
        ("<AdminPassword><Value>Quay41moss</Value></AdminPassword>", [("PASSWORD", "Quay41moss")]),
        ("the admin password? Quay41moss.", [("PASSWORD", "Quay41moss")]),
        ("forgot your password? Click2reset", []),
        ("proxy bo:Quay41moss@10.0.0.5 is up", [("PASSWORD", "Quay41moss")]),
        ("image app:v1.25x@registry", []),
        ("credentials bo:Quay41moss", [("PASSWORD", "Quay41moss")]),
        ("credentials are kept at vault:prod2", []),
        ('password: ro"om7Kiln!', [("PASSWORD", 'ro"om7Kiln!')]),
        ("token: don't", []),
        ("password: *****", []),
        ("password=${DB_PASSWORD}", []),
        ('password = os.environ["DB_PASSWORD"]', []),
        ("password: <password>", []),
        ("password is required", []),
        ("password: str = None", []),
        ("password = get_password(user)", []),
        ("password: Optional[str]", []),
        ("token = request.token", []),
        ("api_key: your-api-key-here", []),
        ("report_access_id: e8e4df51-2054-49b0-ab1c-516ac95c691d", []),
        ("PublicKeyToken=b77a5c561934e089", []),
        ("sort_key = 'created_at_timestamp'", []),
        ("password_encryption = scram-sha-256", []),
    ],
)
def test_secrets_labelled(text, spans):
    assert found(text) == spans


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('"chat_session_id": "01930f6e-7c1b-7d2a-9e55-2f1be60c9d11"', False),
        ("session_id=01930f6e-7c1b-7d2a-9e55-2f1be60c9d11", False),
        ("secret_id: 01930f6e-7c1b-7d2a-9e55-2f1be60c9d11", True),
        ("Cookie: sessionid=k2v81hzq0wm4tt7r3bd9", True),
    ],
)
def test_a_uuid_behind_an_id_names_a_thing(text: str, masked: bool) -> None:
    found = EmbeddedProfiler({}).mask_text(text, "default").replacement
    assert ("[[API_KEY]]" in found) is masked


@pytest.mark.parametrize("again", ["x", "123", "12", "abcx", "foo", "xyz", "pass", "a"])
@pytest.mark.parametrize("begins", ["your", "", "my-"])
def test_what_nearly_stands_for_a_value_takes_no_time(begins: str, again: str) -> None:
    """Each repetition was once tried in every way that it can be cut: such a line stopped the proxy."""
    start = time.process_time()
    found(f'password = "{begins}{again * (66 // len(again))}é9Q"')
    assert time.process_time() - start < 1


def test_open_brackets_are_not_looked_behind_again_and_again() -> None:
    def cost(unit: str) -> float:
        start = time.process_time()
        found(unit * (2_000 // len(unit)))
        return time.process_time() - start

    cost("auth[[")
    assert cost("auth[[") < 50 * max(cost("auth: Jane9 met\n"), 0.02)
