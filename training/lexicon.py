"""Names, places, companies and products to fill templates with, and the gazetteer made of them."""

# ruff: noqa: E501, SIM905 - tables of words are easier to read in long lines
from __future__ import annotations

import datetime
import importlib
import re
import tarfile
from functools import cache
from random import Random

from fetch import DOWNLOADS, fetch

fetch()  # before Faker: the pinned one is put on the path
import listed  # noqa: E402
import scripts  # noqa: E402
import transliteration  # noqa: E402
from faker import Faker  # noqa: E402

# Language of a template -> locales of Faker (MIT) whose names go with it.
LOCALES = {
    "en": "en_US en_US en_GB en_IN en_CA en_AU en_NZ en_IE",
    "de": "de_DE de_DE de_AT de_CH", "es": "es_ES es_MX es_CO es_AR es_CL", "pt": "pt_BR pt_PT pt_BR",
    "fr": "fr_FR fr_CA fr_CH fr_BE", "it": "it_IT it_CH", "nl": "nl_NL nl_BE", "pl": "pl_PL", "da": "da_DK", "sv": "sv_SE",
    "zh": "zh_CN", "ru": "ru_RU", "uk": "uk_UA", "cs": "cs_CZ", "el": "el_GR", "tr": "tr_TR", "ja": "ja_JP", "ko": "ko_KR",
    "ar": "ar_AA ar_AA ar_SA ar_DZ ar_PS", "hi": "hi_IN hi_IN hi_IN ne_NP mr_IN", "he": "he_IL", "fi": "fi_FI", "nb": "no_NO", "ro": "ro_RO", "hu": "hu_HU",
    "hr": "hr_HR", "id": "id_ID", "vi": "vi_VN", "fa": "fa_IR", "th": "th_TH", "bn": "bn_BD", "ta": "ta_IN", "ka": "ka_GE",
    "hy": "hy_AM", "bg": "bg_BG", "mk": "mk_MK",
}  # fmt: skip
# Names from anywhere turn up in any language: these lend theirs to all languages in the Latin alphabet.
WORLD = (
    "de_DE es_ES pt_BR fr_FR it_IT nl_NL pl_PL da_DK sv_SE cs_CZ tr_TR fi_FI no_NO ro_RO hu_HU hr_HR id_ID vi_VN en_US en_IN "
    "sl_SI lt_LT lv_LV et_EE sk_SK es_MX fr_CA tw_GH en_NG zu_ZA is_IS ga_IE az_AZ uz_UZ ha_NG yo_NG ig_NG sw ru_RU_latin uk_UA_latin bg_BG_latin en_PK en_IN"
).split()

MORE_FIRST = """Aisha Amara Anjali Arjun Ayesha Bilal Chidi Dmitri Ekaterina Fatima Farid Giorgos Hamza Hiroshi Ibrahim Ines
Ivan Jamal Jin Kenji Kofi Kwame Lakshmi Layla Leila Mei Ming Mohammed Muhammad Nadia Natasha Ngozi Nikhil Olga Omar Priya
Rahul Rajesh Ravi Rohan Sakura Samir Sanjay Sergei Svetlana Tariq Uche Vladimir Wei Xiao Xin Yasmin Yuki Yusuf Zainab Zahra
Zoe Zack Liz Bob Bill Jim Joe Tom Tim Nick Mike Dave Steve Chris Matt Dan Ben Sam Alex Max Jack Kate Meg Beth Becky Jen Jenny
Barack Donald Angela Emmanuel Boris Vladimir Recep Xi Narendra Justin Taylor Beyonce Rihanna Kanye Kim Oprah Elon Zendaya
Lisa Rose """.split()
MORE_LAST = """Obama Trump Clinton Biden Merkel Scholz Macron Sarkozy Putin Zelensky Erdogan Netanyahu Modi Bolsonaro Lula Cardoso
Blair Thatcher Churchill Roosevelt Kennedy Reagan Bush Nixon Lincoln Washington Jefferson Swift Bieber Messi Ronaldo Neymar Federer
Nadal Djokovic Okafor Adeyemi Mensah Nkosi Dlamini Mbeki Khan Ahmed Hussain Ali Hassan Singh Kaur Sharma Patel Gupta Reddy Iyer
Nguyen Tran Pham Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Tanaka Suzuki Sato Yamamoto Watanabe Kim Park Lee Choi Jung
Ivanov Petrov Smirnov Kuznetsov Popov Sokolov Kowalski Nowak Novák Horvat Nagy Papadopoulos Yılmaz Demir Haddad Cohen Levi Mizrahi
O'Brien O'Connor O'Neill McDonald MacLeod McCarthy D'Angelo D'Amico St. John Fitzgerald van Dyke""".split()  # fmt: skip

