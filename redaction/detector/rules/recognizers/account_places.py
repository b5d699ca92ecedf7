"""Names of accounts by where they stand: log lines of logins, directory entries, profile addresses, mentions, commands.

A row whose name ends as `redaction.detector.accounts` has it asks the gazetteer for a name in the value.
"""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

from redaction.detector.accounts import PERSON, UNKNOWN
from redaction.detector.rules.recognizer import Recognizer, any_edges

# Accounts that every system has, and pages of a site that are nobody's.
_NOBODY = frozenset(
    "root admin administrator user username guest nobody daemon ubuntu ec2-user debian centos postgres mysql www-data git deploy jenkins runner vagrant "  # noqa: SIM905
    "docker node redis me you name your-name yourname your-username yourusername username-here example share intent home explore search settings login signup about help".split()
)
_NAME = r"[A-Za-z][A-Za-z0-9._-]{1,30}[A-Za-z0-9_-]"


def account(value: str) -> bool:
    """No account of everybody's machine, no placeholder."""
    return value.lower().strip("._-") not in _NOBODY


def _row(name: str, pattern: str, reference: str, asked: str = "", score: float = 0.6, trigger: str = "") -> Recognizer:
    return Recognizer(f"account_{name}{asked}", "USERNAME", pattern, check=account, guard=any_edges, score=score, trigger=trigger, reference=reference)  # fmt: skip


