"""Hard negatives: logs, tool output, manifests, headings, tables. Nothing in them names a person."""

# ruff: noqa: E501, SIM905 - tables of words are easier to read in long lines
from __future__ import annotations

import json
from random import Random

import compounds
import lexicon as lx

VERBS = "start stop load save parse fetch send retry open close create delete update merge build deploy test run check sync scan".split()
NOUNS = """user session request response token cache queue worker job task config file path model schema table index row column event
stream batch buffer client server proxy route handler filter hook policy target span flow message error result status report order
customer account payment invoice product item price name title label first last author owner member group role address city street""".split()
TYPES = "str int bool float dict list bytes None Any Optional Iterable Path Decimal datetime Exception".split()
LEVELS = "INFO DEBUG WARN ERROR TRACE WARNING FATAL".split()
HEADINGS = """Getting Started|Quick Start|Installation|Configuration|Release Notes|Known Issues|Breaking Changes|Table of Contents|User Guide|
Contributing|Code of Conduct|Security Policy|Frequently Asked Questions|Advanced Usage|Best Practices|Data Model|Error Handling|Rate Limits|
Access Control|Account Settings|Billing Address|Shipping Information|Customer Service|Order History|Personal Data|Privacy Notice|Full Name|
First Name|Last Name|Street Address|Phone Number|Date of Birth|Executive Summary|Market Research|Project Plan|Risk Assessment|Key Findings|
Next Steps|Action Items|Meeting Notes|Annual Report|Balance Sheet|Cash Flow|General Ledger|Human Resources|Machine Learning|Deep Learning|
Neural Networks|Data Science|Computer Vision|Natural Language Processing|Operating Systems|Discharge Summary|Past Medical History|
Family History|Physical Examination|Vital Signs|Laboratory Results|Chief Complaint|Review of Systems|Blood Pressure|Heart Rate""".replace("\n", "").split("|")  # fmt: skip
MEMBERS = "id name title type state owner author user created updated version status message level count total url path kind data items".split()
TEAMS = [
    "Platform Team",
    "Data Platform",
    "Site Reliability",
    "Web Frontend",
    "Mobile",
    "Customer Support",
    "Finance",
    "Legal",
    "Sales Operations",
]


def identifier(rng: Random) -> str:
    parts = rng.sample(NOUNS, rng.choice((1, 2, 2, 3)))
    match rng.randrange(6):
        case 0 | 1:
            return "_".join([rng.choice(VERBS), *parts])
        case 2:
            return "".join(p.capitalize() for p in parts) + rng.choice(
                ("", "Error", "Handler", "Factory", "Manager", "Test")
            )
        case 3:
            return rng.choice(VERBS) + "".join(p.capitalize() for p in parts)
        case 4:
            return "_".join(parts).upper()
        case _:
            return "-".join(parts)


