"""Keys and passwords that code hands over as literals, and codes of sign-ins in addresses."""

from __future__ import annotations

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy

POLICY = compile_policy(Policy())
DETECTOR = Detector()

MASKED = [
    'crypto.createHmac("sha256", "«Bracken71fenMoss»")',
    "hash_hmac('sha256', $data, '«Bracken71fenMoss»')",
    "hmac.new(b'«Bracken71fenMoss»', body, sha256)",
    'jwt.sign(payload, "«bracken-fen-71-moss»", { algorithm: "HS256" })',
    "jwt.encode(claims, '«bracken-fen-71-moss»', algorithm='HS256')",
    'new SecretKeySpec("«Bracken71fenMoss»".getBytes(), "AES")',
    'expect "Password:" { send "«Bracken71fen»\\r" }',
    'child.expect("password: ")\nchild.sendline("«Bracken71fen»")',
    "my gmail app password: «qwrt yplk mnbv zxcd»",
    "https://x.acme.net/oauth/callback?code=«VkvT49GHLU6dsdfTTDpL4IAE»&state=a",
    '"confirmPassword": "«Bracken!71fen»"',
    "2FA backup codes: «4829-1037», «5518-2093»",
    "SET PASSWORD FOR 'bo'@'h' = PASSWORD('«Bracken71fen»')",
    "crypt('«Bracken71fen»', gen_salt('bf'))",
    'variable "db_password" {\n  default = "«Bracken71fen»"\n}',
    'password <- "«Bracken71fen»"',
    '{password, "«Bracken71fen»"}',
    "curl -x http://«bo:Bracken#71fen»@proxy:3128 x.test",
    'client.username_pw_set("bo", "«Bracken71fen»")',
    'Credentials("Realm", "host", "bo", "«Bracken71fen»")',
    'DriverManager.getConnection(url, "bo", "«Bracken71fen»")',
    "new PDO($dsn, 'bo', '«Bracken!71fen»')",
    "mysqli_connect('db', 'bo', '«Bracken71fen»', 'shop')",
    'WiFi.begin("attic", "«Bracken71fen»")',
    'ds.setPassword("«Bracken71fen»");',
    'user.setHash(passwordEncoder.encode("«Bracken71fen»"));',
    'client.set_api_key("«Bracken71fenMoss»")',
    '.password("«Bracken71fen»").roles("USER")',
    'if (strcmp(password, "«Bracken71fen»") == 0)',
    'password.equals("«Bracken71fen»")',
    'expect(token).toBe("«Bracken71fenMoss»")',
    'cy.get("#password").type("«Bracken71fen»")',
    'page.fill("#password", "«Bracken71fen»")',
    'find_element(By.ID, "password").send_keys("«Bracken71fen»")',
    "const apiKey = process.env.KEY || '«Bracken71fenMoss»';",
    'password = a if b else "«Bracken71fen»"',
    '@Value("${db.password:«Bracken71fen»}")',
    'PASSWORD="${PASSWORD:-«Bracken71fen»}"',
    'Dim password As String = "«Bracken71fen»"',
    "ALTER LOGIN sa WITH PASSWORD = N'«Bracken71fen»';",
    "password = \\\n    '«Bracken71fen»'",
    'os.getenv("API_KEY", "«Bracken7fenMoss»")',
    "PIN «4829», PUK «48291037»",
    "Wi-Fi: CafeNet / «bracken71fen»",
]
STAYS = [
    'crypto.createHmac("sha256", process.env.SECRET)',
    "jwt.sign(payload, secret, { expiresIn: '1h' })",
    'createHmac("sha256", key)',
    'expect "done" { send "exit\\r" }',
    "the app password is four words long",
    "https://x.acme.net/search?code=48291037&page=2",
    "confirm_password: boolean",
    'ds.setPassword(config.password); setPassword("password")',
    "$form->password('current_password')",
    'verify(password, "Password must match"); assertEquals(password, "wrong")',
    'cy.get("#password").type("hunter"); page.fill("#password", user.password)',
    'password = args.password or "Enter a password"',
    '@Value("${db.password:}") @Value("${db.password:${other}}")',
    'getpass("password for %s on %s: " % (user, host or "localhost"))',
    "const bytes = encoder.encode('hello world from consumers!')",
    'the key:value pair that defines a tag. You can use a tag value to describe it, such as "companyA" or "companyB."',
    "nox -s ${NOX_SESSION:-test-$PYTHON_VERSION}",
    "new PDO($dsn, $user, $password)",
    "password_hash($password, PASSWORD_DEFAULT), hashpw(b'password')",
    'variable "db_password" { default = "" }',
    "token <- ch; password <- readline()",
    "https://x.test/a#b:c@d",
    "password as before; Dim password As String",
    "password: changed, token: rotated",
    "backup code path 3; the pin 4821 of the chip",
]


def masked(text: str) -> list[str]:
    return [text[s.start : s.end] for s in DETECTOR.find(text, POLICY)]


@pytest.mark.parametrize("row", MASKED)
def test_what_is_handed_over_is_masked(row):
    wanted = [part.partition("»")[0] for part in row.split("«")[1:]]
    assert masked(row.replace("«", "").replace("»", "")) == wanted


@pytest.mark.parametrize("text", STAYS)
def test_variables_and_other_words_stay(text):
    assert masked(text) == []