ROWS = (
    _row("sshd", rf"\b(?:Accepted|Failed|Postponed) [a-z/-]{{4,24}} for (?:invalid user |illegal user )?({_NAME}) from\b", "sshd(8)", UNKNOWN),
    _row("sshd_user", rf"\b(?:[Ii]nvalid user|[Ii]llegal user|authenticating user|Disconnected from user|Connection (?:closed|reset) by (?:invalid|authenticating) user) ({_NAME})[ :]", "sshd(8)", UNKNOWN),
    _row("session", rf"\b[Ss]ession (?:\S{{1,12}} )?(?:opened |closed )?(?:for|of) user ({_NAME})\b", "pam_unix(8)", UNKNOWN),
    _row("sudo", rf"\bsudo(?:\[\d{{1,8}}\])?:[ ]{{1,20}}({_NAME}) : (?:TTY|PWD|\d|user NOT|a password)", "sudoers(5)", UNKNOWN),
    _row("pam", rf"\b(?:ruser|logname|user|acct|auid|suser|duser)=\"?({_NAME})(?:[\" ;,]|$)", "pam_unix(8), audit.rules(7), ArcSight Common Event Format", PERSON),
    _row("listing", rf"(?:^|\n)[bcdlps-](?:[r-][w-][xsStT-]){{3}}[.+@]?[ ]{{1,4}}\d{{1,6}}[ ]({_NAME})[ ]", "ls(1)", PERSON),
    _row("listed_group", rf"(?:^|\n)[bcdlps-](?:[r-][w-][xsStT-]){{3}}[.+@]?[ ]{{1,4}}\d{{1,6}}[ ]\S{{1,32}}[ ]{{1,20}}({_NAME})[ ]", "ls(1)", PERSON),
    _row("who", rf"(?:^|[\n ])({_NAME})[ ]{{1,20}}(?:pts/\d{{1,4}}|tty\w{{1,4}})[ ]", "who(1), w(1)", UNKNOWN),
    _row("id", rf"\b(?:uid|gid|euid|egid|groups)=\d{{1,10}}\(({_NAME})\)", "id(1)", PERSON),
    _row("id_groups", rf"\),\d{{1,10}}\(({_NAME})\)", "id(1)", PERSON),
    _row("passwd", rf"(?:^|\n)({_NAME}):[^:\s]{{0,130}}:\d{{1,10}}:\d{{0,10}}:", "passwd(5), shadow(5)", PERSON),
    _row("group_file", rf"(?:^|\n)[a-z_][a-z0-9_-]{{0,30}}:[x*!]?:\d{{1,10}}:({_NAME})(?:,|\n|$)", "group(5)", PERSON),
    _row("prompt", rf"(?:^|[\n\[])({_NAME})@[A-Za-z0-9][\w.-]{{0,60}}[: ][~/][^\n]{{0,80}}[$#%]", "bash(1)", PERSON),
    _row("denied", rf"(?i)\b(?:access denied|authentication failed|login failed|permission denied|logon failure|not allowed|role|login|logon)[^\n'\"]{{0,24}} (?:for|to)(?: user| role| login| account)? ['\"]({_NAME})['\"]", "MySQL error 1045, PostgreSQL error 28P01, SQL Server error 18456", UNKNOWN),
    _row("directory", rf"(?i)\b(?:uid|samaccountname|userid)=({_NAME})(?:,[ ]?(?:ou|cn|dc|o)=|\))", "RFC 4514, RFC 4519", UNKNOWN),
    _row("windows_domain", rf"(?i)\b(?:user|account|account name|login|logon|owner|identity|principal|run ?as|by|as)[ :='\"]{{1,4}}[A-Z][A-Z0-9-]{{1,14}}\\{{1,2}}({_NAME})\b", "[MS-DTYP] section 2.4.1", UNKNOWN),
    _row("windows_domain_line", rf"(?:^|[\s\"'(])[A-Z][A-Z0-9-]{{2,14}}\\({_NAME})(?:[\s\"'),;:]|$)", "[MS-DTYP] section 2.4.1", PERSON),
    _row("profile", r"(?i)\b(?:linkedin\.com/(?:in|pub)|reddit\.com/u(?:ser)?|facebook\.com/people|instagram\.com|snapchat\.com/add|bsky\.app/profile|steamcommunity\.com/id|xing\.com/profile|about\.me|keybase\.io|keybase\.pub|orcid\.org|paypal\.me|venmo\.com(?:/u)?|cash\.app/\$|ko-fi\.com)/([A-Za-z0-9][A-Za-z0-9._-]{2,60}[A-Za-z0-9_])(?:[/?#\s\"'<>),.;\]]|$)", "the sites' own profile addresses", trigger=r"(?i)\.(?:com|app|me|io|pub|org)/"),
    _row("profile_at", r"(?i)\b(?:medium\.com|tiktok\.com|threads\.net|mastodon\.social|mastodon\.online|fosstodon\.org|t\.me|twitter\.com|x\.com|github\.com|gitlab\.com|facebook\.com|twitch\.tv|bitbucket\.org)/@?([A-Za-z0-9][A-Za-z0-9._-]{2,40}[A-Za-z0-9_])/?(?:[?#\s\"'<>),;\]]|\.?(?:\s|$))", "the sites' own profile addresses", PERSON, trigger=r"(?i)\.(?:com|net|social|online|org|me|tv)/"),
    _row("reddit", r"(?:^|[\s(])/?u/([A-Za-z0-9][A-Za-z0-9_-]{2,20})\b", "https://www.reddit.com/wiki/markdown", UNKNOWN),
    _row("mention", rf"(?i)\b(?:assigned to|assignee|reviewed by|reviewer|approved by|cc|by|from|to|thanks|thx|ping|hey|hi|hello|dm|follow|contact|author|owner|twitter|telegram|insta|instagram|discord|skype|handle|me|on|at|with|for|and|,|:) ?@({_NAME})(?:[^\w/@.-]|[.]?(?:\s|$))", "https://docs.github.com/get-started/writing-on-github", UNKNOWN, trigger=r"@[A-Za-z]"),
    _row("add_me", rf"(?i)\b(?:skype|discord|telegram|snap(?:chat)?|steam|psn|xbox|insta(?:gram)?|twitter|whatsapp|signal|viber|wechat)(?: me| him| her| them)?(?: (?:at|on|is|as|under|here|:))? ?[:=-]? ?[\"'(]@?({_NAME}(?:#\d{{4}})?)[\"')]", "https://github.com/LeapBeyond/scrubadub/pull/10", UNKNOWN),
    _row("on_skype", rf"(?i)({_NAME}(?:#\d{{4}})?) (?:on|via|at|@) (?:skype|discord|telegram|snapchat|steam|psn|xbox live|twitch|kik)\b", "https://github.com/LeapBeyond/scrubadub/pull/10", UNKNOWN, score=0.5),
    _row("remote_shell", rf"\b(?:ssh|scp|sftp|rsync|mosh|autossh|ssh-copy-id)\b[^\n|;&]{{0,80}}[ ]({_NAME})@[A-Za-z0-9\[]", "ssh(1)", PERSON),
    _row("option", rf"\b(?:psql|pg_dump|pg_restore|createdb|mysql|mysqldump|mongosh|ssh|smbclient|ldapsearch|kinit|xfreerdp|rdesktop|sqlplus|sudo|runuser|crontab)[ ](?:[^\n|;&]{{0,60}}[ ])?(?:-U|-u|-l|--user(?:name)?)[ =]?({_NAME})(?:[\s:;|&@\"']|$)", "the programs' own manuals", PERSON, score=0.5),
    _row("named", rf"\b(?:su|passwd|finger|useradd|usermod|userdel|adduser|deluser|chage|chown)[ ](?:-[A-Za-z-]{{1,12}}[ ]){{0,2}}({_NAME})(?:[\s:;|&@\"']|$)", "the programs' own manuals", PERSON, score=0.5),
)  # fmt: skip
