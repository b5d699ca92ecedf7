"""Credentials that carry their vendor's prefix: a row each, from the vendor's own documentation of its token format."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

from redaction.detector.rules.recognizer import Recognizer, token_edges


def not_dummy(value: str) -> bool:
    """A token, not a form to fill in: enough different characters, no run of x, no word that says so."""
    lower = value.lower()
    if "xxxx" in lower or "****" in lower or "...." in lower or "your" in lower or "<" in value or "${" in value:
        return False
    # Every real token holds a digit; words joined by dashes (`sk-estimator-html-representation`) do not.
    return len(set(value)) >= 8 and any(c.isdigit() for c in value)


# name, pattern, documentation
_TABLE = (
    ("openai", r"sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,200}|sk-[A-Za-z0-9]{20,64}(?:T3BlbkFJ[A-Za-z0-9]{10,64})?", "platform.openai.com/docs/api-reference/authentication"),
    ("anthropic", r"sk-ant-(?:api|admin|sid|oat|ort)\d{2}-[A-Za-z0-9_-]{20,200}|sk-ant-[A-Za-z0-9_-]{24,200}", "docs.anthropic.com/en/api"),
    ("openrouter", r"sk-or-v1-[0-9a-f]{32,64}", "openrouter.ai/docs"),
    ("generic_sk", r"\bsk-[A-Za-z0-9][A-Za-z0-9_-]{18,120}[A-Za-z0-9]", "prefix convention of many LLM vendors (DeepSeek, Moonshot, LiteLLM)"),
    ("groq", r"gsk_[A-Za-z0-9]{40,60}", "console.groq.com/docs"),
    ("xai", r"xai-[A-Za-z0-9]{40,100}", "docs.x.ai"),
    ("perplexity", r"pplx-[A-Za-z0-9]{32,64}", "docs.perplexity.ai"),
    ("replicate", r"r8_[A-Za-z0-9]{30,48}", "replicate.com/docs"),
    ("huggingface", r"(?:hf|api_org)_[A-Za-z0-9]{30,44}", "huggingface.co/docs/hub/security-tokens"),
    ("cohere_mistral", r"(?:co|mistral)_[A-Za-z0-9]{32,48}", "docs.cohere.com, docs.mistral.ai"),
    ("langsmith", r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{8,12}", "docs.smith.langchain.com"),
    ("langfuse", r"(?:sk|pk)-lf-[0-9a-f-]{36}", "langfuse.com/docs"),
    ("pinecone", r"pcsk_[A-Za-z0-9_]{40,90}", "docs.pinecone.io"),
    ("aws_access_key", r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}", "docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"),
    ("aws_bedrock", r"ABSK[A-Za-z0-9+/]{100,269}={0,2}|bedrock-api-key-[A-Za-z0-9+/=]{20,}", "docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"),
    ("aws_mws", r"amzn\.mws\.[0-9a-f]{8}-[0-9a-f-]{27}", "developer-docs.amazon.com"),
    ("alibaba", r"LTAI[A-Za-z0-9]{12,30}", "alibabacloud.com/help"),
    ("tencent", r"AKID[A-Za-z0-9]{13,40}", "cloud.tencent.com/document"),
    ("google_api", r"AIza[A-Za-z0-9_-]{30,45}", "cloud.google.com/docs/authentication/api-keys"),
    ("google_oauth", r"ya29\.[A-Za-z0-9_-]{20,400}|GOCSPX-[A-Za-z0-9_-]{20,40}|1//0[A-Za-z0-9_-]{30,120}", "developers.google.com/identity/protocols/oauth2"),
    ("google_client", r"\d{8,14}-[a-z0-9]{24,40}\.apps\.googleusercontent\.com", "developers.google.com/identity/protocols/oauth2"),
    ("firebase", r"AAAA[A-Za-z0-9_-]{7}:APA91[A-Za-z0-9_-]{100,180}", "firebase.google.com/docs/cloud-messaging"),
    ("azure_storage", r"[A-Za-z0-9+/]{86}==", "learn.microsoft.com/azure/storage/common/storage-account-keys-manage"),
    ("azure_ad", r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}", "learn.microsoft.com/entra"),
    ("azure_devops", r"[a-z0-9]{76}AZDO[a-z0-9]{4}|[A-Za-z0-9]{33}ACAAAAAA[A-Za-z0-9]{4,12}ASA[A-Za-z0-9]{4,12}", "learn.microsoft.com/azure/devops"),
    ("azure_keys", r"[A-Za-z0-9+/]{42}A(?:SbT|zSe|zFu|IoT|EhC|pim|zCa)[A-Za-z0-9+/]{3,40}={0,2}|[A-Za-z0-9]{76}(?:JQQJ|AZDO)99[A-Za-z0-9]{4,20}", "learn.microsoft.com (identifiable keys)"),
    ("azure_sas", r"(?i)[?&]sv=\d{4}-\d\d-\d\d[^\s\"'<>]{0,300}&sig=[A-Za-z0-9%+/=]{30,100}", "learn.microsoft.com/azure/storage/common/storage-sas-overview"),
    ("github", r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}|v1\.[0-9a-f]{40}", "docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github"),
    ("gitlab", r"gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct|wt)-[A-Za-z0-9_.-]{18,100}|GR1348941[A-Za-z0-9_-]{20}", "docs.gitlab.com/security/tokens"),
    ("gitea_bitbucket", r"ATBB[A-Za-z0-9]{24,40}|ATCTT3[A-Za-z0-9_=-]{60,300}|ATATT3[A-Za-z0-9_=-]{60,300}", "support.atlassian.com"),
    ("slack", r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{32,80}|xwfp-[A-Za-z0-9-]{20,200}", "api.slack.com/authentication/token-types"),
    ("slack_webhook", r"https://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/_-]{30,120}", "api.slack.com/messaging/webhooks"),
    ("discord", r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}|mfa\.[A-Za-z0-9_-]{60,100}", "discord.com/developers/docs/reference"),
    ("discord_webhook", r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/[A-Za-z0-9_-]{60,80}", "discord.com/developers/docs/resources/webhook"),
    ("telegram", r"\d{8,10}:AA[A-Za-z0-9_-]{32,35}", "core.telegram.org/bots/api"),
    ("teams_webhook", r"https://[a-z0-9.-]+\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/-]{60,200}", "learn.microsoft.com/microsoftteams"),
    ("power_automate", r"https://[a-z0-9.-]+\.logic\.azure\.com(?::443)?/workflows/[^\s\"']{20,300}sig=[A-Za-z0-9_%-]{20,80}", "learn.microsoft.com/power-automate"),
    ("twilio", r"(?:AC|SK)[0-9a-f]{32}", "twilio.com/docs/iam"),
    ("sendgrid", r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}", "docs.sendgrid.com"),
    ("mailgun", r"key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}", "documentation.mailgun.com"),
    ("mailchimp", r"[0-9a-f]{32}-us\d{1,2}", "mailchimp.com/developer"),
    ("brevo", r"x(?:key|smtp)sib-[0-9a-f]{64}-[A-Za-z0-9]{16}", "developers.brevo.com"),
    ("postmark_resend", r"re_[A-Za-z0-9]{8,10}_[A-Za-z0-9]{20,30}|re_[A-Za-z0-9]{28,40}", "resend.com/docs"),
    ("stripe", r"(?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{10,250}|whsec_[A-Za-z0-9+/=]{24,80}", "docs.stripe.com/keys"),
    ("square", r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,48}|EAAA[A-Za-z0-9_-]{56,64}", "developer.squareup.com/docs"),
    ("paypal_braintree", r"access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[0-9a-f]{32}", "developer.paypal.com/braintree"),
    ("plaid", r"access-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f-]{27}", "plaid.com/docs"),
    ("shopify", r"shp(?:at|ca|pa|ss|tka)_[A-Fa-f0-9]{32}", "shopify.dev/docs"),
    ("flutterwave_paystack", r"FLW(?:SECK|PUBK)(?:_TEST)?-[A-Za-z0-9]{12,40}(?:-X)?", "developer.flutterwave.com"),
    ("coinbase_binance", r"organizations/[0-9a-f-]{36}/apiKeys/[0-9a-f-]{36}", "docs.cdp.coinbase.com"),
    ("npm", r"npm_[A-Za-z0-9]{30,50}", "npm documentation, about access tokens"),
    ("pypi", r"pypi-AgE[A-Za-z0-9_-]{50,300}", "Warehouse documentation, API tokens (macaroon prefix)"),
    ("rubygems", r"rubygems_[0-9a-f]{48}", "guides.rubygems.org/api-key-scopes"),
    ("crates", r"cio[A-Za-z0-9]{32}", "doc.rust-lang.org/cargo"),
    ("nuget", r"oy2[a-z0-9]{43}", "learn.microsoft.com/nuget"),
    ("clojars", r"CLOJARS_[0-9a-f]{60}", "github.com/clojars/clojars-web/wiki"),
    ("docker", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{24,40}", "docs.docker.com/security/for-developers/access-tokens"),
    ("jfrog", r"AKCp[A-Za-z0-9]{60,80}|cmVmdGtu[A-Za-z0-9]{40,80}", "jfrog.com/help"),
    ("digitalocean", r"do[opr]_v1_[0-9a-f]{64}", "docs.digitalocean.com"),
    ("heroku", r"HRKU-[A-Za-z0-9_-]{30,64}", "devcenter.heroku.com"),
    ("fly", r"(?:FlyV1 )?fm[12][ar]?_[A-Za-z0-9+/=_-]{40,800}|fo1_[A-Za-z0-9_-]{43}", "fly.io/docs"),
    ("vercel", r"vc[pikar]_[A-Za-z0-9]{24,60}", "vercel.com/docs"),
    ("netlify", r"nf[pcoub]_[A-Za-z0-9]{36,48}", "docs.netlify.com"),
    ("cloudflare", r"v1\.0-[0-9a-f]{24}-[0-9a-f]{146}|cfut_[A-Za-z0-9_-]{40,60}", "developers.cloudflare.com"),
    ("hashicorp", r"hv[sbr]\.[A-Za-z0-9_-]{24,300}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,80}", "developer.hashicorp.com"),
    ("pulumi", r"pul-[0-9a-f]{40}", "pulumi.com/docs"),
    ("doppler", r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9._-]{2,35}\.)?[A-Za-z0-9]{40,44}", "docs.doppler.com"),
    ("onepassword", r"ops_eyJ[A-Za-z0-9+/=_-]{100,}|A3-[A-Z0-9]{6}-[A-Z0-9]{6}-(?:[A-Z0-9]{5}-){3}[A-Z0-9]{5}", "developer.1password.com"),
    ("databricks", r"dapi[0-9a-f]{32}(?:-\d)?", "docs.databricks.com"),
    ("snowflake_planetscale", r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}", "planetscale.com/docs"),
    ("supabase", r"sb(?:p|_secret|_publishable)_[A-Za-z0-9_-]{20,64}", "supabase.com/docs"),
    ("neon", r"napi_[a-z0-9]{40,80}", "neon.tech/docs"),
    ("grafana", r"gl(?:sa|c)_[A-Za-z0-9+/=_-]{30,400}|eyJrIjoi[A-Za-z0-9+/=_-]{40,400}", "grafana.com/docs"),
    ("datadog", r"ddpat_[A-Za-z0-9_]{20,100}", "docs.datadoghq.com"),
    ("newrelic", r"NR(?:AK|JS|II|RA|IQ)-[A-Za-z0-9-]{19,64}", "docs.newrelic.com"),
    ("sentry", r"sntr(?:ys|yu|ya)_[A-Za-z0-9+/=_-]{40,300}", "docs.sentry.io"),
    ("sentry_dsn", r"https://[0-9a-f]{32}(?::[0-9a-f]{32})?@[a-z0-9.-]*sentry\.io/\d+", "docs.sentry.io"),
    ("dynatrace", r"dt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}", "docs.dynatrace.com"),
    ("elastic", r"essu_[A-Za-z0-9+/=]{40,120}", "elastic.co/guide"),
    ("sonar", r"sq[aup]_[0-9a-f]{40}", "docs.sonarsource.com"),
    ("snyk_sourcegraph", r"sgp_(?:[0-9a-fA-F]{16}_|local_)?[0-9A-Za-z]{40,70}|slk_[0-9a-f]{64}", "sourcegraph.com/docs"),
    ("postman", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}", "learning.postman.com"),
    ("linear", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,64}", "developers.linear.app"),
    ("notion", r"(?:secret|ntn)_[A-Za-z0-9]{40,60}", "developers.notion.com"),
    ("airtable", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}", "airtable.com/developers"),
    ("asana", r"[012]/\d{14,18}(?:/\d{14,18})?:[0-9a-f]{32}", "developers.asana.com"),
    ("figma", r"figd_[A-Za-z0-9_-]{36,64}", "figma.com/developers"),
    ("dropbox", r"sl\.(?:u\.)?[A-Za-z0-9_-]{60,1000}", "developers.dropbox.com"),
    ("facebook", r"EAA[A-Za-z0-9]{60,400}|\d{13,17}\|[A-Za-z0-9_-]{24,48}", "developers.facebook.com"),
    ("twitter", r"AAAAAAAAAA[A-Za-z0-9%]{60,200}", "developer.x.com"),
    ("twitch_spotify", r"oauth:[a-z0-9]{30}", "dev.twitch.tv/docs"),
    ("mapbox", r"[sp]k\.eyJ[A-Za-z0-9_-]{40,120}\.[A-Za-z0-9_-]{20,30}", "docs.mapbox.com"),
    ("adobe", r"p8e-[A-Za-z0-9_-]{30,40}", "developer.adobe.com"),
    ("contentful_algolia", r"CFPAT-[A-Za-z0-9_-]{40,48}", "contentful.com/developers"),
    ("hubspot", r"pat-(?:na|eu)\d-[0-9a-f]{8}-[0-9a-f-]{27}", "developers.hubspot.com"),
    ("intercom_typeform", r"tfp_[A-Za-z0-9_.-]{40,64}", "typeform.com/developers"),
    ("easypost", r"EZ[AT]K[A-Za-z0-9]{54}", "docs.easypost.com"),
    ("duffel_frameio", r"duffel_(?:test|live)_[A-Za-z0-9_-]{40,48}|fio-u-[A-Za-z0-9_=-]{60,70}", "duffel.com/docs"),
    ("prefect_readme", r"pn[ub]_[A-Za-z0-9]{36}|rdme_[a-z0-9]{70}", "docs.prefect.io"),
    ("tailscale", r"tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9-]{16,80}", "tailscale.com/kb"),
    ("ngrok", r"ak_[A-Za-z0-9]{27}|[12][A-Za-z0-9]{26,28}_[A-Za-z0-9]{20,22}", "ngrok.com/docs"),
    ("age", r"AGE-SECRET-KEY-1[A-Z0-9]{50,62}", "age-encryption.org/v1"),
    ("openshift", r"sha256~[A-Za-z0-9_-]{43}", "docs.openshift.com"),
    ("vault_batch", r"[sb]\.[A-Za-z0-9]{24}", "developer.hashicorp.com/vault (before 1.10)"),
    ("ionic", r"ion_[A-Za-z0-9]{40,44}", "ionic.io/docs"),
    ("polar_workos", r"polar_(?:oat|pat|rst|at_[ou])_[A-Za-z0-9]{32,64}|sk_[A-Za-z0-9]{40,80}", "docs.polar.sh, workos.com/docs"),
    ("clerk_trigger", r"tr_(?:dev|prod|stg)_[A-Za-z0-9]{16,40}", "trigger.dev/docs"),
    ("teamwork", r"tkn\.v\d_[A-Za-z0-9+/=]{60,100}", "apidocs.teamwork.com"),
    ("voiceflow", r"VF\.(?:DM|WS)\.[0-9a-f]{24}\.[A-Za-z0-9]{16}", "docs.voiceflow.com"),
    ("zoho", r"1000\.[0-9a-f]{32}\.[0-9a-f]{32}", "zoho.com/accounts/protocol/oauth"),
    ("rapidapi", r"[0-9a-f]{10}msh[0-9a-f]{15}p1[0-9a-f]{5}jsn[0-9a-f]{12}", "docs.rapidapi.com"),
    ("ssh_password_hash", r"\$(?:2[aby]|6|5|1|y|argon2id?)\$[./A-Za-z0-9,=+$]{20,200}", "crypt(5)"),
)  # fmt: skip

# Shapes that random identifiers share: only beside a word of secrecy.
_NEEDS_WORD = frozenset(
    {
        "ngrok",
        "vault_batch",
        "mailgun",
        "asana",
        "crates",
        "azure_storage",
        "cohere_mistral",
        "facebook",
        "google_client",
        "nuget",
        "postmark_resend",
    }
)


def _row(name: str, pattern: str, source: str) -> Recognizer:
    lead = "" if pattern.startswith(("(?i)", "[?", r"\$", r"\b")) else r"\b"
    return Recognizer(
        f"secret_{name}",
        "API_KEY",
        f"{lead}(?:{pattern})",
        check=not_dummy,
        guard=token_edges,
        context="secret",
        needs_context=name in _NEEDS_WORD,
        score=0.93,
        near=0.96,
        strict=name not in _NEEDS_WORD,
        reference=f"https://{source}",
    )


ROWS = tuple(_row(*row) for row in _TABLE)
