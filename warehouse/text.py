"""Everything that happens to an ad's text: contact details scrubbed, HTML made plain, content and postings named.

The crawler calls ``scrub`` before the first write; ``clean``, ``language`` and ``content_hash`` are called by load, so
that better cleaning can be applied later by a rebuild from the landing files.
"""

import hashlib
import html
import json
import re
import unicodedata

import phonenumbers
from lxml import etree
from lxml import html as lxml_html

_MAX_RECORD = 20_000  # characters of a rejected record that are kept
MAX_CHARACTERS = 200_000  # of a text: more is not an ad; the rest is cut

_TAG = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|strong|em|b|i|u|a|span|table|tr|td|th|section|article|html|body|script|style)\b[^<>]*>",
    re.I,
)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});", re.I)
_PARAGRAPH = frozenset(
    [
        "p",
        "div",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "section",
        "article",
        "header",
        "footer",
        "blockquote",
        "dl",
    ]
)
_LINE = frozenset(["br", "tr", "dt", "dd"])
_HIDDEN = ("script", "style", "noscript", "template", "iframe", "object", "svg", "head")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]")
# What HTML may say and lxml refuses to be told; U+FFFE and U+FFFF, too
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef])(?![0-9a-f]));?", re.I
)
# All white space but space and line feed, spelled out: that is found twice as fast as "white space, but not these two".
_ODD_SPACE = re.compile("[\t\x0b\x0c\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_SPACES = re.compile(r"  +")  # apart from _ODD_SPACE: together, every single space is a match
_BULLET = re.compile(r"\n[ \t]*(?:[•·▪◦‣●○■□➢►▶∙⁃*]|[-–—](?=\s))[ \t]*(?=\S)")
_LONE_BULLET = re.compile(r"(?<![^\n])•[ \n]+")


def clean(description: str) -> str:
    """Plain text of an ad given as HTML, escaped HTML or plain text; "" where nothing is left.

    Lines are kept, list items begin with "• ", headings and paragraphs stand after an empty line, white space within a
    line is one space, and the result is NFC without control characters, at most MAX_CHARACTERS long.
    """
    text = description[: 4 * MAX_CHARACTERS]
    for _ in range(3):  # some sources escape their HTML once or twice
        if _TAG.search(text):
            text = _from_html(text)
        elif _ENTITY.search(text):
            text = html.unescape(text)
            if not _TAG.search(text) and not _TAG.search(html.unescape(text)):
                break
        else:
            break
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _CONTROL.sub("", text)
    text = _SPACES.sub(" ", _ODD_SPACE.sub(" ", text))
    # what begins with a certain character is found faster than what begins a line
    text = _BULLET.sub("\n• ", f"\n{text}")[1:]
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    if "•" in text:
        text = _LONE_BULLET.sub("• ", text)
    if "\n\n\n" in text:
        text = re.sub(r"\n\n\n+", "\n\n", text)
    text = text.strip()
    return text[:MAX_CHARACTERS].encode("utf-8", "ignore").decode("utf-8")


def _from_html(markup: str) -> str:
    """Text of markup with line feeds where a browser would break the line."""
    markup = _CONTROL.sub("", markup.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    markup = _SPACES.sub(" ", _ODD_SPACE.sub(" ", markup))
    if "&#" in markup:
        markup = _CONTROL_REFERENCE.sub(" ", markup)
    try:
        root = lxml_html.document_fromstring(f"<div>{markup}</div>", parser=lxml_html.HTMLParser(huge_tree=True))
    except (etree.ParserError, ValueError):  # nothing but comments, or not text at all
        return re.sub(r"<[^<>]*>", " ", markup)
    etree.strip_elements(root, *_HIDDEN, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    for element in root.iter():
        tag = element.tag
        if tag == "li":
            element.text = "\n• " + (element.text or "").lstrip()
            tail = (element.tail or "").lstrip()
            element.tail = f"\n{tail}" if tail else None
        elif tag in _PARAGRAPH:
            element.text = "\n\n" + (element.text or "").lstrip()
            element.tail = "\n\n" + (element.tail or "").lstrip()
        elif tag in _LINE:
            element.tail = "\n" + (element.tail or "").lstrip()
        elif tag in ("td", "th"):
            element.tail = " " + (element.tail or "")
    text = "".join(map(str, root.itertext()))
    # libxml2 drops what is nested deeper than its limit: better bare words than none
    return text if text.strip() else re.sub(r"<[^<>]*>", " ", markup)


_EMAIL = re.compile(
    r"(?:mailto:)?(?<![\w.+-])[\w.+-]{1,256}(?:@|%40|&#64;|&#x40;|&commat;)[\w-]{1,63}(?:(?:\.|\s?[\[(]dot[\])]\s?)[\w-]{1,63}){1,5}",
    re.I,
)
_OPEN, _CLOSE = r"(?:[\[({<~/-]|&lt;)[ ]?", r"[ ]?(?:[\])}>~/-]|&gt;)"
_DOT = rf"[ ]?{_OPEN}(?:dot|\.){_CLOSE}[ ]?|[ ](?-i:dot|DOT)[ ]"
_SPELLED_EMAIL = re.compile(  # as people write it to keep it from machines
    rf"(?<![\w.+-])[\w.+-]{{1,64}}(?:(?:{_DOT})[\w.+-]{{1,64}}){{0,3}}"
    rf"(?:[ ]?(?:{_OPEN}(?:at|@|at-symbol){_CLOSE}|[\[(]a[\])])[ ]?[\w-]{{1,63}}(?:(?:\.|{_DOT})[\w-]{{1,63}}){{1,4}}"
    rf"|[ ](?-i:at|@)[ ][\w-]{{1,63}}(?:(?:{_DOT})[\w-]{{1,63}}){{1,4}}"
    r"|[ ](?-i:AT)[ ][\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
    r"|[ ]@[ ][\w-]{1,63}(?:\.[\w-]{1,63}){1,4})(?![\w-]|[ ](?:at|@)[ ])",
    re.I,
)
# What each of the patterns needs, found much faster than the pattern itself: most ads have none of it.
_SPELLED_SIGN = re.compile(r"[\[({<~/;-](?:[ ]?(?:at-symbol|[aA][tT]|@)[ ]?[\])}>~/&-]|[aA][\])])")
_SEVEN_DIGITS = re.compile(r"\d(?:[ .()/\u00a0-]{0,3}\d){6}")
_NOT_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_NAME_CUES = ("recruiter", "hiring manager", "contact", "ansprechpartner", "talent partner")
_PHONE = re.compile(r"(?<![\w.,/=#&$€£-])(?:\+|00)?\(?\d(?:[ .()/\u00a0-]{0,3}\d){6,14}(?![\w%€£$]|[.,]\d)")
_GLUED_PHONES = re.compile(r"\[phone\](?:\+\d(?:[ .()/\u00a0-]{0,3}\d){6,14})+")
_PHONE_CUE = re.compile(
    r"(?:phone|tel|telefon|t[eé]l[eé]phone|tel[eé]fono|mobile?|handy|whats ?app|fax|call(?: us)?)\b[^\d+]{0,12}$", re.I
)
_GROUPED = re.compile(r"\(\d{3}\) ?\d{3}[-. ]\d{4}|(\d{3})([-. ])\d{3}\2\d{4}|1[-. ]\d{3}[-. ]\d{3}[-. ]\d{4}")
_NAME = r"(?:(?:Dr|Mr|Mrs|Ms|Herr|Frau|Mme|M)\.?[ ])?[A-ZÀ-Þ][\w'’-]{1,20}(?:[ ](?:(?:van|von|de|der|den|di|da|la)[ ]){0,2}[A-ZÀ-Þ][\w'’.-]{0,20}){1,2}"
_NAME_BEFORE = re.compile(
    rf"\b{_NAME}(?=(?:\s?[,:(–—-]|\s(?:at|on|via|by|unter|per|at:)|\s?(?:&lt;|<(?=\[)))*\s?(?:</?[a-z][^<>]{{0,200}}>\s?)*\[(?:email|phone)\])"
)
_NAME_AFTER = re.compile(
    rf"((?:\b[Rr]ecruiter|\b[Hh]iring [Mm]anager|\b[Cc]ontact(?: [Pp]erson)?|\bAnsprechpartner(?:in)?|\b[Tt]alent [Pp]artner)(?:\s?</?(?:b|strong|span)>)?:(?:\s?</?(?:b|strong|span)>)?\s?){_NAME}"
)
_NOT_A_NAME = re.compile(
    r"\b(?:e-?mail|team|desk|recruit\w*|hiring|department|support|resources|human|manager\w*|talent|acquisition|careers?|office|services?"
    r"|management|specialist|development|engineering|data|jobs?|apply|contact|phone|tel|the|our|please|university|inc|group|centre|center)\b",
    re.I,
)
_NAME_LINKED = re.compile(rf"(<a\s[^<>]{{0,200}}\[email\][^<>]{{0,200}}>)\s?{_NAME}\s?(?=</a>)")


def scrub(text: str) -> str:
    """The HTML or text without e-mail addresses, telephone numbers and the names beside them.

    They become ``[email]``, ``[phone]`` and ``[name]``. Applying it again changes nothing more, unless words stand
    glued to a number. A name far from any address is not recognised.
    """
    lowered = text.lower()
    if "@" in text or "%40" in text or "&#" in text or "&commat;" in lowered:
        text = _EMAIL.sub("[email]", text)
    if " dot " in lowered or " AT " in text or " @ " in text or _SPELLED_SIGN.search(text):
        text = _SPELLED_EMAIL.sub("[email]", text)
    n_digits = len(text.encode("utf-8", "replace").translate(None, _NOT_DIGITS)) if text.isascii() else 7
    if n_digits >= 7 and _SEVEN_DIGITS.search(text):
        text = _PHONE.sub(_scrub_phone, text)
        if "[phone]+" in text:
            text = _GLUED_PHONES.sub("[phone]", text)
    if "[email]" in text or "[phone]" in text:
        text = _NAME_LINKED.sub(r"\1[name]", text)
        text = _NAME_BEFORE.sub(lambda m: m.group() if _NOT_A_NAME.search(m.group()) else "[name]", text)
    if any(cue in lowered for cue in _NAME_CUES):
        text = _NAME_AFTER.sub(r"\1[name]", text)
    return text


def _scrub_phone(match: re.Match[str]) -> str:
    """``[phone]`` where the digits are a telephone number, else the match as it stands."""
    digits = match.group()
    international = digits.startswith(("+", "00"))
    cued = _PHONE_CUE.search(match.string, max(0, match.start() - 40), match.start()) is not None
    if not (international or cued or _GROUPED.fullmatch(digits)):
        return digits
    if cued:
        return "[phone]"
    try:
        number = phonenumbers.parse("+" + digits[2:] if digits.startswith("00") else digits, "US")
    except phonenumbers.NumberParseException:
        return digits
    return "[phone]" if phonenumbers.is_possible_number(number) else digits


def fold(text: str) -> str:
    """The text in NFC with every run of white space as one space, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def cleaned(title: str, description: str) -> tuple[str, str]:
    """Title and text as the warehouse keeps them, which is what ``content_hash`` and labels are of: both by ``clean``, the title
    in one line of at most 1,000 characters."""
    return fold(clean(title))[:1_000], clean(description)


def content_hash(title: str, text: str) -> str:
    """First 16 hex digits of SHA-256 over the folded title, a line feed, and the folded text."""
    return hashlib.sha256(f"{fold(title)}\n{fold(text)}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def posting_id(source: str, board: str, identifier: str) -> str:
    """First 16 hex digits of SHA-256 over the three parts of a posting's key, separated by NUL."""
    return hashlib.sha256("\0".join((source, board, identifier)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


# Most ads say in words of no other language that they are English, and asking the model takes fifty times as long.
_ENGLISH = frozenset("the and with for our you are will your that this from have who their".split())
_PLAINLY_ENGLISH = 8


def language(text: str) -> str | None:
    """ISO 639-1 code of the text's language, by its first 500 characters; None where it has under 40 letters."""
    from py3langid import classify  # loads a model of 4 MB: only for those who label languages

    start = text[:500]
    if sum(map(str.isalpha, start[:200])) < 40:
        return None
    if sum(map(_ENGLISH.__contains__, start.lower().split())) >= _PLAINLY_ENGLISH:
        return "en"
    return str(classify(start)[0])


def json_record(record: object) -> str:
    """A rejected record for the quarantine, as JSON unless it is text: contact details scrubbed, cut."""
    written = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False, default=str)
    return scrub(written[: 4 * _MAX_RECORD])[:_MAX_RECORD].encode("utf-8", "replace").decode()
