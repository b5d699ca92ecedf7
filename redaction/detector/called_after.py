"""What is called after somebody and is nobody: eponyms before their noun (`Foley catheter`), pairs of discoverers,
firms, prizes, dishes.

Only names that were guessed from the words alone are judged so, never those behind a form of address or a label.
"""

# ruff: noqa: SIM905 - word lists are read as words
from __future__ import annotations

import re

from redaction.detector.rules.name_lists import GIVEN
from redaction.spans import Span

# Rules that look at the name alone.
_GUESSED = frozenset(("tagger", "name_full", "name_possessive"))
# Nouns behind an eponym, no verbs in the third person: `Karl tests it`.
_NOUNS = frozenset(
    """
    disease diseases syndrome syndromes palsy sign signs reflex maneuver manoeuvre procedure incision catheter
    catheters drain tube clamp forceps scissors retractor needle suture sutures fracture fractures contracture cyst
    cysts neuroma ulcer ulcers esophagus oesophagus colitis diverticulum thyroiditis nephropathy anemia anaemia
    encephalopathy lymphoma sarcoma tumor tumour fundoplication pouch anastomosis psychosis breathing respiration
    respirations crisis habitus score scale staging classification criteria index phenomenon node nodes body bodies
    duct gland ligament fascia canal artery nerve plexus cell cells stain agar lactate solution burner flask dish
    counter coil engine screwdriver wrench shift principle law laws rule paradox tea apples salad sauce nail nails
    spur lines rings spots crackles triad tetrad tremor gait chorea ataxia dystrophy aphasia gyrus cautery cannula
    stent valve graft splint collar bandage brace hernia flap osteotomy arthroplasty amputation excision tubercle
    island loop bundle fibers fibres apparatus antigen virus bacillus pouches valves sheath membrane sinus sphincter
    test testing lamp theorem lemma conjecture hypothesis inequality equation equations transform sequence filter
    kernel matrix distribution distance entropy constant effect diagram machine tree heap automaton algorithm method
    notation curve sphere integral derivative operator correction regression estimator quadrature polynomial
    polynomials bottle radiation lens telescope pendulum
    """.split()
)
# Whole names, in small letters and without hyphens.
_WHOLE = frozenset(
    name.strip()
    for line in """
    alfa romeo|alice in chains|arnold chiari|arthur andersen|aston martin|aunt jemima|baker mckenzie
    beef wellington|bellman ford|ben jerry|benson hedges|betty crocker|billroth i|billroth ii|black scholes
    bland altman|bloody mary|booker prize|booz allen|bose einstein|boyer moore|brooks brothers|brown séquard
    budd chiari|caesar salad|calvin klein|carl zeiss|cauchy schwarz|charcot marie tooth|charles schwab
    cheyne stokes|child pugh|child turcotte|christian dior|clifford chance|creutzfeldt jakob|dandy walker
    davis cup|diffie hellman|dodd frank|dr pepper|duran duran|earl grey|eggs benedict|ehlers danlos
    eli lilly|elizabeth arden|epstein barr|ermenegildo zegna|ernst young|estée lauder|fermi dirac
    floyd warshall|ford fulkerson|franklin templeton|gauss seidel|german shepherd|giorgio armani|granny smith
    guillain barre|guillain barré|guy fawkes day|guy fawkes night|hardy weinberg|harley davidson
    harper collins|henderson hasselbalch|henoch schönlein|hosmer lemeshow|hugo boss|iron maiden|jack daniels
    jack russell|jack wolfskin|jackson pratt|jil sander|jim beam|jimmy choo|john crane|john deere
    johnnie walker|johns hopkins|jones day|kaplan meier|kaposi sarcoma|kate spade|klippel feil
    knuth morris pratt|kolmogorov smirnov|kruskal wallis|laura ashley|legg calvé perthes|lempel ziv
    lesch nyhan|levenberg marquardt|louis vuitton|lynyrd skynyrd|mallory weiss|mann whitney
    martin luther king day|max factor|mercedes benz|merrill lynch|metropolis hastings|michael kors
    michaelis menten|monte carlo|morgan stanley|myers briggs|navier stokes|needleman wunsch|neiman marcus
    nelder mead|newton raphson|nina ricci|nobel prize|osgood schlatter|paco rabanne|peach melba|pearl jam
    philip morris|prader willi|pulitzer prize|ralph lauren|random house|rolls royce|roux en y|runge kutta
    ryder cup|saks fifth|salter harris|salvatore ferragamo|sara lee|sarbanes oxley|shapiro wilk
    simon schuster|smith waterman|stanley cup|steely dan|steve madden|stevens johnson|sturge weber|swan ganz
    tay sachs|ted baker|tim hortons|tom tailor|tommy hilfiger|tory burch|trader joe|turing award
    venn diagram|victoria secret|victorias secret|von hippel lindau|von willebrand|warner bros
    warner brothers|wolff parkinson white|yves rocher|yves saint laurent|ziehl neelsen|zollinger ellison
    """.splitlines()
    for name in line.split("|")
    if name.strip()
)
_BEHIND = re.compile(r"(?:['’]s?)?(?: (?:and|or|&|und|et|y) [A-ZÀ-Þ][\w-]+(?:['’]s?)?)? ([A-Za-z]{2,20})\b")
_ADDRESSED = re.compile(
    r"(?i)\b(?:mr|mrs|ms|dr|prof|herr|frau|patient|pt|sr|sra|mme|m|client|customer|user|by|from|with|to|for)\.?[ ]\Z"
)
_LONGEST_TITLE = 12
_ARTICLE = re.compile(r"(?i)(?:\A|[^\w])(?:a|an|the)[ ]\Z")
_OF_TITLES = frozenset("Day Night Eve Prize Award Medal Cup".split())


def is_called_after(text: str, span: Span) -> bool:
    """Whether a span of type NAME is no person's."""
    if span.recognizer not in _GUESSED:
        return False
    value = text[span.start : span.end]
    words = value.replace("-", " ").replace("’", "'").replace(".", "").split()
    if words and words[0] in ("A", "An", "The"):
        words = words[1:]
    for size in (2, 3, 4):
        if " ".join(words[:size]).lower().rstrip(",'").removesuffix("'s") in _WHOLE:
            return not any(word[0].isupper() and word not in _OF_TITLES for word in words[size:])
    parts = value.split()
    if len(parts) == 2 and parts[1] in _NOUNS:
        return True  # `Kalman filter`, found with its noun
    thing = _ARTICLE.search(text, max(0, span.start - 5), span.start) is not None
    if len(parts) != 1 or not words or (words[0].lower() in GIVEN and not thing):
        return False
    behind = _BEHIND.match(text, span.end)
    if behind is None or behind.group(1).lower() not in _NOUNS:
        return False
    return _ADDRESSED.search(text, max(0, span.start - _LONGEST_TITLE), span.start) is None