SURNAMES_ZH = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤傅"  # fmt: skip
GIVEN_ZH = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂志国建文华玉兰红春梅海燕鹏飞龙宇浩然子轩梓涵雨欣怡佳琪俊晨思远博雅婷慧宁安康德义仁礼智信忠孝廉光辉耀祖宗泽民生福寿禄喜昌盛兴旺登润和顺学东小大中正作启元景云天培之书山松柏林森"  # fmt: skip
SOUNDS_ZH = "阿艾安巴贝本比伯布查达戴德迪多恩尔法费弗福盖格哈汉赫霍基吉加杰卡科克肯拉莱兰劳雷里利林卢鲁伦罗马麦曼梅米莫姆纳内尼诺帕佩皮普奇乔萨塞森沙史斯索塔泰特汤托瓦威维文沃西希谢辛雅亚伊尤约泽詹朱奥丹理莉娅妮克顿逊"  # fmt: skip

PRODUCTS = """Claude Claude Anthropic OpenAI ChatGPT GPT Gemini DeepSeek Qwen Mistral Cohere Perplexity Groq Ollama LangChain Opus Sonnet Haiku
Bedrock Vertex Kimi Phi Gemma Whisper Midjourney Bash Todo Grep Glob Markdown Unicode Boolean Django Flask Celery React Angular Vue Svelte Ember Redux Express Koa Jupyter Redis Jenkins Maven Gradle Ant Bazel
Kafka Cassandra Hadoop Spark Hive Pig Airflow Prometheus Grafana Loki Thanos Sentry Ansible Terraform Vagrant Consul Vault Nomad Packer
Docker Kubernetes Helm Istio Rancher Harbor Argo Flux Tekton Travis Heroku Firebase Supabase Prisma Sequelize Mongoose Nest Next.js Nuxt
Jest Vitest Mocha Chai Jasmine Cypress Playwright Selenium Puppeteer Pandas NumPy SciPy PyTorch TensorFlow Keras Julia Ruby Rails Scala
Ada Pascal Dart Flutter Kotlin Swift Rust Golang Python Java JavaScript TypeScript Perl Haskell Erlang Elixir Phoenix Clojure Groovy
Hugo Jekyll Ghost WordPress Drupal Joomla Magento Shopify Stripe Twilio Slack Zoom Teams Outlook Excel Word PowerPoint Photoshop Figma
Jira Confluence Trello Asana Notion GitHub GitLab Bitbucket Gerrit Nexus Artifactory SonarQube PostgreSQL MySQL MariaDB SQLite MongoDB
Elasticsearch Kibana Logstash Splunk Datadog Dynatrace Alexa Siri Cortana Watson Claude Gemini ChatGPT Copilot Llama Mistral Sonnet
Haiku Opus Bard Codex Cursor Windsurf Aider Tesla Roomba iPhone Galaxy Kindle Windows Linux Ubuntu Debian Fedora Android Chrome Firefox
Safari Edge Opera nginx Apache Tomcat Jetty Caddy Traefik HAProxy Varnish Lambda Athena Aurora Redshift Fargate Pascal Delphi Eclipse
IntelliJ Emacs Vim Nano Sublime Babel Webpack Rollup Vite Parcel Turbo Astro Tailwind Bootstrap Sass Less Hibernate Spring Lombok Jackson
Gson Guava Mockito Cucumber Gherkin Locust Pydantic FastAPI Starlette Gunicorn Uvicorn Poetry Alembic SQLAlchemy Pillow Requests Scrapy
Felix Calico Cilium Envoy Kong Zuul Eureka Hystrix Zookeeper Solr Lucene Nutch Tika Camel Karaf Mesos Marathon Chronos Ceph Gluster""".split()  # fmt: skip
ORG_NOUNS = """Bank Group Holdings Partners Capital Systems Software Technologies Labs Industries Motors Airlines Foods Pharma Energy Media
Insurance Logistics Consulting Studios Foundation Institute Hospital Clinic University College School Museum Church Hotel Records""".split()
ORG_ENDS = "Inc Inc. Ltd LLC Corp GmbH AG S.A. S.p.A. Ltda B.V. A/S Co. PLC Sp. z o.o.".split(" ")
ORG_WORDS = """Global United National First Pacific Atlantic Northern Southern Central Blue Green Silver Golden Rapid Prime Alpha Delta
Omega Nova Vertex Quantum Digital Cyber Cloud Data Smart Urban Metro Royal Premier Summit Pioneer Liberty Horizon Phoenix Titan""".split()
ORGS = """Anthropic OpenAI DeepMind Nvidia Meta Cloudflare Vercel Microsoft Google Apple Amazon Facebook Twitter Netflix Oracle IBM Intel Siemens Bosch Volkswagen BMW Renault Peugeot Airbus Boeing
Samsung Sony Toyota Honda Nissan Walmart Nestlé Unilever Bayer Novartis Pfizer Deutsche Bank Bundesliga Bundestag UNESCO UNICEF NATO OPEC
Reuters CNN BBC NBC Folha Globo Petrobras Benfica Sporting Palmeiras Flamengo Corinthians Barcelona Arsenal Chelsea Juventus Greenpeace
Congress Senate Parliament FIFA UEFA FBI CIA NASA Interpol Pentagon Kremlin""".split()
ROLES = """Senior Engineer|Product Manager|CEO|CFO|CTO|Head of Sales|Account Manager|Project Manager|Data Scientist|Nurse|Director|Analyst|
Consultant|Recruiter|Team Lead|Marketing Manager|Software Developer|Assistant|Secretary|President|Chairman|Intern""".replace(
    "\n", ""
).split("|")
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "styczniu lutym marcu kwietniu maju czerwcu lipcu sierpniu wrześniu październiku listopadzie grudniu",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "zh": "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
}  # fmt: skip
DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pl": "poniedziałek wtorek środę czwartek piątek sobotę niedzielę",
    "da": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag",
}


