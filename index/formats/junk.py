"""Lines that a page, a feed or a letter puts around an article. Whole short lines only: a sentence that mentions an
advertisement stays."""

from __future__ import annotations

import re

MAX_CHARS = 220
"""A longer paragraph is prose, whatever it begins with."""

# Where these stand alone, or before a colon, or lead into a link.
_LABELS = (
    r"read\ more|read\ also|also\ read|read\ next|see\ also|more\ on\ this(?:\ story)?|related(?:\ (?:articles?|stories|story"
    r"|content|topics|coverage|posts?|links?))?|recommended(?:\ (?:reading|for\ you))?|you\ (?:may|might)\ also\ like"
    r"|don'?t\ miss|must\ read|more\ from\ .{1,40}|more\ stories|watch(?:\ (?:now|next|more|live))?|listen(?:\ now)?"
    r"|trending(?:\ now)?|most\ (?:read|popular|viewed)|top\ stories|editors?.?s?\ picks?|explore\ more|in\ pictures"
    r"|lesen\ sie\ (?:auch|hier|mehr|dazu)(?:\ auch|\ mehr)?|mehr\ (?:zum\ thema|dazu|lesen)|auch\ interessant|weiterlesen|weitere\ themen"
    r"|[àa]\ lire(?:\ aussi|\ [ée]galement)?|lire\ (?:aussi|[ée]galement|la\ suite)|voir\ aussi|sur\ le\ m[êe]me\ sujet"
    r"|l[eé]a?e?\ (?:tambi[eé]n|m[aá]s|adem[aá]s)|te\ puede\ interesar|ver\ tambi[eé]n|m[aá]s\ informaci[oó]n|relacionad[oa]s?"
    r"|leggi\ (?:anche|qui|tutto)|vedi\ anche|per\ approfondire|potrebbe\ interessarti|continua\ a\ leggere"
    r"|lei?a\ (?:tamb[eé]m|mais)|veja\ (?:tamb[eé]m|mais)|saiba\ mais|lees\ (?:ook|meer|verder)|bekijk\ ook"
    r"|czytaj\ (?:te[żz]|tak[żz]e|wi[ęe]cej|r[óo]wnie[żz])|zobacz\ (?:te[żz]|tak[żz]e|r[óo]wnie[żz])|przeczytaj\ .{0,12}"
    r"|l[äa]s\ (?:ocks[åa]|mer|[äa]ven)|les\ (?:ogs[åa]|mer)|l[æa]s\ (?:ogs[åa]|mere)|lue\ (?:my[öo]s|lis[äa]{1,2})"
    r"|[čc]t[ěe]te\ .{0,12}|читайте\ (?:также|ещ[её])|читайте\ також|по\ теме|関連記事|あわせて読みたい|广告|相关阅读|related:?"
)
# Whole lines.
_ALONE = (
    r"(?:story\ )?advertisements?|advert|anzeige|werbung|publicit[éeà]?|publicidade?|pubblicit[àa]|advertentie|reklama?|annons|annonse|annonce"
    r"|mainos|реклама|広告|sponsored(?:\ content)?|promoted|(?:continue|keep)\ reading|share(?:\ this.{0,30})?|teilen|partager"
    r"|compartir|condividi|compartilhar|delen|udost[ęe]pnij|del|dela|copy\ link|link\ copied.?|print|e-?mail|comments?(?:\ \(\d+\))?|\d+\ comments?"
    r"|(?:story|article)?\ ?continues?\ (?:below|after).{0,30}|sign\ (?:up|in)(?:\ now)?|log\ in|subscribe(?:\ now)?|register(?:\ now)?"
    r"|loading\.*|(?:author|authors|byline|by|source|published|updated|tags?|category|topics|categories)|skip\ (?:to|past)\ .{0,60}"
    r"|end\ of\ .{0,60}|getty\ images|reuters|image\ source|image\ caption|media\ caption|video|gallery|photos?|\d+\ min(?:ute)?s?(?:\ read)?"
    r"|back\ to\ top|see\ more|show\ more|load\ more|view\ (?:all|more|comments)|next|previous|close|menu|(?:-|–|—|\*|_|=|~|#|\s){2,}|\(?ends?\)?|-30-|###"
    r"|\*{1,5}|follow(?:\ us)?|save|saved|gift\ this\ article|report\ a\ (?:typo|correction).{0,40}|facebook|twitter|x|linkedin|whatsapp|telegram"
)
# Lines that begin so, whatever follows.
_BEGINS = (
    r"the\ post\ .{1,160}\ (?:appeared|first\ appeared|was\ first\ published)\b"
    r"|(?:sign\ up|subscribe|register)\ (?:for|to|here|now)\b.{0,120}(?:newsletter|inbox|here|email|updates|alerts|briefing|app\b|today|free|access)"
    r"|get\ (?:the\ latest|our|more|unlimited|breaking)\b.{0,80}(?:newsletter|inbox|app\b|alerts|updates|emails?|access)"
    r"|(?:follow|like|join|find)\ (?:us\b|.{1,40}\ on\ (?:facebook|twitter|x\b|instagram|whatsapp|youtube|tiktok|telegram|linkedin|threads|bluesky)).{0,60}$"
    r"|(?:click|tap)\ here\b|download\ (?:the|our)\b.{0,40}\bapp\b|(?:continue|keep)\ reading\b.{0,120}$"
    r"|this\ (?:article|story|post)\ (?:was\ )?(?:originally|first)\ (?:appeared|published)|all\ rights\ reserved"
    r"|(?:melden\ sie\ sich|abonnieren\ sie|abonnez-vous|inscrivez-vous|suscr[íi]bete|reg[íi]strate|iscriviti|assine|inscreva-se|meld\ je\ aan|zapisz\ si[ęe])\b.{0,120}$"
    r"|your\ browser\ does\ not\b|please\ (?:enable|turn\ on|allow)\ (?:javascript|cookies)|this\ (?:video|content)\ (?:is|can)\ ?not\b"
    r"|(?:have|got|do\ you\ have)\ (?:a|any)\ (?:story|news\ tip|tip|question)\b.{0,120}(?:e-?mail|contact|tell|let\ us)|support\ (?:our|independent|quality)\ journalism"
    r"|download\ article\ as|listen\ to\ this\ (?:article|story)|(?:©|\(c\)|copyright\s*(?:©|\d{4})).{0,160}$"
)
# Lines that begin so, are no sentence, and end soon.
_BARE = (
    r"posted\ (?:by|in|on)\b|filed\ under\b|tagged\b|written\ by\b"
    r"|(?:photo|photograph|picture|image|foto|fotos|bild|credit|bildquelle|quelle|crédit\ photo|photo\ credit|image\ credit|fot\.)\s*(?:by\b|:|/|©)"
    r"|(?:first\ published|published|last\ updated|last\ modified|updated|modified|aktualisiert|veröffentlicht|publié\ le|mis\ à\ jour|actualizado|pubblicato"
    r"|laatste\ update)\b[\s:].{0,70}\d|newsletters?\b|reading\ time|estimated\ read|lesedauer|temps\ de\ lecture|tiempo\ de\ lectura|tempo\ di\ lettura"
)
_LABEL = re.compile(rf"(?:{_LABELS})\s*[:>»→|–—-]*", re.IGNORECASE)
_LABELLED = re.compile(rf"(?:{_LABELS})\s*(?:[:|»>→]|[–—-]\s)", re.IGNORECASE)
_WHOLE = re.compile(rf"[\s\[(<«»>→-]*(?:{_ALONE}|{_LABELS})\s*[.:…!>»→\])]*(?:\.\.\.)?", re.IGNORECASE)
_START = re.compile(rf"[\s\[(*<>»→-]*(?:{_BEGINS})", re.IGNORECASE)
_BARE_LINE = re.compile(rf"[\s\[(*<>»→-]*(?:{_BARE}).{{0,90}}", re.IGNORECASE)
_CREDIT = re.compile(
    r"""[(\[]?(?:(?:ap|afp|getty|reuters|epa|dpa|shutterstock|alamy|pa)\b[\w\s/,.'-]{0,60}(?:photo|images|file|via|wire|picture|stock).{0,40}
        |.{0,60}/\s?(?:ap|afp|getty|reuters|epa|dpa|shutterstock|alamy|anadolu|bloomberg)\b.{0,40})[)\]]?""",
    re.IGNORECASE | re.VERBOSE,
)
# "LONDON, March 4 (Reuters) -" alone in a line, or a day and a time alone.
_DATELINE = re.compile(
    r"""[A-ZÀ-Þ][A-ZÀ-Þ .,'’-]{2,40}(?:,\s*\w+\.?\s\d{1,2}(?:,\s*\d{4})?)?\s*(?:\((?:AP|AFP|Reuters|dpa|[A-Z][\w ]{1,20})\))?\s*[-–—]+
        |(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+\w+\s+\d{1,2},?\s+\d{4}.{0,24}
        |(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\w*\.?\s+\d{1,2},?\s+\d{4}.{0,28}
        |\d{1,2}\.?\s+\w{3,10}\.?\s+\d{4}(?:.{0,6}\d{1,2}[:.h]\d{2}.{0,12})?
        |\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?:.{0,6}\d{1,2}[:.]\d{2}.{0,12})?""",
    re.VERBOSE,
)


