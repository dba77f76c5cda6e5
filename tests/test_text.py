import time

import pytest

from warehouse.text import clean, content_hash, language, posting_id, scrub


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("<h2>About</h2><p>Hi&nbsp;there &amp; <b>you</b></p><ul><li>one</li><li>two</li></ul>", "About\n\nHi there & you\n\n• one\n• two"),
        ("<ul><li><p>one</p></li></ul>tail", "• one\n\ntail"),
        ("one<br>two<br/><strong>Needs</strong><br>- SQL", "one\ntwo\nNeeds\n• SQL"),
        ("&lt;p&gt;C++ &amp;amp; C#&lt;/p&gt;", "C++ & C#"),
        ("&amp;lt;p&amp;gt;twice&amp;lt;/p&amp;gt;", "twice"),
        ("<script>alert(1)</script><style>p{}</style><p>kept</p><!-- not -->", "kept"),
        ("plain text where a < b & c > d", "plain text where a < b & c > d"),
        ("R&amp;D at Example", "R&D at Example"),
        ("- dash\n* star\n  • dot\nno-bullet", "• dash\n• star\n• dot\nno-bullet"),
        ("tab\tand\u00a0space\r\n\r\n\r\n\r\nend\u200b", "tab and space\n\nend"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("<td>a</td><td>b</td>", "a b"),
        ("", ""),
        ("<p> </p>", ""),
        ("\x00\x01", ""),
        ("🚀🚀", "🚀🚀"),
        ("<p>one&#11;two&#x1F;&#xFFFF;three&#1;</p>", "one two three"),
        ("<ul><li>&#00031one</li><li>&#0;two&#9;&#183;</li></ul>", "• one\n• two ·"),
    ],
)  # fmt: skip
def test_clean_keeps_lines_bullets_and_headings(description: str, expected: str) -> None:
    assert clean(description) == expected


def test_clean_of_clean_text_changes_nothing() -> None:
    once = clean("<h1>Role</h1><p>We build &lt;things&gt;.</p><ul><li>a<li>b</ul>")
    assert clean(once) == once


def test_clean_keeps_words_nested_deeper_than_the_parser_goes() -> None:
    assert clean("<div>" * 5_000 + "deep" + "</div>" * 5_000) == "deep"


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 10**6,
        "a@" * 300_000,
        "1 " * 400_000,
        "<" * 10**6,
        "Aa " * 300_000,
        "&lt;" * 200_000,
        "a dot " * 170_000,
        "a at " * 200_000,
    ],
)
def test_a_megabyte_of_anything_takes_under_two_seconds(hostile: str) -> None:
    start = time.process_time()
    clean(scrub(hostile))
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to mara.lind@employer.example today", "Write to [email] today"),
        ('<a href="mailto:jo@employer.example">Jo van Berg</a>', '<a href="[email]">[name]</a>'),
        ("jobs (at) employer (dot) example", "[email]"),
        ("mail to mara [at] employer dot example today", "mail to [email] today"),
        ("mara.lind&lt;at&gt;employer.example or mara <at> employer <dot> example", "[email] or [email]"),
        ("jo dot berg at employer dot example, jo (a) employer.example, hello[at]employer{dot}example", "[email], [email], [email]"),
        ("jo ~at~ employer ~dot~ example; jo - at - employer - dot - example; jo [@] employer.example", "[email]; [email]; [email]"),
        ("reach jo AT employer.example, jo @ employer.example or jo dot b @ employer dot example", "reach [email], [email] or [email]"),
        ("mara&#x40;employer.example", "[email]"),
        ("reach me at jo dot berg at employer dot example.", "reach me at [email]."),
        ("only from @employer.example, at Green Dot Corporation", "only from @employer.example, at Green Dot Corporation"),
        ("Look at our work at scale: (a) fast (b) sound. Engineer @ Employer.", "Look at our work at scale: (a) fast (b) sound. Engineer @ Employer."),
        ("We connect the dot to the line at noon; apply at employer.example", "We connect the dot to the line at noon; apply at employer.example"),
        ("Questions? Mara Lindqvist, mara@employer.example, +44 20 7946 0018.", "Questions? [name], [email], [phone]."),
        ("Recruiter: Jane Q. Doe", "Recruiter: [name]"),
        ("Call 030 1234567 now", "Call [phone] now"),
        ("+49 30 123456+49 30 123457+49 30 123458", "[phone]"),
        ("(555) 010-4477 or 212-555-0199", "[phone] or [phone]"),
        ("$120,000 - $150,000, 100 000 - 150 000 EUR, 2024-2025", "$120,000 - $150,000, 100 000 - 150 000 EUR, 2024-2025"),
        ("https://employer.example/jobs/4151234567?gh_jid=4151234567", "https://employer.example/jobs/4151234567?gh_jid=4151234567"),
        ("Our Data Team at jobs@employer.example", "Our Data Team at [email]"),
        ("10+ years, C++17, 24/7, 99.99 %", "10+ years, C++17, 24/7, 99.99 %"),
    ],
)  # fmt: skip
def test_scrub_takes_out_contacts_and_nothing_else(text: str, expected: str) -> None:
    assert scrub(text) == expected
    assert scrub(expected) == expected


def test_content_hash_ignores_white_space_and_unicode_form_only() -> None:
    assert content_hash("A  title", "caf\u00e9\n\ntext") == content_hash("A title ", "cafe\u0301 text")
    assert content_hash("A", "b c") != content_hash("A b", "c")
    assert content_hash("A", "b") != content_hash("a", "b")


def test_posting_id_keeps_its_parts_apart() -> None:
    assert posting_id("a", "b", "c") != posting_id("a", "bc", "")
    assert len(posting_id("a", "b", "c")) == 16


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We are looking for an engineer who likes to build things with us every day.", "en"),
        ("Wir suchen eine Person, die gerne mit uns an neuen Dingen arbeitet und etwas bewegen möchte.", "de"),
        ("SQL", None),
        ("", None),
        ("🚀" * 100, None),
    ],
)
def test_language_is_none_where_there_is_too_little_text(text: str, expected: str | None) -> None:
    assert language(text) == expected
