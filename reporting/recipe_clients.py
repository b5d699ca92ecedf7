"""Recipes for coding agents, SDKs and the command line. What each field means: `reporting.recipes`."""

from __future__ import annotations

from typing import Final

from reporting.recipes import ALL, UNIX, Recipe, Step

_DIRECT_WHEN_OFF: Final = (
    "While this setting is on and the proxy is off, the client gets an error; nothing is sent past the proxy."
)

AGENTS: Final = (
    Recipe(
        "claude-code",
        "Claude Code",
        "Coding agents",
        "interception",
        UNIX,
        (
            Step(
                "Start Claude Code with the proxy and its CA. To make it last, put both into your shell profile.",
                "export HTTPS_PROXY={base}\nexport NODE_EXTRA_CA_CERTS={ca}\nclaude",
            ),
        ),
        Step("Unset both variables.", "unset HTTPS_PROXY NODE_EXTRA_CA_CERTS"),
        "measured",
        "Works with a subscription login and with an API key, and keeps tool search on. " + _DIRECT_WHEN_OFF,
    ),
    Recipe(
        "claude-code-windows",
        "Claude Code (PowerShell)",
        "Coding agents",
        "interception",
        ("windows",),
        (
            Step(
                "Start Claude Code with the proxy and its CA.",
                '$env:HTTPS_PROXY = "{base}"\n$env:NODE_EXTRA_CA_CERTS = "{ca}"\nclaude',
                "powershell",
            ),
        ),
        Step("Remove both variables.", "Remove-Item Env:HTTPS_PROXY, Env:NODE_EXTRA_CA_CERTS", "powershell"),
        "documented",
        _DIRECT_WHEN_OFF,
    ),
    Recipe(
        "claude-code-gateway",
        "Claude Code by base URL",
        "Coding agents",
        "gateway",
        UNIX,
        (
            Step(
                "No certificate needed. A base URL turns tool search off unless it is asked for.",
                "export ANTHROPIC_BASE_URL={base}\nexport ENABLE_TOOL_SEARCH=true\nclaude",
            ),
        ),
        Step("Unset both variables.", "unset ANTHROPIC_BASE_URL ENABLE_TOOL_SEARCH"),
        "documented",
    ),
    Recipe(
        "codex",
        "Codex",
        "Coding agents",
        "interception",
        UNIX,
        (
            Step(
                "Start Codex with the proxy and its CA; its WebSocket takes the same way.",
                "export HTTPS_PROXY={base}\nexport CODEX_CA_CERTIFICATE={ca}\ncodex",
            ),
        ),
        Step("Unset both variables.", "unset HTTPS_PROXY CODEX_CA_CERTIFICATE"),
        "measured",
        "Works with a ChatGPT login and with an API key. For a base URL Codex reads its config.toml, not a variable.",
    ),
    Recipe(
        "gemini-cli",
        "Gemini CLI",
        "Coding agents",
        "interception",
        UNIX,
        (
            Step(
                "Start Gemini CLI with the proxy and its CA.",
                "export HTTPS_PROXY={base}\nexport NODE_EXTRA_CA_CERTS={ca}\ngemini",
            ),
        ),
        Step("Unset both variables.", "unset HTTPS_PROXY NODE_EXTRA_CA_CERTS"),
        "measured",
    ),
)

SDKS: Final = (
    Recipe(
        "openai-python",
        "OpenAI SDK (Python and Node)",
        "SDKs and command line",
        "gateway",
        UNIX,
        (Step("Both read the base URL from the environment.", "export OPENAI_BASE_URL={base}/v1"),),
        Step("Unset the variable.", "unset OPENAI_BASE_URL"),
        "documented",
        "In code: OpenAI(base_url=\"{base}/v1\") in Python, new OpenAI({ baseURL: '{base}/v1' }) in Node. "
        "On Node 20 the SDK ignores HTTPS_PROXY and would go past the proxy: use the base URL.",
    ),
    Recipe(
        "anthropic-sdk",
        "Anthropic SDK (Python and Node)",
        "SDKs and command line",
        "gateway",
        UNIX,
        (Step("The base URL has no /v1.", "export ANTHROPIC_BASE_URL={base}"),),
        Step("Unset the variable.", "unset ANTHROPIC_BASE_URL"),
        "documented",
    ),
    Recipe(
        "google-genai",
        "Google Gen AI SDK (Python)",
        "SDKs and command line",
        "gateway",
        ALL,
        (
            Step(
                "Pass the base URL; the API version is appended by the SDK.",
                'client = genai.Client(http_options={"base_url": "{base}"})',
                "python",
            ),
        ),
        Step("Remove http_options."),
        "documented",
    ),
    Recipe(
        "python-proxy",
        "Any Python SDK, unchanged",
        "SDKs and command line",
        "interception",
        UNIX,
        (
            Step(
                "openai, anthropic, google-genai, mistralai, cohere and ollama read these two.",
                "export HTTPS_PROXY={base}\nexport SSL_CERT_FILE={ca}",
            ),
        ),
        Step("Unset both variables.", "unset HTTPS_PROXY SSL_CERT_FILE"),
        "measured",
        "REQUESTS_CA_BUNDLE has no effect on them. boto3 (Bedrock) wants AWS_CA_BUNDLE instead of SSL_CERT_FILE. "
        "SSL_CERT_FILE replaces the system's list for that shell; hosts that are not LLMs are tunnelled and need "
        "their own roots: append the proxy's CA to a copy of the system bundle.",
    ),
    Recipe(
        "curl",
        "curl",
        "SDKs and command line",
        "gateway",
        UNIX,
        (
            Step(
                "Send a sentence through the gateway.",
                'curl {base}/v1/chat/completions -H "Authorization: Bearer $OPENAI_API_KEY" \\\n'
                "  -H 'Content-Type: application/json' \\\n"
                '  -d \'{"model": "gpt-4o", "messages": [{"role": "user", "content": '
                '"My SSN is 123-45-6789"}]}\'',
            ),
            Step(
                "Or come in by the other door.",
                "curl --proxy {base} --cacert {ca} https://api.openai.com/v1/models \\\n"
                '  -H "Authorization: Bearer $OPENAI_API_KEY"',
            ),
        ),
        Step("Nothing to undo."),
        "documented",
    ),
    Recipe(
        "ollama",
        "Ollama clients",
        "SDKs and command line",
        "gateway",
        UNIX,
        (Step("The Ollama command and SDKs read the host from the environment.", "export OLLAMA_HOST={base}"),),
        Step("Unset the variable.", "unset OLLAMA_HOST"),
        "documented",
    ),
    Recipe(
        "sdk-powershell",
        "SDKs in PowerShell",
        "SDKs and command line",
        "gateway",
        ("windows",),
        (
            Step(
                "For this window; use setx instead to make it last.",
                '$env:OPENAI_BASE_URL = "{base}/v1"\n$env:ANTHROPIC_BASE_URL = "{base}"',
                "powershell",
            ),
        ),
        Step("Remove both.", "Remove-Item Env:OPENAI_BASE_URL, Env:ANTHROPIC_BASE_URL", "powershell"),
        "documented",
    ),
)
