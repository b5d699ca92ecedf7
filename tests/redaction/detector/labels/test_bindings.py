"""The notations that bind a value to its label, for secrets and for numbers: text -> values, near misses included."""

from __future__ import annotations

import pytest

from redaction.detector.labels.label_engine import labelled_values

V = "Bramble77!fox"


def values(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sorted(labelled_values(text, 0, len(text)), key=lambda s: s.start)]


BOUND = {
    "colon": f"password: {V}",
    "equals": f"password={V}",
    "spaced equals": f"password = {V}",
    "aligned": f"password          = {V}",
    "arrow": f":password => '{V}'",
    "thin arrow": f"new password -> {V}",
    "walrus": f"password := `{V}`",
    "full-width colon": f"password：{V}",
    "is": f"the password is {V}",
    "is with a complement": f"the password for the guest network is {V}",
    "single quotes": f"password: '{V}'",
    "typographic quotes": f"password: „{V}“",
    "guillemets": f"password : «{V}»",
    "backticks": f"password: `{V}`",
    "json": f'{{"user": "bo", "password": "{V}"}}',
    "escaped json": f'"{{\\"password\\": \\"{V}\\"}}"',
    "yaml block": f"password: |\n  {V}\n",
    "yaml folded": f"password: >-\n  {V}\nuser: bo",
    "yaml name and value": f"- name: DB_PASSWORD\n  value: {V}",
    "json name and value": f'{{"name": "DB_PASSWORD", "value": "{V}"}}',
    "toml": f'[db]\npassword = "{V}"',
    "ini": f"[db]\npassword = {V}\nhost = x",
    "dotted key": f"spring.datasource.password={V}",
    "camel case": f'dbPassword = "{V}"',
    "glued": f"dbpassword={V}",
    "suffix": f"PASSWORD_PROD={V}",
    "element": f"<password>{V}</password>",
    "element with namespace": f'<ns:Password Type="text">{V}</ns:Password>',
    "element with dots": f"<db.password>{V}</db.password>",
    "cdata": f"<password><![CDATA[{V}]]></password>",
    "attribute": f'<user name="bo" password="{V}"/>',
    "key and value attributes": f'<add key="password" value="{V}" />',
    "entry": f'<entry key="password">{V}</entry>',
    "plist": f"<key>password</key>\n<string>{V}</string>",
    "table cells": f"<tr><th>Password</th><td>{V}</td></tr>",
    "markdown bold": f"**Password:** {V}",
    "record of two cells": f"id       | 7\npassword | {V}",
    "row of two cells": f"| **Password** | {V} |",
    "markdown table": f"| User | Password |\n|---|---|\n| bo | {V} |",
    "csv": f"user,password,role\nbo,{V},admin\n",
    "tsv": f"user\tpassword\nbo\t{V}\n",
    "sql insert": f"INSERT INTO users (name, password) VALUES ('bo', '{V}');",
    "sql identified": f"CREATE USER bo IDENTIFIED BY '{V}';",
    "sql update": f"UPDATE users SET password = '{V}' WHERE id = 4;",
    "flag": f"app --password {V} run",
    "flag with equals": f"app --password={V} run",
    "single dash": f"app -password {V}",
    "windows flag": f"app /password:{V} /quiet",
    "glued flag": f"mysql -ubo -p{V} shop",
    "user and -p": f"tool -u bo -p {V} --tls",
    "argument list": f'["app", "--password", "{V}"]',
    "export": f"export DB_PASSWORD={V}",
    "setx": f"setx DB_PASSWORD {V}",
    "dockerfile": f"ENV DB_PASSWORD {V}",
    "powershell environment": f'$env:DB_PASSWORD = "{V}"',
    "call": f'os.Setenv("DB_PASSWORD", "{V}")',
    "define": f"define('DB_PASSWORD', '{V}');",
    "secure string": f"ConvertTo-SecureString '{V}' -AsPlainText -Force",
    "wrapped": f'password = SecretStr("{V}")',
    "python": f'password = "{V}"',
    "python typed": f'password: str = "{V}"',
    "typescript": f"const password: string = '{V}';",
    "java": f'String password = "{V}";',
    "go": f'password := "{V}"',
    "rust": f'let password: &str = "{V}";',
    "kotlin": f'val password: String = "{V}"',
    "php": f"$password = '{V}';",
    "ruby": f'password = "{V}"',
    "perl": f"my $password = '{V}';",
    "c": f'#define DB_PASSWORD "{V}"',
    "swift": f'let password = "{V}"',
    "comparison": f"if (password == '{V}') {{",
    "parenthesised": f'password = (\n    "{V}"\n)',
    "next line": f"Password:\n{V}\n",
    "brackets": f"the root password ({V}) works",
    "backwards": f"use {V} as the password",
    "netrc": f"machine x login bo password {V}",
    "heredoc": f"chpasswd <<EOF\nbo:{V}\nEOF\n",
    "query string": f"/login?user=bo&password={V}&next=1",
    "connection string": f"Server=db;User Id=bo;Password={V};Timeout=5",
}