# What people do in reports, by language: a family name alone in front of it is a name, at the start of a sentence too.
DEEDS = {
    "en": "said told asked added denied announced won lost scored left joined resigned replied argued explained wrote signed refused agreed returned died spoke insists admits thinks wants knows plays heads owns leads",
    "de": "sagte erklärte betonte bestritt gewann verlor traf verließ antwortete schrieb unterzeichnete kehrte starb sprach meint weiß will spielt leitet führt kam ging blieb forderte kritisierte lebte arbeitete fragte",
    "fr": "a|dit déclare explique affirme nie gagne perd quitte rejoint répond écrit signe refuse accepte revient meurt parle estime pense veut sait joue dirige possède travaille vivait demanda expliqua partit",
    "es": "dijo declaró explicó afirmó negó ganó perdió marcó dejó respondió escribió firmó rechazó aceptó volvió murió habló cree quiere sabe juega dirige vive trabajaba preguntó pidió anunció llegó",
    "pt": "disse afirmou explicou negou ganhou perdeu marcou deixou respondeu escreveu assinou recusou aceitou voltou morreu falou acha quer sabe joga dirige vive trabalhava perguntou pediu anunciou chegou procurou desceu não",
    "it": "disse ha dichiarò spiegò negò vinse perse segnò lasciò rispose scrisse firmò rifiutò accettò tornò morì parlò crede vuole sa gioca dirige vive lavorava chiese annunciò arrivò",
    "nl": "zei verklaarde ontkende won verloor scoorde verliet antwoordde schreef tekende weigerde keerde stierf sprak denkt wil weet speelt leidt woont werkte vroeg kwam ging",
    "da": "sagde forklarede nægtede vandt tabte scorede forlod svarede skrev underskrev afviste vendte døde talte mener vil ved spiller leder bor arbejdede spurgte kom åbner",
    "sv": "sade förklarade nekade vann förlorade gjorde lämnade svarade skrev undertecknade vägrade återvände dog talade anser vill vet spelar leder bor arbetade frågade kom",
    "nb": "sa forklarte nektet vant tapte scoret forlot svarte skrev signerte avviste dro døde snakket mener vil vet spiller leder bor jobbet spurte kom",
    "fi": "sanoi kertoi kiisti voitti hävisi lähti vastasi kirjoitti allekirjoitti kieltäytyi palasi kuoli puhui uskoo haluaa tietää pelaa johtaa asuu kysyi tuli",
    "pl": "powiedział stwierdził wyjaśnił zaprzeczył wygrał przegrał strzelił opuścił odpowiedział napisał podpisał odmówił wrócił zmarł mówi uważa chce wie gra kieruje mieszka zapytała dodała",
    "ru": "сказал заявил объяснил отрицал выиграл проиграл забил покинул ответил написал подписал отказался вернулся умер считает хочет знает играет руководит живёт спросила добавила",
    "tr": "dedi açıkladı yazdı kazandı kaybetti geldi gitti istedi söyledi imzaladı döndü öldü konuştu oynuyor yaşıyor",
    "hu": "mondta közölte írta nyert vesztett elment válaszolt visszatért meghalt beszélt akarja tudja játszik vezeti él kérdezte",
    "ro": "spus a|declarat a|negat a|câștigat a|pierdut a|plecat a|răspuns a|scris a|semnat crede vrea știe joacă conduce trăiește",
    "cs": "řekl uvedl vysvětlil popřel vyhrál prohrál odešel odpověděl napsal podepsal odmítl zemřel myslí chce ví hraje vede žije",
    "hr": "rekao izjavio objasnio pobijedio izgubio otišao odgovorio napisao potpisao odbio umro misli želi zna igra vodi živi",
}

