"""E-mail addresses and phone numbers: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("mail jane.doe@corp.com today", [("EMAIL_ADDRESS", "jane.doe@corp.com")]),
        ("jane.doe@corp.com.pdf", [("EMAIL_ADDRESS", "jane.doe@corp.com")]),
        ("mails/jane.doe@corp.co.uk.json", [("EMAIL_ADDRESS", "jane.doe@corp.co.uk")]),
        ("sprite@logo.min.js icon@2x.png pkg@1.2.tgz", []),
        ("serial-getty@ttyS0.service and user@1000.slice", []),
        ("<jane+tag@sub.corp.co.uk>", [("EMAIL_ADDRESS", "jane+tag@sub.corp.co.uk")]),
        (
            "a@corp.com,b@corp.com;c@corp.com",
            [("EMAIL_ADDRESS", "a@corp.com"), ("EMAIL_ADDRESS", "b@corp.com"), ("EMAIL_ADDRESS", "c@corp.com")],
        ),
        ("邮箱jane@corp.com。", [("EMAIL_ADDRESS", "jane@corp.com")]),
        ("jürgen@müller.de", [("EMAIL_ADDRESS", "jürgen@müller.de")]),
        ("jane at corp dot com", [("EMAIL_ADDRESS", "jane at corp dot com")]),
        ("jane dot doe at corp dot com", [("EMAIL_ADDRESS", "jane dot doe at corp dot com")]),
        ("jane.doe [at] corp [dot] com", [("EMAIL_ADDRESS", "jane.doe [at] corp [dot] com")]),
        ("jane.doe@\ncorp.com", [("EMAIL_ADDRESS", "jane.doe@\ncorp.com")]),
        ("user@example.com admin@mail.example.org x@a.test", []),
        ("noreply@corp.com no-reply@corp.com 1+jd@users.noreply.github.com", []),
        ("git@github.com:org/repo.git", []),
        ("ssh://git@gitlab.com/a/b", []),
        ("jane@bitbucket.org:team/repo.git", []),
        ("logo@2x.png react@18.2.0 @babel/core", []),
        ("look at this.com please", []),
        ("+14155552671", [("PHONE_NUMBER", "+14155552671")]),
        ("call +49 (0)30 1234567 now", [("PHONE_NUMBER", "+49 (0)30 1234567")]),
        ("+44 20 7946 0958", [("PHONE_NUMBER", "+44 20 7946 0958")]),
        ("(555) 123-4567", [("PHONE_NUMBER", "(555) 123-4567")]),
        ("555-123-4567 x12", [("PHONE_NUMBER", "555-123-4567 x12")]),
        ("555.123.4567", [("PHONE_NUMBER", "555.123.4567")]),
        ("06 12 34 56 78", [("PHONE_NUMBER", "06 12 34 56 78")]),
        ("07700 900123", [("PHONE_NUMBER", "07700 900123")]),
        ("phone: 451 5986", [("PHONE_NUMBER", "451 5986")]),
        ("call me on 4155552671", [("PHONE_NUMBER", "4155552671")]),
        ("电话13800138000", [("PHONE_NUMBER", "13800138000")]),
        ("tel:+1-555-123-4567", [("PHONE_NUMBER", "+1-555-123-4567")]),
        ("4155552671", []),
        ("x +1234 y", []),
        ("1700000000", []),
        ("phone since 2006-2022", []),
        ("672 784 1224 816", []),
        ("call on 2024-05-12", []),
    ],
)
def test_contact(text, spans):
    assert found(text) == spans
