"""Words that the network takes for names or addresses now and then, by what is to be done with them."""

# ruff: noqa: SIM905 - word lists read better as text
from __future__ import annotations

import re

import re2

# Pronouns, days, months, forms of address and other words that stand where a name can stand (`John: You saved me`) and
# are none in any case.
SMALL = frozenset(
    """
    i me you your he him his she her it its we us our they them their this that these those what who whom which when
    where why how yes no not and or but if then the a is are was were does did doesn didn isn can could would should
    please thanks ich mich mir dich sie wir ihr ihnen das der die den und oder nicht nein wer wie wann hatten haben sind
    nosotros ellos usted ustedes los las qué quién cómo nós vocês eles elas não que quem vous nous ils elles les une oui
    monday tuesday wednesday thursday friday saturday sunday january february march july september october november
    december montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz juli oktober dezember
    lundi mardi mercredi jeudi vendredi samedi dimanche janvier février juillet août septembre octobre novembre décembre
    lunes martes miércoles jueves viernes sábado enero febrero mayo junio agosto septiembre octubre noviembre diciembre
    segunda terça quarta quinta sexta janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
    lunedì martedì mercoledì giovedì venerdì gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    dr mr mrs ms prof herr frau mme mlle sr sra srta doctor madam sir
    """.split()
)  # fmt: skip
# Forms of address, roles and labels in front of a name; greetings, and verbs that a sentence begins with.
BEFORE_NAMES = frozenset(
    """
    mr mrs ms mx miss dr prof professor doctor sir madam dame lord lady rev reverend hon judge justice president senator
    minister governor captain major general colonel sergeant officer king queen prince princess pope saint nurse coach
    herr frau fräulein doktor monsieur madame mademoiselle mme mlle maître señor señora señorita sr sra srta don doña
    dom dona dottor dottore dottoressa signor signora sig dhr mevrouw meneer pan pani hr fru fröken bay bayan sayın
    patient client customer contact name user author owner manager doctora doctor employee from to cc dear hi hello hey
    hallo hola olá ciao bonjour cher chère liebe lieber estimado estimada querido querida caro cara beste drogi ask tell
    call email ping contact meet thank thanks ticket issue department dept attn attention regards sincerely
    г господин госпожа доктор профессор президент
    """.split()
)  # fmt: skip
# Adjectives and nouns of everyday that are given names too, in scripts without capitals to tell them apart, without
# vowel signs as `tokens.fold` writes them: `the weather is جميل`. Alone they need more proof than others.
TWO_MEANINGS = frozenset(
    """
    جميل كريم سعيد سليم شريف عادل صالح ناصر هادي أمين امين كامل فريد وحيد حكيم رشيد صادق طاهر عزيز مجيد نبيل لطيف بديع
    سالم ماهر ظاهر باسم نور أمل امل سلام هدى رحمة حسن ورد فجر قمر نجم شمس ربيع بهاء جميلة كريمة سعيدة شريفة أمينة لطيفة
    صافي غالي مبارك مسعود منصور محمود سامي عالي وردة حياة دنيا صباح ندى سحر ربى منى شادي هناء وفاء رجاء إيمان ايمان
    امید آرزو بهار ستاره پروانه شادی پیروز روشن زیبا مهر
    सुंदर आशा किरण प्रकाश विजय आनंद शांति दीपक कमल सूरज पूजा प्रेम विकास उदय आकाश सागर ज्योति दया करुणा माया सुमन राज
    אור שיר גיל טל אביב אלון דוד חיים שלום תקווה נועם רון עדי אורן שקד ים אגם
    """.split()
)
# Words that no address ends with.
NOT_LAST = frozenset(
    """
    and or but in at on for with to from of by is was the a wants lives
    und oder in mit für y o con para e et ou avec och og
    """.split()
)
# Programs, models and services that are named like people: `Claude wrote a test`, but `my uncle Claude called`.
PRODUCTS = frozenset(
    """
    claude anthropic gemini grok mistral llama sonnet opus haiku bard devin siri alexa cortana watson cohere ollama
    perplexity julia ruby ada pascal scala elixir delphi eclipse jenkins travis maven gradle jasmine jest mocha celery
    django flask bottle hugo jekyll ghost felix kong camel kafka cassandra phoenix aurora athena apollo mercury
    jupyter sage stella loki grafana sentry vagrant consul nomad packer terraform ansible rancher helm harbor argo
    seaborn plotly bokeh altair keras gensim spacy ruff undici debconf castiron pytest mypy numpy scipy gunicorn uvicorn
    fastapi starlette pydantic sinatra laravel symfony webpack babel rollup svelte nuxt quarkus mockito lombok gson
    hibernate selenium puppeteer playwright cypress vitest eslint prettier postgres mariadb duckdb trino druid
    clickhouse parquet dask luigi prefect dagster airflow mlflow kubeflow langchain weaviate qdrant milvus dejavu luxi
    nimbus palatino garamond helvetica verdana calibri cambria consolas tahoma
    tekton spinnaker marathon chronos hive pig spark spanner anthos calliope cognito lambda tesla trello asana
    """.split()
)
# What stands behind a product's name and makes it more of one: `Claude Code`, `Gemini Flash`.
PRODUCT_PARTS = frozenset(
    """
    code desktop cli cloud studio pro api sdk assistant enterprise plus flash ultra mini nano lite server core docs
    engine actions agent agents workspace console web mobile
    """.split()
)
# Families of fonts: `Arial Black` is none of the Blacks.
FONTS = frozenset(
    "arial verdana helvetica roboto noto dejavu liberation segoe nimbus luxi cantarell inconsolata calibri".split()
)
# `SwiftUI`, `GraphQL`: a word that ends in a technical abbreviation.
TECHNICAL = re.compile(
    r"[A-Z]?[a-z]+(?:UI|UX|QL|SQL|OS|IO|ML|JS|TS|DB|AI|API|SDK|XML|HTML|CSS|JSON|YAML|CLI|IDE|RTC|GL|VM|FS|RPC|CI|CD|LM)"
)
# A heading in front of a list of three or more says what its items are: `Fonts: Barlow, Castoro, Young Serif`. Only
# things that are called like people and never are people; at the beginning of a line or sentence.
_THINGS_HEAD = (
    r"(?:fonts?|typefaces?|font famil(?:y|ies)|colou?rs?|palettes?|icons?|libraries|frameworks?|plugins?"
    r"|schriften|schriftarten|farben|polices|couleurs|fuentes|colores|fontes|cores)(?: \([^()\n]{0,40}\))?\**[:：] ?"
)
THING_LIST = re.compile(
    r"(?im)(?:^|[.;!?] )[^\w\n]{0,6}(?:[a-z]+ ){0,3}"
    + _THINGS_HEAD
    + r"((?:[^\n,.;:]{1,40}, ?){2,}(?:(?:and|or|und|et|y|e) )?[^\n,.;:]{1,40})"
)
# Few texts have such a heading at all.
THING_HEAD = re2.compile("(?i)" + _THINGS_HEAD)
# What is called after somebody: `Parkinson's disease`, but `Parkinson's daughter`.
EPONYMS = re.compile(
    r"['’]s? (?:diseases?|syndromes?|laws?|theorems?|lemmas?|algorithms?|effects?|principles?|constants?|razor"
    r"|equations?|tests?|rules?|paradox|dilemma|inequalit(?:y|ies)|conjectures?|method|sign|palsy|lymphoma|sarcoma|distance"
    r"|entropy|Day|Eve|Bay|number|criteri(?:a|on)|coefficient|formula|machine|notation|thesis|hypothesis)\b"
)
# The same without an apostrophe, behind one word: `Fibonacci heap`, `a Markov chain`.
NAMED_THINGS = re.compile(
    r" (?:heaps?|coding|trees?|transforms?|filters?|sequences?|numbers?|distributions?|process(?:es)?|chains?"
    r"|matri(?:x|ces)|bosons?|condensates?|telescopes?|theorems?|algorithms?|equations?|conjecture|lemma|polynomials?|ciphers?|encoding"
    r"|scale|integrals?|operators?|kernels?|manifolds?|paradox|constant|diagrams?|curves?|graphs?|automat(?:on|a)"
    r"|decomposition|factorization|interpolation|regression|radiation|criterion|coefficient|inequality|notation)\b"
)
# What is called something: `the Hermes project`, but `Hermes said`.
THINGS = re.compile(
    r" (?:projects?|repo|repository|modules?|packages?|librar(?:y|ies)|frameworks?|services?|clusters?|plugins?"
    r"|datasets?|models?|API|SDK|CLI|servers?|branch|release|database|compiler|protocol|format|engine|app|agent)\b"
)