def token(rng: Random) -> str:
    alphabet = rng.choice(("0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))  # fmt: skip
    return rng.choice(("", "", "sk-", "ghp_", "AKIA", "eyJ")) + "".join(
        rng.choice(alphabet) for _ in range(rng.choice((7, 16, 20, 32, 40, 64)))
    )


def product(rng: Random) -> str:
    return rng.choice(lx.PRODUCTS)


def when(rng: Random) -> str:
    return f"20{rng.randint(10, 29)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}{rng.choice('T ')}{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"  # fmt: skip


def log(rng: Random) -> str:
    lines = []
    for _ in range(rng.randint(3, 12)):
        logger = ".".join(
            rng.choice(("org", "com", "io", "app", "core")) if k == 0 else rng.choice(NOUNS) for k in range(3)
        )
        text = rng.choice((
            f"{rng.choice(VERBS)} {rng.choice(NOUNS)} {rng.choice(NOUNS)}={token(rng)}", f"{product(rng)} {rng.choice(VERBS)}ed in {rng.randint(1, 900)} ms",
            f"Failed to {rng.choice(VERBS)} {identifier(rng)}: Connection refused", f'"{rng.choice(("GET", "POST", "PUT"))} /{rng.choice(NOUNS)}s/{rng.randint(1, 9999)} HTTP/1.1" {rng.choice((200, 404, 500))}',
            f"Downloading {product(rng)} {rng.randint(0, 9)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}", f"at {logger}.{identifier(rng)}({identifier(rng)}.java:{rng.randint(1, 900)})",
        ))  # fmt: skip
        lines.append(
            rng.choice(
                (
                    f"{when(rng)} {rng.choice(LEVELS)} {logger} - {text}",
                    f"[{rng.choice(LEVELS)}] {text}",
                    f"{when(rng)} {text}",
                    text,
                )
            )
        )
    return "\n".join(lines)


def value(rng: Random) -> object:
    return rng.choice((
        rng.randint(0, 100000), True, None, token(rng), identifier(rng), product(rng), rng.choice(HEADINGS), when(rng), rng.choice(TEAMS),
        f"https://example.com/{rng.choice(NOUNS)}/{rng.randint(1, 99)}", rng.choice(lx.ORGS), f"{rng.choice(VERBS)} the {rng.choice(NOUNS)}", "en-US", "OK",
    ))  # fmt: skip


def tool_output(rng: Random) -> str:
    rows = [{k: value(rng) for k in rng.sample(MEMBERS, rng.randint(2, 6))} for _ in range(rng.randint(1, 5))]
    indent = rng.choice((None, 2, 4))
    text = json.dumps(rows if len(rows) > 1 else rows[0], indent=indent)
    return text if rng.random() < 0.8 else json.dumps(text)[1:-1]


def listing(rng: Random) -> str:
    match rng.randrange(5):
        case 0:
            return "\n".join(f"-rw-r--r-- 1 root root {rng.randint(1, 99999)} {rng.choice(('Jan', 'Mar', 'Apr', 'May', 'Jun', 'Aug', 'Oct'))} {rng.randint(1, 28)} 10:42 {identifier(rng)}.{rng.choice(('py', 'ts', 'md', 'json'))}" for _ in range(8))  # fmt: skip
        case 1:
            return "\n".join(
                f"{product(rng).lower()}=={rng.randint(0, 30)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}"
                for _ in range(8)
            )
        case 2:
            return "\n".join(f"{token(rng)[:7]} {rng.choice(('Fix', 'Add', 'Remove', 'Bump', 'Refactor', 'Revert'))} {rng.choice(NOUNS)} {rng.choice(NOUNS)} in {product(rng)} (#{rng.randint(1, 9999)})" for _ in range(8))  # fmt: skip
        case 3:
            return "\n".join(
                f"src/{rng.choice(NOUNS)}/{identifier(rng)}.py:{rng.randint(1, 900)}: {identifier(rng)}"
                for _ in range(8)
            )
        case _:
            return "\n".join(
                f"{rng.choice(('diff --git', '+++ b/', '--- a/', 'modified:'))} {rng.choice(NOUNS)}/{identifier(rng)}.ts"
                for _ in range(6)
            )


def manifest(rng: Random) -> str:
    lines = [f"{rng.choice(MEMBERS + NOUNS)}{rng.choice((': ', '=', ' = '))}{rng.choice((identifier(rng), token(rng), str(rng.randint(1, 9999)), product(rng), rng.choice(TEAMS)))}" for _ in range(8)]  # fmt: skip
    return rng.choice(("\n", "\n  ")).join(lines)


def source(rng: Random) -> str:
    a, b, c = identifier(rng), identifier(rng), identifier(rng)
    x, y = rng.sample(NOUNS, 2)
    return rng.choice((
        f"def {a}({x}: {rng.choice(TYPES)}, {y}: {rng.choice(TYPES)}) -> {rng.choice(TYPES)}:\n    \"\"\"{rng.choice(VERBS).capitalize()} the {x} of the {y}.\"\"\"\n    return {b}({x}, {y}={c})",
        f"class {a.title().replace('_', '')}({b.title().replace('_', '')}):\n    {x} = models.CharField(max_length=100)\n    {y} = models.ForeignKey({c!r}, on_delete=models.CASCADE)",
        f"import {{ {product(rng)} }} from '@{x}/{product(rng).lower()}';\nconst {a.replace('-', '')} = await {b.replace('-', '')}({{ {x}: '{y}', {y}: {rng.randint(1, 9)} }});",
        f"SELECT {x}.name, {y}.first_name, {y}.last_name FROM {x}s JOIN {y}s ON {x}.id = {y}.{x}_id WHERE {y}.city IS NOT NULL;",
        f"public class {a.title().replace('_', '')} extends {b.title().replace('_', '')} {{\n  private final String {x}Name;\n  @Override public String toString() {{ return {x}Name; }}\n}}",
        f"FROM {product(rng).lower()}:{rng.randint(1, 20)}-slim\nRUN apt-get install -y {product(rng).lower()} {product(rng).lower()}\nENV {x.upper()}_{y.upper()}={token(rng)}",
        f"func ({x[0]} *{x.capitalize()}) {y.capitalize()}Name(ctx context.Context) (string, error) {{\n\treturn {x[0]}.{y}, nil\n}}",
        f"<div class=\"{x}-{y}\"><label for=\"{y}\">{rng.choice(HEADINGS)}</label><input name=\"{y}_name\" placeholder=\"{rng.choice(HEADINGS)}\"></div>",
        f"export {x.upper()}_{y.upper()}=\"{token(rng)}\"\ncurl -H 'Authorization: Bearer {token(rng)}' https://api.example.com/{x}",
    ))  # fmt: skip


def numbers(rng: Random) -> str:
    """Numbers and marks that are no addresses and no names."""
    n = lambda high: rng.randint(0, high)  # noqa: E731
    lines = [
        rng.choice(
            (
                f"color: #{n(0xFFFFFF):06X};",
                f"{rng.choice(('PEP', 'RFC', 'ISO', 'SHA-', 'CVE-2024-', 'HTTP/', 'UTF-', 'MP', 'H'))}{rng.choice(('', ' '))}{n(9000)}",
                f'"{n(2048)}x{n(2048)}"',
                f"{rng.choice(('gpt', 'claude', 'o', 'gemini', 'llama', 'davinci', 'qwen', 'claude-sonnet', 'claude-opus'))}-{n(9)}{rng.choice(('', '-mini', '-latest', f'-{n(9)}', f'.{n(9)}', '-20250514'))}",
                f'127.0.0.1 - - "GET /{rng.choice(NOUNS)}/{rng.choice(NOUNS)}.{rng.choice(("jpg", "css", "js"))} HTTP/1.1" {rng.choice((200, 304, 404))} {n(99999)}',
                f"\\x{n(255):02x}\\x{n(255):02x}\\u{n(65535):04x}",
                f"{rng.choice(NOUNS)}_{n(99)} = {rng.choice(('np', 'math', 'int', 'uint'))}{n(64)}.max",
                f"{n(99)}.{n(99)}%, {n(9999)}.{n(99):02}, -{n(999)}.{n(99):02}",
                f"@{rng.choice(('lower', 'property', 'app.route', 'override', 'types/node', 'dataclass', 'pytest.fixture', 'media', 'param', 'return', 'deprecated', 'Component'))}",
                f"'{rng.choice(VERBS)}', '{rng.choice(NOUNS)}', '{rng.choice(('isa', 'mina', 'nan', 'max', 'min', 'lower', 'kitty', 'luna', 'sil', 'anaconda', 'pomelo', 'spam', 'eggs', 'foo', 'bar', 'qux', 'asdf', 'alpha', 'beta'))}'",
                f"{n(23):02}:{n(59):02} {n(999)} mg, {n(300)} mmHg, {n(40)} °C, {n(9)}.{n(9)} g/dl",
                f"https://example.com/{rng.choice(NOUNS)}s/{n(999999999)}@N{n(99)}/{rng.choice(NOUNS)}/{n(10**12)}",
                f"{rng.choice(NOUNS)} {n(99)} {rng.choice(NOUNS)} {n(999)} {rng.choice(NOUNS)} {n(9999)}",
                f"{rng.choice(lx.MONTHS['en'].split())[:3]} {n(28)} {n(23):02}:{n(59):02}:{n(59):02} host kernel[{n(9999)}]: eth{n(9)} up",
                f"model={rng.choice(('gpt-4o', 'claude-3-opus', 'gemini-pro', 'llama3.1:8b'))} temperature=0.{n(9)} max_tokens={n(8192)}",
                f"{rng.choice(lx.MEDICAL)} {n(300)}.{n(9)} {rng.choice(('H', 'L', 'mg/dl', '', 'ng/ml'))}",
            )
        )
        for _ in range(rng.randint(3, 10))
    ]
    return rng.choice(("\n", "\n", " ", ", ")).join(lines)


ACTIONS = [
    "Checkout repository",
    "Set up Python",
    "Install dependencies",
    "Run tests",
    "Upload artifact",
    "Build image",
    "Lint",
    "CI",
    "Release",
]
TOOLS = """Bash Read Write Edit MultiEdit Glob Grep LS Task TodoWrite WebFetch WebSearch NotebookEdit ExitPlanMode KillShell BashOutput Skill Agent
str_replace_editor computer apply_patch shell read_file list_dir codebase_search get_weather search_web python browser""".split()
LIBRARIES = """numpy pandas requests flask jinja2 click werkzeug attrs tomli hynek pluggy rich typer httpx pydantic lxml pillow scipy tqdm arrow celery
boto3 cryptography paramiko fabric invoke nose tox hatch flit lodash axios chalk commander yargs moment luxon dayjs ramda immer zod vite rollup
eslint prettier husky jest mocha chai sinon ava karma tokio serde clap anyhow rayon actix axum hyper sinatra puma rake devise lombok guava junit""".split()


def named_things(rng: Random) -> str:
    """Things with a "name" that are no people: tools, packages, jobs, containers, columns."""

    def pick() -> str:
        return rng.choice(
            (rng.choice(LIBRARIES), rng.choice(TOOLS), identifier(rng), product(rng), product(rng).lower())
        )

    name, other = pick(), pick()
    match rng.randrange(9):
        case 0:
            return json.dumps(
                [
                    {
                        "name": rng.choice(TOOLS),
                        "description": f"{rng.choice(VERBS).capitalize()}s the {rng.choice(NOUNS)} of a {rng.choice(NOUNS)}.",
                        "input_schema": {"type": "object"},
                    }
                    for _ in range(3)
                ],
                indent=rng.choice((None, 2)),
            )
        case 1:
            return f"Metadata-Version: 2.{rng.randint(1, 4)}\nName: {name.capitalize() if rng.random() < 0.5 else name}\nVersion: {rng.randint(0, 9)}.{rng.randint(0, 30)}\nSummary: {rng.choice(VERBS).capitalize()} {rng.choice(NOUNS)}s\nRequires-Dist: {other}"
        case 2:
            return json.dumps(
                {"name": name, "version": "1.0.0", "dependencies": {pick(): "^1.2.3", pick(): "~2.0"}}, indent=2
            )
        case 3:
            return f"apiVersion: apps/v1\nkind: {rng.choice(('Deployment', 'Service', 'ConfigMap', 'Secret', 'Ingress'))}\nmetadata:\n  name: {name}\n  namespace: {other}\n  labels:\n    app: {pick()}"
        case 4:
            return "\n".join(
                f"      - name: {rng.choice(ACTIONS)}\n        uses: {rng.choice(NOUNS)}/{rng.choice(NOUNS)}@v{rng.randint(1, 6)}"
                for _ in range(4)
            )
        case 5:
            return "\n".join(
                f"import {pick()}" if rng.random() < 0.5 else f"from {pick()} import {pick()}, {pick()}"
                for _ in range(6)
            )
        case 6:
            return f"{rng.choice(('pip install', 'npm install', 'cargo add', 'brew install', 'apt-get install', 'uv add'))} {pick()} {pick()} {pick()}\nWritten in {rng.choice(('Rust', 'Go', 'Ruby', 'Python', 'Julia', 'Scala', 'Swift'))}."
        case 7:
            return "| Name | Type |\n|---|---|\n" + "\n".join(f"| {pick()} | {rng.choice(TYPES)} |" for _ in range(5))
        case _:
            return (
                ", ".join(f"{key}='{pick()}'" for key in ("name", "title", "label"))
                + "\n"
                + "\n".join(f"name: {pick()}" for _ in range(4))
            )


SHORT = """iban visa mac nino nuss sofi dea pat csp avi riff wav mai maj mei mayo maio julio ott van von der del card guida prawo main mina isa nan sil
sum ada ion troy asia sha blake argon solana polar lane place court drive rd ave blvd lynx nick middle maiden alias jan feb mar apr jun jul aug sep
mon tue wed thu fri sat sun min max avg std var lit val ref obj arg kit tim tom sam pam dom lex yacc ben dan don rob""".split()
ACRONYMS = """IBAN SWIFT BIC RIFF AVI ECMA AKIA ASIA GDPR HIPAA PCI SOC SLA KPI OKR API SDK CLI GUI IDE ORM DAO DTO JWT JSON YAML TOML CSV XML HTML CSS
SQL DNS SNI TLS SSL SSH TCP UDP HTTP FTP SMTP IMAP LDAP SAML OIDC MFA OTP RSA AES SHA HMAC CRC ASCII UTF RFC ISO ANSI POSIX ABI NDA VAT DNI NIE NIF CPF
EVALEX CGROM BOGUS LAMBDA DELTA OMEGA SIGMA""".split()
METHODS = """Luhn Verhoeff Damm Shannon Levenshtein Damerau Hamming Huffman Dijkstra Bellman Floyd Kruskal Prim Euler Gauss Newton Fourier Laplace Markov
Bayes Poisson Bernoulli Pareto Turing Church Backus Bresenham Boyer Knuth Karp Rabin Merkle Diffie Hellman Schnorr Shamir Cauchy Lorentz Fibonacci""".split()


def alternatives(rng: Random) -> str:
    """Regular expressions, word lists, acronyms and methods named after people: what makes up programs about text."""
    pool = rng.choice((SHORT, SHORT, ACRONYMS, LIBRARIES, [m.lower() for m in METHODS], NOUNS, lx.ROLES + TEAMS))
    some = [rng.choice(pool) for _ in range(rng.randint(4, 14))]
    plain = [word for word in some if " " not in word] or ["foo"]
    match rng.randrange(9):
        case 0:
            return f'{rng.choice(NOUNS).upper()} = re.compile(r"(?i)\\b(?:{"|".join(some)})\\b")'
        case 1:
            return f"/^({'|'.join(plain)})[ _-]?(?:{'|'.join(reversed(plain))})?$/i"
        case 2:
            return f"{rng.choice(NOUNS)}s = {{{', '.join(chr(34) + w + chr(34) for w in some)}}}"
        case 3:
            return f"{rng.choice(NOUNS).upper()}S = (\n    " + ",\n    ".join(f"'{w}'" for w in some) + ",\n)"
        case 4:
            return f'frozenset("""\n    {" ".join(plain)}\n""".split())'
        case 5:
            return "\n".join(
                f'    "{w}": {rng.choice((chr(34) + identifier(rng) + chr(34), str(rng.randint(0, 99)), "None", "True", "r" + chr(34) + rng.choice(SHORT) + chr(34)))},'
                for w in some
            )
        case 6:
            return f'"""{rng.choice(ACRONYMS)}: {rng.choice(METHODS)} check, weights {rng.randint(1, 9)} {rng.randint(1, 9)} {rng.randint(1, 9)}, modulus {rng.choice((10, 11, 97))}."""'
        case 7:
            return f"# {rng.choice(METHODS)}'s algorithm; {rng.choice(METHODS)} distance and {rng.choice(METHODS)} entropy of {rng.choice(NOUNS)}s"
        case _:
            return f"{' '.join(w.upper() + '_' + rng.choice(NOUNS).upper() for w in plain[:6])} {' '.join(rng.choice(ACRONYMS) for _ in range(4))}\nport {rng.randint(1, 99999)}, {product(rng)} {rng.randint(1000, 9999)}"


def headings(rng: Random) -> str:
    mark = rng.choice(("# ", "## ", "", "- ", "1. ", "* ", "**", "| "))
    lines = []
    for _ in range(rng.randint(2, 8)):
        text = rng.choice((
            rng.choice(HEADINGS), f"{rng.choice(VERBS).capitalize()} {rng.choice(NOUNS).capitalize()} {rng.choice(NOUNS).capitalize()}", f"{product(rng)} {rng.choice(NOUNS).capitalize()}",
            f"{product(rng)} and {product(rng)}", f"How To {rng.choice(VERBS).capitalize()} A {rng.choice(NOUNS).capitalize()} With {product(rng)}",
        ))  # fmt: skip
        lines.append(
            mark
            + (text.upper() if rng.random() < 0.12 else text)
            + ("**" if mark == "**" else " |" if mark == "| " else rng.choice(("", "", ":", ": N/A", ": yes", ": -")))
        )
    return "\n".join(lines)


def chat(rng: Random) -> str:
    """Instructions to agents and their answers, without people."""
    return rng.choice((
        f"Please {rng.choice(VERBS)} the {rng.choice(NOUNS)} {rng.choice(NOUNS)} in {product(rng)} and {rng.choice(VERBS)} the tests.",
        f"I'll use {product(rng)} to {rng.choice(VERBS)} the {rng.choice(NOUNS)}s. Then I'll {rng.choice(VERBS)} {identifier(rng)} and check `{identifier(rng)}`.",
        f"The {product(rng)} {rng.choice(NOUNS)} failed because {identifier(rng)} was not set. Run `{product(rng).lower()} {rng.choice(VERBS)}` again.",
        f"Can you compare {product(rng)}, {product(rng)} and {product(rng)} for {rng.choice(NOUNS)} processing?",
        f"<system-reminder>The TodoWrite tool has not been used. {rng.choice(HEADINGS)} applies.</system-reminder>",
        f"{product(rng)} is a library by {rng.choice(lx.ORGS)}. It replaces {product(rng)} in {product(rng)} {rng.randint(2, 9)}.",
        f"{rng.choice(lx.ORGS)} and {rng.choice(lx.ORGS)} both support {product(rng)} since {rng.choice(lx.MONTHS['en'].split())} 20{rng.randint(10, 27)}.",
        f"Tool call: {identifier(rng)}({rng.choice(NOUNS)}={identifier(rng)!r}, {rng.choice(NOUNS)}={rng.randint(0, 9)})",
    ))  # fmt: skip


FONTS = """Inter Roboto Lato Georgia Verdana Helvetica Arial Garamond Montserrat Poppins Raleway Merriweather Nunito Lora Barlow Rubik Karla Jost
Cabin Bitter Oswald Inconsolata Menlo Monaco Consolas Courier Geist Satoshi Cormorant Playfair Baskerville Bodoni Futura Gotham Avenir Palatino Sora
Manrope Figtree Archivo Syne Fraunces Newsreader Spectral Tiempos Söhne""".split()


# What instructions to agents speak of.
AGENT_WORDS = """confirmation blocker refusal approval escalation rationale preamble brevity service tier priority verbosity persona commentary
channel citation shorthand trailer milestone checklist fallback guardrail heuristic nuance caveat assumption constraint deliverable outcome handoff
summary bullet header verdict reviewer planner critic explorer worker orchestrator subagent sandbox workspace checkpoint transcript turn budget
default scope intent ambiguity conflict override precedence tone candor warmth clarity focus pace effort grace patience care mark page case will
hunter cook mason carter parker porter archer baker fisher miller ranger shepherd sterling chase chance lance miles noble earnest frank""".split()


def guidance(rng: Random) -> str:
    """What agents are told about code, design and their tools: capitalised words that are no people."""
    one, two = rng.sample(FONTS, 2)
    tool = rng.choice(TOOLS)
    a, b, c = rng.sample(AGENT_WORDS, 3)
    return "\n".join(
        rng.choice((
            f"Do not let an earlier {a} or {b} (e.g. to {rng.choice(VERBS)}/{rng.choice(VERBS)} a {rng.choice(NOUNS)}) stop you.",
            f"low, medium (default), high, max. {a.capitalize()} {b}s: {c}.",
            f"- {a.capitalize()}s: ask before you {rng.choice(VERBS)}. {b.capitalize()}s need a {c}.",
            f"## {a.capitalize()} and {b.capitalize()}\n\n{c.capitalize()} first; {a} second.",
            f"{a.capitalize()} {rng.choice(NOUNS)}s over long ones. Short {b}s, one {c} per line.",
            f"Keep the {a}, state the {b}, and {rng.choice(VERBS)} the {c} (the {a}'s {b}).",
            f"Avoid {rng.choice(('overused', 'default', 'generic'))} fonts such as {one}, {two} or {rng.choice(FONTS)}; choose a distinctive typeface.",
            f"font-family: '{one}', {two}, sans-serif;",
            f"- Typography: {one} for headings, {two} for body text.",
            f"Use the {tool} tool to {rng.choice(VERBS)} files; never use {rng.choice(TOOLS)} for that.",
            f"**{rng.choice(VERBS).capitalize()} {rng.choice(NOUNS)}s:** Before you {rng.choice(VERBS)}, {rng.choice(VERBS)} the {rng.choice(NOUNS)}.",
            f"You are {product(rng)}, a coding agent based on {product(rng)}, running in a terminal.",
            f"You are an expert in {product(rng)}, {product(rng)} and {product(rng)} development.",
            f"Mimic the style ({rng.choice(('formatting', 'naming'))}), structure and framework choices of existing {product(rng)} code.",
            f"When the user asks about {product(rng)} or {rng.choice(lx.ORGS)}, {rng.choice(VERBS)} the {rng.choice(NOUNS)} first.",
            f"Prefer {product(rng)} for {rng.choice(('websites', 'mobile apps', '3d games', 'back ends', 'APIs'))} with {product(rng)} and {product(rng)} styling.",
            f"# {rng.choice(HEADINGS)}\n\n## {rng.choice(('Core Mandates', 'Primary Workflows', 'Tone and Style', 'Final Reminder', 'Sandbox and Approvals', 'Git Repository', 'Preamble Messages', 'Validating Your Work', 'Ambition vs. Precision'))}",
            f"Respond with {rng.choice(('Markdown', 'JSON', 'plain text'))}; {rng.choice(('Do not', 'Never', 'Always'))} {rng.choice(VERBS)} a {rng.choice(NOUNS)} without {rng.choice(VERBS)}ing it.",
            f"user: {rng.choice(VERBS)} the {rng.choice(NOUNS)} in {identifier(rng)}\nmodel: I'll {rng.choice(VERBS)} it. [tool_call: {tool} for '{identifier(rng)}']",
            f"<example>\nuser: is {rng.randint(2, 99)} a prime number?\nassistant: {rng.choice(('Yes', 'No'))}\n</example>",
            f"{rng.choice(lx.MONTHS['en'].split())} {rng.randint(1, 31)}, 20{rng.randint(10, 29)}: {rng.choice(HEADINGS)}",
        ))
        for _ in range(rng.randint(2, 7))
    )  # fmt: skip


FORMS = (
    guidance,
    guidance,
    compounds.document,
    compounds.document,
    alternatives,
    alternatives,
    alternatives,
    numbers,
    numbers,
    named_things,
    named_things,
    named_things,
    log,
    tool_output,
    listing,
    manifest,
    source,
    headings,
    chat,
    tool_output,
    source,
    log,
)


def document(rng: Random) -> str:
    return "\n\n".join(rng.choice(FORMS)(rng) for _ in range(rng.choice((1, 1, 2, 3))))
