"""Connection strings: «...» marks what goes; scheme, host and settings stay."""

from __future__ import annotations

import pytest

from redaction.detector.rules.recognizers.connection_strings import ROWS, in_userinfo, is_password
from redaction.detector.rules.recognizers.contact import ROWS as CONTACT
from redaction.detector.rules.rule_matcher import RuleMatcher

RULES = RuleMatcher((ROWS,))


def marked(text: str, rules: RuleMatcher = RULES) -> str:
    spans = sorted({(span.start, span.end) for span in rules.find(text)}, reverse=True)
    for start, end in spans:
        text = f"{text[:start]}«{text[start:end]}»{text[end:]}"
    return text


@pytest.mark.parametrize(
    "expected",
    [
        "postgres://«admin:s3cr3t»@db.corp.example:5432/prod",
        "postgresql+psycopg2://«app:Zw%21x9Q»@10.0.0.5/db",
        "mysql+pymysql://«root:hunter22»@localhost:3306/x",
        "mongodb+srv://«svc:Tr0ub4dor»@cluster0.ab1cd.mongodb.net/test?retryWrites=true",
        "redis://:«hunter22»@cache:6379/0",
        "amqps://«app:gu3st77»@mq.corp.example/vhost",
        "mssql+pyodbc://«sa:Zx81qq»@sql/x?driver=ODBC",
        "snowflake://«u:Pw9z»@acc-x1/db",
        "ldaps://«cn:Pw9z»@ldap.corp.example",
        "sftp://«bob:Pw9z»@files.corp.example/x",
        "neo4j+s://«neo4j:Pw9z»@abc.databases.neo4j.io",
        "clickhouse://«default:Pw9z»@ch:9000",
        "smtp://«mailer:p@ss:w0rd»@mail.corp.example:587",
        "nats://«svc:Pw9z»@nats:4222",
        "cassandra://«c:Pw9z»@n1.corp.example/ks",
        "https://«Zq8wLmTr2xVb9KcYd4Mn»@git.corp.example/x.git",
        "jdbc:oracle:thin:«scott/tiger7»@db.corp.example:1521:ORCL",
        "jdbc:oracle:thin:«scott/tiger7»@//db.corp.example:1521/ORCL",
        "sqlplus «scott/tiger7»@orcl",
        "«root:hunter22»@tcp(127.0.0.1:3306)/db?parseTime=true",
        "Server=db;Database=x;User Id=sa;Password=«P@ssw0rd1»;",
        "Driver={ODBC Driver 18 for SQL Server};Server=db;UID=sa;PWD=«{p;w d9}»;Encrypt=yes",
        "Data Source=MyOracleDB;User Id=u;Password=«Pw9z9»;Integrated Security=no;",
        '<add name="x" connectionString="Server=db;Database=x;Uid=root;Pwd=«Pw9z9»" />',
        "jdbc:sqlserver://db:1433;databaseName=x;user=sa;password=«Zx81»;encrypt=true",
        "jdbc:postgresql://db.corp.example/x?user=app&password=«Zx81qq»&ssl=true",
        "host=db.corp.example port=5432 user=app password=«Zx81qq» dbname=x",
        "host=db user=app password='«Zx 81»' dbname=x",
        "cache.corp.example:6380,password=«abcDEF123=»,ssl=True,abortConnect=False",
        "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=«abCDefgh1234=»",
        "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=«abCDefgh1234==»;EndpointSuffix=core.windows.net",
    ],
    ids=lambda text: text[:32],
)
def test_only_the_credentials_go(expected: str) -> None:
    assert marked(expected.replace("«", "").replace("»", "")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "postgres://${USER}:${PASS}@db/prod",
        "https://user:<password>@h.corp.example",
        "socks5://user:pass@host",
        "https://host.corp.example:8080/a@b",
        "connect(host=host, user=user, password=db_password, port=1)",
        'connect(host="h", password=os.environ["PW"])',
        "Server=db;User Id=sa;Password=${PW};",
        "Server=db;User Id=sa;Password={password};",
        "password = secret word in prose",
        "git@github.com:org/repo.git",
        "a:b@c",
    ],
    ids=lambda text: text[:32],
)
def test_near_misses(text: str) -> None:
    assert marked(text) == text


def test_the_host_behind_a_password_is_no_mail_address() -> None:
    rules = RuleMatcher((CONTACT,))
    assert marked("amqps://app:gu3st77@mq.corp-name.com/vhost", rules) == "amqps://app:gu3st77@mq.corp-name.com/vhost"
    assert marked("jdbc:oracle:thin:scott/tiger7@db.corp-name.com:1521:X", rules).count("«") == 0
    assert marked("write to gu3st77@mq.corp-name.com", rules) == "write to «gu3st77@mq.corp-name.com»"
    assert marked("https://h:80/gu3st77@mq.corp-name.com", rules).count("«") == 1


def test_in_userinfo() -> None:
    assert in_userinfo("redis://u:pw@h", 10)
    assert not in_userinfo("redis://h/pw@h", 10)
    assert not in_userinfo("mail: pw@h", 6)


@pytest.mark.parametrize(("value", "expected"), [("x", False), ("Zx81", True), ("password", False), ("{p w1}", True)])
def test_is_password(value: str, expected: bool) -> None:
    assert is_password(value) is expected