def is_junk(text: str, linked: float = 0.0) -> bool:
    """Whether a line is the page's and not the article's; ``linked`` is the part of it that is links, 0 to 1."""
    if len(text) > MAX_CHARS:
        return False
    if _WHOLE.fullmatch(text) or _START.match(text) or _CREDIT.fullmatch(text) or _DATELINE.fullmatch(text):
        return True
    if _BARE_LINE.fullmatch(text) and (not text.endswith((".", "!", "?", "”")) or text.count(" ") < 6):
        return True
    labelled = _LABELLED.match(text)
    if labelled and (linked > 0.2 or len(text) < 140 and not text.endswith((".", "”", "!", "?"))):
        return True
    return linked > 0.5 and bool(_LABEL.match(text))


_TAIL = re.compile(
    r"""\s*(?:\[\s*(?:…|\.\.\.)\s*\]\s*)?(?:\(?(?:Continue\ reading|Read\ more|Read\ the\ (?:rest|full)|Weiterlesen|Lire\ la\ suite
        |Seguir\ leyendo|Leggi\ tutto|Lees\ verder)\b[^.!?]{0,80}(?:…|\.\.\.|→|»|>|\)|$))\s*$""",
    re.VERBOSE,
)
_CUT = re.compile(r"\s*\[\s*(?:…|\.\.\.)\s*\]\s*$")


def without_tail(text: str) -> str:
    """A feed's paragraph without the “Continue reading…” or “[…]” at its end."""
    return _CUT.sub("", _TAIL.sub("", text))