@pytest.mark.parametrize("text", BOUND.values(), ids=BOUND)
def test_a_password_is_found_in_every_notation(text):
    assert values(text) == [V]


NUMBERS = {
    "colon": "Passport No: KX4471983",
    "beside": "passport KX4471983 was issued",
    "sign": "Passport # KX4471983",
    "json": '{"passport_number": "KX4471983"}',
    "element": "<PassportNumber>KX4471983</PassportNumber>",
    "csv": "name,passport number\nBo,KX4471983\n",
    "camel case": 'passportNumber: "KX4471983"',
    "brackets": "her passport (KX4471983)",
    "sentence": "My passport number is KX4471983.",
    "below": "Passport number\nKX4471983\n",
}


@pytest.mark.parametrize("text", NUMBERS.values(), ids=NUMBERS)
def test_a_number_is_found_in_every_notation(text):
    assert values(text) == ["KX4471983"]


LEFT = {
    "variable": "password=$DB_PASSWORD",
    "braces": "password: ${DB_PASSWORD}",
    "template": "password: {{ vault.password }}",
    "call": "password = get_password(user)",
    "attribute": "token = request.headers.token",
    "environment": 'password = os.environ["DB_PASSWORD"]',
    "type": "password: Optional[str] = None",
    "field": "password: str = Field(...)",
    "null": '{"password": null}',
    "mask": "password: ********",
    "stands for": "api_key: <your-api-key>",
    "stands for in words": "api_key = your_api_key_here",
    "hash": "PASSWORD_HASH=pbkdf2",
    "policy": "password policy: strict2024",
    "maximum": "max_tokens=4096",
    "secret santa": "secret santa: team7draws",
    "help": "app --token to authenticate",
    "standard input": "app --password-stdin < file",
    "sentence": "the password is the same as on staging",
    "passes": "tests: 12 pass, 0 fail",
    "public key": "publicKeyToken=b77a5c561934e089",
    "sort key": "sort_key = 'created_at_2024'",
    "list of names": "fields = ['password', 'username2', 'email']",
    "integer literal": "customer_id = 40213",
    "case label": "case 40213: return 5;",
    "id alone": '{"id": 4010232137}',
    "order": "order 4010232137",
    "line": "line no 40213, build number 99120",
    "package": "uno-libs-private_4:7.4.7-1+deb12u14_amd64.deb",
    "version": "license: version 2.0.14",
    "message": '"password": "Password must have 8 characters"',
    "translated": '"password": "Passwort"',
    "import": "from secrets import token_hex",
    "html input": '<input type="password" name="password" placeholder="Password">',
    "method": "password_encryption = scram-sha-256",
    "path": "token_file: /run/secrets/token2",
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_near_misses_stay(text):
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("password=$Kx7mPq2Lw9", "$Kx7mPq2Lw9"),
        ("password=@s%K3vsL$xu8", "@s%K3vsL$xu8"),
        ('api_key="k7YOUR1abc2efgh3ijkl"', "k7YOUR1abc2efgh3ijkl"),
        ("token: 4fxxxxA91c0d2e7b38", "4fxxxxA91c0d2e7b38"),
        ("Bearer Qm4xz1ai7StvmFJ7O82y.NBYPxdjDQnTaH", "Qm4xz1ai7StvmFJ7O82y.NBYPxdjDQnTaH"),
        (
            "aws_secret_access_key = /4ftTcUR5wqTKTRB4EywAsNluGS6VgDFfJIT5ikQ",
            "/4ftTcUR5wqTKTRB4EywAsNluGS6VgDFfJIT5ikQ",
        ),
        ("API_KEY=hyBkyeLmsdARqjArVbPRgXnveiLJuWYk", "hyBkyeLmsdARqjArVbPRgXnveiLJuWYk"),
    ],
    ids=["dollar", "at sign", "holds your", "holds xxxx", "holds a dot", "begins with a slash", "letters only"],
)
def test_real_values_that_look_like_references_are_found(text, value):
    assert values(text) == [value]