# Things that are named after people, ships, storms and places of the map, by language; what is named stands for `{}`.
NAMED_THINGS = {
    "en": "the {} effect|the {} telescope|{}'s law|the {} theorem|the {} Prize|the {} Medal|{} University|{} Airport|{} Stadium|the {} Bridge|"
    "the {} Center|the {} Foundation|HMS {}|the USS {}|the ship {}|Hurricane {}|Storm {}|Lake {}|Mount {}|Fort {}|Port {}|Cape {}|{} County|"
    "the {} Act|the {} report|the {} scale|{} syndrome|the {} algorithm|a {} diagram|the {} Museum|{}'s Pizza|{} & Sons|{} Motors|the {} List|"
    "the {} test|{} Elementary School|St. {}'s Hospital|{} High School|the {} Cup|the film {}|the play {}",
    "de": "der {}-Effekt|das {}-Gymnasium|die {}straße|der {}platz|der {}-Preis|die {}-Stiftung|das {}sche Gesetz|die MS {}|Orkan {}|Sturmtief {}|"
    "das {}-Syndrom|die {}-Klinik|die {}-Halle|der {}-Test|das {}-Museum|die {} GmbH",
    "fr": "le prix {}|la loi {}|la rue {}|le lycée {}|l'effet {}|la tempête {}|le pont {}|la fondation {}|la maladie de {}|le stade {}|l'hôpital {}|l'institut {}",
    "es": "el premio {}|la ley {}|el efecto {}|el huracán {}|el hospital {}|el estadio {}|la fundación {}|el síndrome de {}|el buque {}|el instituto {}",
    "it": "il premio {}|la legge {}|l'effetto {}|la fondazione {}|il morbo di {}|lo stadio {}|il liceo {}|la tempesta {}|il ponte {}",
    "pt": "o prêmio {}|a lei {}|o efeito {}|o furacão {}|o hospital {}|o estádio {}|a fundação {}|a síndrome de {}|a escola {}",
}


def _texts(module: object, prefix: str) -> list[str]:
    """All strings in a Faker provider's own lists (not those of its base classes) whose name holds `prefix`."""
    found: set[str] = set()
    for name, value in vars(module).items():
        if prefix in name and isinstance(value, (list, tuple, dict)):
            found.update(v for v in value if isinstance(v, str) and v and "{" not in v)
    return sorted(found)


