"""JSON Web Tokens, URL credentials, connection strings: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            [("JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")],
        ),
        ("postgres://admin:s3cr3t@db.corp.com:5432/prod", [("PASSWORD", "admin:s3cr3t")]),
        ("https://u:p4ss@h.corp.com/x", [("PASSWORD", "u:p4ss")]),
        ("redis://:hunter22@cache", [("PASSWORD", "hunter22")]),
        ("Server=db;Database=x;User Id=sa;Password=P@ssw0rd1;", [("PASSWORD", "P@ssw0rd1")]),
        ("postgres://${USER}:${PASS}@db/prod", []),
        ("https://user:<password>@h.corp.com", []),
        ("https://host.corp.com:8080/a@b", []),
        ('new NetworkCredential("bo", "Quay!41moss")', [("PASSWORD", "Quay!41moss")]),
        ("auth=HTTPBasicAuth('bo', 'Quay41')", [("PASSWORD", "Quay41")]),
        ('smtp.login("bo", "Quay41moss")', [("PASSWORD", "Quay41moss")]),
        ('client.login("user", "password")', []),
        ('client.login("bo", secret)', []),
        ('new BasicAuth("bo", "${PW}")', []),
        ("eyJub3Q", []),
    ],
)
def test_secrets_keys(text, spans):
    assert found(text) == spans
