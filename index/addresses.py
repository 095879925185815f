"""Web addresses: the same story under one address, whoever linked to it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

# What senders of links add to count readers. Nothing here says which page it is.
_TRACKING = re.compile(
    r"""utm_\w+|at_(?:medium|campaign|custom\d|link_\w+|format|ptr_\w+|bbc_\w+)|mc_[ce]id|fb_\w+|ns_(?:mchannel|source|campaign|linkname|fee)
        |(?:fb|g|dcl|msclk|yclk|twcl|ttcl|igsh|wbra|gbra|li_fat_|_hs)(?:id|enc|mi)?|fbclid|gclid|dclid|gclsrc|msclkid|yclid|twclid|igshid
        |wt\.?mc(?:_\w+|\.\w+)?|wtmc|cmpid|cmp|ocid|ito|icid|xtor|xtcr|ncid|smid|smtyp|partner|traffic_source|s_cid|sr_share|share_?id
        |ref|ref_src|ref_url|referrer|source|src|via|from|feature|output|amp|guccounter|taid|__twitter_impression|spm|mkt_tok
        |CMP|cid|campaign_id|campaign|medium|rss|feed|_ga|_gl|trk|trkInfo|share|sh|echobox|outputType|embedded-checkout""",
    re.IGNORECASE | re.VERBOSE,
)
# Names that some sites use to say which page it is: taken off only with a value that tells of a feed or a network.
_UNSURE = re.compile(
    r"ref|source|src|via|from|feature|output|amp|partner|share|cid|cmp|feed|rss|campaign|medium|sh|trk", re.IGNORECASE
)
_CHANNEL = re.compile(
    r"(?:.*(?:rss|feed|twitter|facebook|social|mail|newsletter|google|whatsapp|home|share|nav|sitemap|news).*|amp|1|true|x|tw|fb|)",
    re.IGNORECASE,
)
_TRACKING_FRAGMENT = re.compile(
    r"(?:xtor|utm_\w+|ref|at_\w+|wt_mc|rss|comments?|respond|Echobox|ftag|intcid)\b.*", re.IGNORECASE
)


def canonical(url: str) -> str:
    """``url`` without what only counts readers, its host in lower case, without the port that its scheme implies."""
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        return url.strip()
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    if port and (parts.scheme.lower(), port) not in (("http", 80), ("https", 443)):
        host += f":{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _tracks(name, value)]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept, quote_via=quote)
    fragment = "" if _TRACKING_FRAGMENT.fullmatch(parts.fragment) else parts.fragment
    return urlunsplit(
        (parts.scheme.lower(), host, parts.path or "/" if query or fragment else parts.path, query, fragment)
    )


def _tracks(name: str, value: str) -> bool:
    if not _TRACKING.fullmatch(name):
        return False
    return not _UNSURE.fullmatch(name) or bool(_CHANNEL.fullmatch(value))


def absolute(url: str | None, base: str | None = None) -> str | None:
    """``url`` as a whole http address, joined to ``base`` if it is relative; ``None`` if it is none."""
    if not url:
        return None
    try:
        joined = urljoin(base or "", url.strip())
        parts = urlsplit(joined)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
        return re.sub(r"\s", "%20", canonical(joined))
    except ValueError:
        return None


def host_of(url: str | None) -> str | None:
    """The host of an address, without ``www.``."""
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host else None


def is_front(url: str) -> bool:
    """Whether the address is a site's front page."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