@cache
def people(locale: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`(first names, last names)` of a locale; empty when Faker has none."""
    try:
        provider = importlib.import_module(f"faker.providers.person.{locale.removesuffix('_latin')}").Provider
    except ModuleNotFoundError:
        return scripts.written(locale, "first"), scripts.written(locale, "last")
    if romanized := locale.endswith("_latin"):
        locale = locale.removesuffix("_latin")
    first, last = _texts(provider, "first_name"), _texts(provider, "last_name")
    if romanized:
        first, last = sorted(set(map(latin, first))), sorted(set(map(latin, last)))
    own = _listed(locale)
    first = sorted({*first, *scripts.written(locale, "first"), *own[0]})
    last = sorted({*last, *scripts.written(locale, "last"), *own[1]})
    if locale == "en_US":
        last = sorted(set(last) | set(census("dist.all.last", 6000)))
        first = sorted(set(first) | set(census("dist.male.first", 800)) | set(census("dist.female.first", 1800)))
    return tuple(first), tuple(last)


@cache
def surnames() -> frozenset[str]:
    """Korean family names of one syllable."""
    return frozenset(name for name in scripts.written("ko_KR", "last") if len(name) == 1)


def korean() -> dict[str, tuple[str, ...]]:
    """What the Korean dictionary lists (`listed.korean`)."""
    return listed.korean(surnames())


def _listed(locale: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`(first names, last names)` of packages other than Faker."""
    if locale == "ko_KR":
        return korean()[listed.GIVEN] + korean()[listed.TWOFOLD], ()
    return listed.people({"ar_AA": "ar", "fa_IR": "fa"}[locale]) if locale in ("ar_AA", "fa_IR") else ((), ())


@cache
def census(name: str, top: int) -> tuple[str, ...]:
    """The `top` most frequent names of a list of the US census (public domain), as `names` ships them."""
    with tarfile.open(DOWNLOADS / "names-0.3.0.tar.gz") as archive:
        member = archive.extractfile(f"names-0.3.0/names/{name}")
        assert member is not None
        return tuple(line.split()[0].capitalize() for line in member.read().decode().splitlines()[:top])


@cache
def fakers(locale: str) -> Faker:
    fake = Faker(locale)
    fake.seed_instance(7)
    return fake


@cache
def places(locale: str) -> tuple[str, ...]:
    """200 cities of a locale, without fantasy suffixes where Faker knows real ones."""
    fake = fakers(locale)
    provider = importlib.import_module(f"faker.providers.address.{locale}").Provider
    real = [c for c in _texts(provider, "cit") if len(c) > 2 and c[0].isalpha() and c[0].isupper()]
    return tuple(real or sorted({fake.city() for _ in range(200)}))


# Dates end here and not today: the same seed gives the same data on any day.
TODAY = datetime.date(2026, 1, 1)
COUNTRIES = tuple(
    sorted(
        set(importlib.import_module("faker.providers.address.en").Provider.countries)
        | {"England", "Scotland", "Bosnia"}
    )
)
CITIES = """London Paris Berlin Madrid Lisbon Rome Vienna Warsaw Moscow Kyiv Beijing Tokyo Seoul Delhi Mumbai Sydney Toronto Chicago Boston
Houston Dallas Austin Denver Seattle Miami Atlanta Portland Phoenix Charlotte Madison Jackson Lincoln Florence Brussels Amsterdam Copenhagen
Stockholm Oslo Helsinki Budapest Prague Athens Istanbul Cairo Lagos Nairobi Auckland Springfield Oxford Cambridge Manchester Hamburg München
Köln Frankfurt Zürich Genf Lyon Marseille Milano Napoli Porto Coimbra Brasília Recife Salvador Sevilla Zaragoza Bogotá Lima Santiago""".split()  # fmt: skip


def words_of(names: tuple[str, ...] | list[str]) -> set[str]:
    return {part for name in names for part in re.split(r"[\s\-'’.]+", name) if len(part) > 1}


@cache
def gazetteer() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words of `(first names, last names, places)` in all locales used."""
    locales = sorted({x for v in LOCALES.values() for x in v.split()} | set(WORLD))
    first, last, place = set(MORE_FIRST), set(MORE_LAST), set(CITIES) | words_of(list(COUNTRIES))
    for locale in locales:
        f, la = people(locale)
        if locale not in {"zh_CN", "zh_TW", "ja_JP"}:
            first |= words_of(f)
            last |= words_of(la)
        if locale == "pl_PL":
            first |= {form for name in words_of(f) for form in forms(name)}
            last |= {form for name in words_of(la) for form in forms(name)}
    for value in LOCALES.values():
        for locale in set(value.split()):
            try:
                place |= words_of(places(locale))
            except (ModuleNotFoundError, AttributeError):
                continue
    last |= words_of(list(census("dist.all.last", 15000)))
    for locale in ("ko_KR", "hi_IN", "ar_AA", "fa_IR"):
        first |= words_of(scripts.written(locale, "foreign_first"))
        last |= words_of(scripts.written(locale, "foreign_last"))
    own = korean()
    first |= set(own[listed.FOREIGN_FIRST])
    last |= set(own[listed.FOREIGN_LAST]) | set(listed.foreign_arabic())
    place |= set(own[listed.PLACES])
    for language in ("ko", "hi", "ar", "ru", "uk", "he", "fa", "th", "bn", "ta", "ka", "hy", "el"):
        place |= words_of(scripts.cities(language)) | words_of(scripts.locale_data(language)[0])
    return frozenset(first), frozenset(last), frozenset(place)


def transliterated(rng: Random) -> str:
    """A foreign name in Chinese characters."""
    if rng.random() < 0.35:
        return rng.choice(listed.chinese(SURNAMES_ZH, SOUNDS_ZH)[1])
    part = lambda low, high: "".join(rng.choice(SOUNDS_ZH) for _ in range(rng.randint(low, high)))  # noqa: E731
    return part(2, 4) + ("·" + part(2, 4) if rng.random() < 0.55 else "")


SOUNDS_JA = "ア イ エ オ カ キ ク コ サ シ ジョ ス セ タ ト ド ナ ニ ネ ノ バ ビ ブ ベ ボ パ ピ ポ ハ ヒ フィ マ ミ メ モ ラ リ ル レ ロ ヤ ユ ワ ウィ ジェ チャ シャ デ ティ グ ガ ゴ ダ ヴァ".split()


def katakana(rng: Random) -> str:
    """A foreign name in Katakana."""

    def part() -> str:
        sounds = "".join(rng.choice(SOUNDS_JA) for _ in range(rng.randint(2, 4)))
        return sounds + rng.choice(("", "ー", "ン", "ス", "ド", "ル"))

    return part() + (rng.choice(("・", "・", " ", "＝")) + part() if rng.random() < 0.7 else "")


def foreign(language: str, rng: Random) -> tuple[str, str]:
    """A first and a last name from elsewhere, as the language writes them; "" where there is none."""
    locale = LOCALES[language].split()[0]
    own = scripts.written(locale, "foreign_first"), scripts.written(locale, "foreign_last")
    if own[0] and rng.random() < 0.4:
        return rng.choice(own[0]), rng.choice(own[1])
    if language in ("ko", "ar") and rng.random() < 0.7:
        if language == "ar":
            return rng.choice(listed.foreign_arabic()), rng.choice(listed.foreign_arabic())
        return rng.choice(korean()[listed.FOREIGN_FIRST]), rng.choice(korean()[listed.FOREIGN_LAST])
    names = people(rng.choice(WORLD))
    first, last = (transliteration.transliterated(rng.choice(part or ("Anna",)), language, rng) for part in names)
    return first, last


def chinese(rng: Random) -> str:
    if rng.random() < 0.35:
        return rng.choice(listed.chinese(SURNAMES_ZH, SOUNDS_ZH)[0])
    if rng.random() < 0.35:
        last, first = (rng.choice(scripts.written("zh_TW", kind)) for kind in ("last", "first"))
        return scripts.simplified(last + first)
    return rng.choice(SURNAMES_ZH) + "".join(rng.choice(GIVEN_ZH) for _ in range(rng.choice((1, 2, 2, 2))))


# Polish cases, by the name's ending: (ending, what takes its place). Close enough to teach the pattern.
CASES_PL = (
    ("ska", "skiej skiej ską"), ("cka", "ckiej ckiej cką"), ("dzka", "dzkiej dzką"), ("ski", "skiego skiemu skim"), ("cki", "ckiego ckiemu ckim"),
    ("dzki", "dzkiego dzkiemu dzkim"), ("ia", "ii ię ią"), ("ja", "ji ję ją"), ("ka", "ki ce kę ką"), ("ga", "gi dze gę gą"), ("ra", "ry rze rę rą"),
    ("ta", "ty cie tę tą"), ("na", "ny nie nę ną"), ("ła", "ły le łę łą"), ("sza", "szy szę szą"), ("da", "dy dzie dę dą"), ("a", "y ie ę ą"),
    ("iec", "ca cowi cem"), ("ek", "ka kowi kiem"), ("eł", "ła łowi łem"), ("niec", "ńca ńcowi"), ("k", "ka kowi kiem"), ("g", "ga gowi giem"),
)  # fmt: skip


# Russian cases in the same way: women's names in -а keep their gender, surnames in -ов and -ский have their own endings.
CASES_RU = (
    ("ский", "ского скому ским ском"), ("ская", "ской скую"), ("цкий", "цкого цкому цким"), ("цкая", "цкой цкую"), ("ова", "овой ову"),
    ("ева", "евой еву"), ("ина", "иной ину"), ("ов", "ова ову овым ове"), ("ев", "ева еву евым еве"), ("ин", "ина ину иным ине"),
    ("ий", "ия ию ием ии"), ("ей", "ея ею еем ее"), ("ай", "ая аю аем ае"), ("ия", "ии ию ией"), ("ья", "ьи ью ьей"), ("ь", "я ю ем е"),
    ("ка", "ки ке ку кой"), ("га", "ги ге гу гой"), ("ша", "ши ше шу шей"), ("а", "ы е у ой"), ("я", "и е ю ей"), ("ко", "ко"), ("о", "о"), ("ых", "ых"),
)  # fmt: skip


def forms(name: str, language: str = "pl") -> list[str]:
    """The oblique cases of one Polish or Russian name."""
    if len(name) < 3 or not name.isalpha():
        return [name]
    for ending, others in sorted(CASES_RU if language == "ru" else CASES_PL, key=lambda case: -len(case[0])):
        if name.endswith(ending):
            return [name.removesuffix(ending) + other for other in others.split()]
    if language == "ru":
        return [name + ending for ending in ("а", "у", "ом", "е")] if name[-1] not in "еиоуыэю" else [name]
    if name[-1] in "eiouyąęó":
        return [name, name + "go", name + "mu"] if name[-1] in "ey" else [name]
    soft = (
        name.removesuffix("ń") + "ni"
        if name.endswith("ń")
        else name.removesuffix("ś") + "si"
        if name.endswith("ś")
        else name
    )
    return [soft + "a", soft + "owi", soft + "em", soft + ("u" if name[-1] in "lkgchjśń" else "ie")]


CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya i i e g".split(" "),
        strict=True,
    )
)


def latin(name: str) -> str:
    """A Cyrillic name in Latin letters: `Мстислав` -> `Mstislav`."""
    return "".join(CYRILLIC.get(c, c) for c in name.lower()).capitalize()


# Words of medicine that look like names.
MEDICAL = """Candida albicans|Escherichia coli|Staphylococcus aureus|Helicobacter pylori|Clostridium difficile|Klebsiella|Pseudomonas|Salmonella|
Troponin|Creatinine|Hemoglobin|Ferritin|Bilirubin|Albumin|Lipid Panel|Metformin|Lisinopril|Atorvastatin|Amoxicillin|Ibuprofen|Paracetamol|
Omeprazol|Enalapril|Ramipril|Pantoprazol|Metamizol|Tamoxifen|Rituximab|Gastroenterology|Cardiology|Oncology|Neurology|Urología|Oftalmología|
Ginecología|Traumatología|Innere Medizin|Chirurgie|Pneumologie|Cardiologia|Ortopedia|AINES|LHRH|PSA|TSH|HDL|LDL|MRI|CT|ECG|EKG|EEG|TAC|RMN|
Alzheimer|Parkinson|Crohn|Hodgkin|Hashimoto|Down|Raynaud|Sjögren|Cushing|Addison|Graves|Kawasaki|Behçet|Marfan|Turner|Gleason|Karnofsky|
Foley|Doppler|Glasgow|Apgar|Babinski|Murphy|Valsalva|Romberg|Lasègue|Wilson|Barrett|Bosniak|Kaplan-Meier|Ki-67|CD20|HER2|BRCA1""".replace(
    "\n", ""
).split("|")
