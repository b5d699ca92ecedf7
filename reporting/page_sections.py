"""The sections of the status page, each a pure function of the view. Order and frame: `reporting.pages`."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from reporting.coverage import Entry, State
from reporting.markup import Tone, ago, duration, facts, icon, listing, marked, number, section, table, tag, text
from reporting.page_model import StatusView, TryResult
from reporting.recipes import Recipe, Step
from reporting.record import RequestRecord
from reporting.try_form import MAX_TEXT

RECENT: Final = 50
_MAX_LINES: Final = 200

_STATE_TAGS: Final[dict[State, tuple[Tone, str]]] = {
    "inspected": ("good", "Inspected"),
    "tunnelled": ("bad", "Tunnelled unread"),
    "refused": ("warn", "Refused"),
    "blind": ("bad", "Blind"),
    "unseen": ("mute", "Not seen yet"),
}
_PROOFS: Final = {"measured": "tested with the real client", "documented": "as documented"}
_OUTCOME_TAGS: Final[dict[str, tuple[Tone, str]]] = {
    "sent": ("good", "Masked"),
    "clean": ("mute", "Nothing to mask"),
    "account": ("mute", "Account"),
    "other": ("mute", "Other"),
    "blocked": ("warn", "Blocked"),
}


def state(view: StatusView) -> str:
    """The line that says in one glance whether text is safe: never green while we are blind to a host."""
    alarms = view.alarms
    hosts = len({entry.host for entry in alarms})
    idle = not sum(view.outcomes.values())
    if view.state == "paused":
        tone, head = "warn", f"Paused: {view.reason}" if view.reason else "Paused"
        say = "Requests to language models are refused until this is solved. Nothing is sent unmasked."
    elif alarms:
        tone, head = "bad", f"Masking, but blind to {hosts} host{'' if hosts == 1 else 's'}"
        say = "This proxy cannot read what goes to the hosts below, so it cannot mask it. Everything else is masked."
    elif idle:
        # Not green: nothing proves yet that any client comes this way.
        tone, head = "idle", "Ready, nothing seen yet"
        say = (
            "No client has sent a request through this proxy since it started. Set one up below, then look here again."
        )
    elif not all(check.ok for check in view.checks):
        tone, head, say = "warn", "Masking, with a problem", "Text is masked, but something below needs your attention."
    else:
        tone, head = "good", "Masking"
        say = "Personal data and secrets are replaced before text leaves this machine."
    if alarms:
        tone = "bad"
    items = [
        f"<li><strong>{text(entry.host)}</strong> {tag(*_STATE_TAGS[entry.state])} "
        f"{text(entry.app + ': ' if entry.app else '')}{text(entry.advice)}</li>"
        for entry in alarms[:10]
    ]
    if len(alarms) > 10:
        items.append(f'<li><a href="#coverage">and {len(alarms) - 10} more</a></li>')
    if unread := view.texts.get("skipped", 0):
        items.append(
            f"<li>{tag('bad', f'Left unread: {unread}')} Pictures, sounds and other files went on uninspected. To "
            "refuse them, set <code>uploads.images</code> and <code>uploads.audio</code> to <code>block</code>.</li>"
        )
    items += [f"<li>{text(note)}</li>" for note in view.notes]
    for check in view.checks:
        if not check.ok:
            said = ". ".join(part.rstrip(".") for part in (check.detail, check.hint) if part)
            items.append(f"<li><strong>{text(check.name)}</strong>: {text(said)}.</li>")
    found = f"<ul>{''.join(items)}</ul>" if items else ""
    mark = icon("pause" if view.state == "paused" else tone)
    return f'<div class="state {tone}"><h1>{mark}<span>{text(head)}</span></h1><p>{text(say)}</p>{found}</div>'


def overview(view: StatusView) -> str:
    """Where requests go and what masks them."""
    detail = f"<small>{text(view.profiler_detail)}</small>" if view.profiler_detail else ""
    restore = "<small>answers are restored</small>" if view.restore else "<small>placeholders stay</small>"
    target = text(view.target) if view.target else "Home<small>each request to its own vendor</small>"
    up = duration(max(0, int(view.now - view.started)))
    return facts(
        (
            ("Target", target),
            ("Profiler", text(view.profiler) + detail),
            ("Policy", text(view.policy) + restore),
            ("Listening on", f"{text(view.address)}<small>for {up}</small>"),
        )
    )


def try_box(view: StatusView, result: TryResult | None) -> str:
    """The form, and above it nothing: the result comes below, where the eye goes next."""
    chosen = result.policy if result and result.policy else view.policy
    names = dict.fromkeys((view.policy, *view.policies))
    options = "".join(f"<option{' selected' if name == chosen else ''}>{text(name)}</option>" for name in names)
    typed = text(result.text) if result else ""
    form = (
        '<form method="post" action="/try#try" accept-charset="utf-8" autocomplete="off">'
        f'<input type="hidden" name="token" value="{text(view.try_token)}">'
        '<label for="try-text">Your sentence</label>'
        # HTML drops a newline right after the tag: give it one to drop, so that a typed one stays.
        f'<textarea id="try-text" name="text" required maxlength="{MAX_TEXT}" spellcheck="false" '
        f'placeholder="What is Jane Doe\'s SSN 123-45-6789?">\n{typed}</textarea>'
        '<div class="row"><div><label for="try-policy">Policy</label>'
        f'<select id="try-policy" name="policy">{options}</select></div>'
        "<button>Show what would leave</button></div></form>"
    )
    intro = "<p>See what a model would get. The text goes to the Profiler and back to you; nothing is stored.</p>"
    return section("try", "Try it", intro, form, _result(result) if result else "")


def _result(result: TryResult) -> str:
    if result.error:
        return f'<div class="result bad" role="alert"><h3>Not masked</h3><p>{text(result.error)}</p></div>'
    found = f"Masked {listing(result.counts)}." if result.counts else "Nothing to mask in this sentence."
    return (
        '<div class="result" role="status"><h3>This is what would leave</h3>'
        f'<p class="out">{marked(result.masked)}</p><p class="soft">{found} {result.ms:.1f} ms.</p></div>'
    )


def coverage(view: StatusView) -> str:
    """The truth meter: hosts seen first, those never seen folded away behind it."""
    seen = [entry for entry in view.coverage if entry.state != "unseen"]
    unseen = [entry for entry in view.coverage if entry.state == "unseen"]
    intro = "<p>For every model host seen since start: was its traffic read? Blind means it was not.</p>"
    hosts = len({entry.host for entry in seen})
    if seen:
        rows = [(entry.state in ("blind", "tunnelled"), _coverage_row(entry, view.now)) for entry in seen[:_MAX_LINES]]
        shown = table(
            f"{hosts} host{'' if hosts == 1 else 's'} seen since start",
            ("Host", "State", "Why", "Last seen", "Times"),
            rows,
            numeric=1,
        )
    else:
        shown = '<p class="empty">No model host has been seen since start.</p>'
    rest = ""
    if unseen:
        names = "".join(f"<li>{text(entry.host)}</li>" for entry in unseen[:_MAX_LINES])
        rest = (
            f"<details><summary>{len(unseen)} known host{'' if len(unseen) == 1 else 's'} not seen yet</summary>"
            f'<div class="recipe"><ul class="types mono">{names}</ul></div></details>'
        )
    return section("coverage", "Coverage", intro, shown, rest and f'<div class="known">{rest}</div>')


def _coverage_row(entry: Entry, now: float) -> tuple[str, ...]:
    app = f"<small>{text(entry.app)}</small>" if entry.app else ""
    others = ", ".join(f"{name} {one.count}" for name, one in sorted(entry.seen.items()))
    why = text(entry.advice) or f'<span class="soft">{text(entry.support)}</span>'
    total = sum(one.count for one in entry.seen.values())
    more = f"<small>{text(others)}</small>" if len(entry.seen) > 1 else ""
    return (text(entry.host) + app, tag(*_STATE_TAGS[entry.state]), why, ago(entry.last, now), number(total) + more)


def numbers(view: StatusView) -> str:
    """Totals since start."""
    outcome, texts = view.outcomes, view.texts
    looked = texts.get("new", 0) + texts.get("cached", 0)
    cells = (
        ("Requests masked", outcome.get("sent", 0)),
        ("Nothing to mask", outcome.get("clean", 0)),
        ("Blocked", outcome.get("blocked", 0)),
        ("Account traffic", outcome.get("account", 0)),
        ("Other paths of mixed hosts", outcome.get("other", 0)),
        ("Texts checked", looked),
        ("Not inspected", texts.get("skipped", 0)),
    )
    cached = f"<small>{number(texts.get('cached', 0))} cached</small>"
    grid = "".join(
        f"<div><dt>{text(name)}</dt><dd>{number(value)}{cached if name == 'Texts checked' else ''}</dd></div>"
        for name, value in cells
    )
    types = sorted(view.masked.items(), key=lambda kv: (-kv[1], kv[0]))
    kinds = "".join(f"<li>{text(kind)}<b>{number(count)}</b></li>" for kind, count in types)
    shown = f'<h3>Masked by type</h3><ul class="types">{kinds}</ul>' if kinds else ""
    return section("numbers", "Since start", f'<dl class="numbers">{grid}</dl>', shown)


def requests(view: StatusView) -> str:
    """The last requests; they hold no text, so neither does the page."""
    recent = view.recent[:RECENT]
    if not recent:
        return section("requests", "Requests", '<p class="empty">No request yet.</p>')
    rows = [(False, _request_row(record, view.now)) for record in recent]
    heads = ("Host", "Outcome", "Dialect and model", "When", "Texts", "ms")
    caption = (
        f"The last {len(recent)} requests, newest first; their text is not kept"
        if len(recent) > 1
        else "The last request; its text is not kept"
    )
    return section("requests", "Requests", table(caption, heads, rows, numeric=2))


def _request_row(record: RequestRecord, now: float) -> tuple[str, ...]:
    who = " · ".join(part for part in (record.door, record.client, record.user) if part)
    target = f' <span class="nb">→ {text(record.target)}</span>' if record.target else ""
    said = [text(warning) for warning in record.warnings]
    if record.outcome == "sent":
        said.insert(0, listing(record.masked))
    elif record.outcome == "blocked":
        said.insert(0, text(" ".join(part for part in (str(record.status or ""), record.code) if part)))
    details = "".join(f"<small>{part}</small>" for part in said if part)
    cached = f"<small>{number(record.texts_cached)} cached</small>" if record.texts_cached else ""
    warned: tuple[Tone, str] = ("warn", "Masked in part") if record.outcome == "sent" else ("warn", "Not all inspected")
    label = warned if record.marker == ":warning:" else _OUTCOME_TAGS[record.outcome]
    return (
        f"{text(record.host)}{target}<small>{text(who)}</small>",
        tag(*label) + details,
        f"{text(record.dialect)}<small>{text(record.model)}</small>",
        ago(record.time, now),
        number(record.texts) + cached,
        f"{record.ms_total:.1f}",
    )


def setup(view: StatusView) -> str:
    """The recipes of this machine, folded, by group in the table's order."""
    if not view.recipes:
        return ""
    parts = ["<p>For this machine. Every recipe says how to undo it.</p>"]
    for group, recipes in groupby(view.recipes, key=lambda recipe: recipe.group):
        parts.append(f"<h3>{text(group)}</h3>" + "".join(_recipe(recipe) for recipe in recipes))
    return section("setup", "Set up", *parts)


def _recipe(recipe: Recipe) -> str:
    door = "by base URL" if recipe.door == "gateway" else "by proxy and CA"
    steps = "".join(f"<li>{_step(step)}</li>" for step in recipe.steps)
    note = f'<p class="soft">{text(recipe.note)}</p>' if recipe.note else ""
    return (
        f'<details><summary>{text(recipe.title)} <span class="soft">{door}, {_PROOFS[recipe.proof]}</span></summary>'
        f'<div class="recipe"><ol>{steps}</ol>{note}<div class="undo"><strong>Undo.</strong> {_step(recipe.undo)}</div>'
        "</div></details>"
    )


def _step(step: Step) -> str:
    code = f'<pre tabindex="0"><code>{text(step.code)}</code></pre>' if step.code else ""
    return text(step.text) + code
