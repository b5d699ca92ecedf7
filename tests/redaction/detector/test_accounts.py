"""Names of accounts: somebody's are masked wherever a label, a log line or a profile says so; machines' and words stay."""

from __future__ import annotations

import functools

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from redaction.detector.tagger.network import Tagger

POLICY = compile_policy(Policy())

MASKED = [
    "username: «mwierzbicki»",
    "Benutzername: «hiroshi.matsunaga»",
    "login «mwierzbicki»",
    "my user name is «hiroshi77»",
    "user=«amelie.rocheteau» action=login",
    "the user «mwierzbicki4» reported it",
    'account for user "«mwierzbicki»" locked',
    "Accepted publickey for «mwierzbicki» from 10.1.2.3 port 51122 ssh2",
    "Invalid user «wqxrtz» from 10.1.2.3",
    "pam_unix(su:session): session opened for user «mwierzbicki» by (uid=0)",
    "sudo: «mwierzbicki» : TTY=pts/0 ; USER=root",
    "Access denied for user '«mwierzbicki»'@'10.1.2.3'",
    "dn: uid=«mwierzbicki»,ou=people,dc=acme,dc=net",
    r"logon as CORP\«mwierzbicki» at 9",
    "https://www.linkedin.com/in/«hiroshi-matsunaga-4711»/",
    "see https://github.com/«mwierzbicki».",
    "assigned to @«mwierzbicki», please",
    "and @«mwierzbicki» agreed",
    r"login corp\\«mwierzbicki»",
    "Profile name: «mwierzbicki4»",
    "ssh «mwierzbicki»@build01 ls",
    "psql -h db -U «mwierzbicki» shop",
    "add me on discord: «mwierzbicki#4711»",
    'please skype me at "«hiroshi.m77»"',
    "drwxr-x--- 2 «mwierzbicki» staff 4096 Nov 27 10:02 src",
    "«mwierzbicki» pts/0 2026-11-27 10:02 (10.1.2.3)",
    "uid=1001(«mwierzbicki») gid=1001(«mwierzbicki») groups=1001(«mwierzbicki»),27(sudo)",
    "«mwierzbicki»:x:1001:1001::/home/x:/bin/bash",
    "«mwierzbicki»@build01:~/src$ ls",
    "id,username,plan\n7,«mwierzbicki»,pro\n8,«hiroshi77»,free",
]
STAYS = [
    "{ci: 'install', insta: 'install'} x",
    "discord: v14",
    "username: string",
    "network_name: vpc-backend1",
    "profile name: gpt4-turbo",
    "line id: l12",
    "signal_name = 'clk100'",
    "pseudo: 'hover2'",
    "annotated with @ConfigurationProperties",
    "run it on @keydown",
    r"provided by the\nJavaScript language",
    r"login to\nserverx",
    "username = request.user",
    "user: postgres",
    "user=svc_backup",
    "login: required",
    "username is alphanumeric",
    "the user guide is long",
    "login middleware",
    "user = getUser()",
    "author: autocompletion",
    "session opened for user root by (uid=0)",
    "Accepted publickey for deploy from 10.1.2.3 port 51122 ssh2",
    "ssh ubuntu@build01",
    'import x from "@types/node"; by @angular/core',
    "see https://github.com/kubernetes/kubernetes",
    "psql -U postgres shop",
    "sudo apt-get install gcc python3-devel",
    r'print("ERROR\nfailed")',
    "drwxr-xr-x 2 root root 4096 Nov 27 10:02 src",
    "uid=0(root) gid=0(root) groups=0(root),27(sudo),999(docker)",
    "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
    "root@build01:/srv# ls",
    "chown -R www-data:www-data .",
]


@functools.cache
def detector() -> Detector:
    return Detector(Tagger())


def masked(text: str) -> list[str]:
    return [text[s.start : s.end] for s in detector().find(text, POLICY) if s.type in ("USERNAME", "NAME")]


@pytest.mark.parametrize("row", MASKED)
def test_somebodys_account_is_masked(row):
    text = row.replace("«", "").replace("»", "")
    wanted = [part.partition("»")[0] for part in row.split("«")[1:]]
    assert masked(text) == wanted


@pytest.mark.parametrize("text", STAYS)
def test_words_and_accounts_of_machines_stay(text):
    assert masked(text) == []


def test_without_a_gazetteer_only_what_is_sure_is_masked():
    text = "username: hiroshi77, login rachterberg"
    assert [text[s.start : s.end] for s in Detector().find(text, POLICY)] == ["hiroshi77"]
