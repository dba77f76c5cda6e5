"""First lines of hiring comments, as people write them."""

import time

import pytest

from crawler.hackernews_header import read_header, role_in_text


@pytest.mark.parametrize(
    ("line", "company", "roles", "work", "home", "mode", "kind"),
    [
        ("Reedmill | Data Engineer | Oslo, Norway | ONSITE | Full-time", "Reedmill", ["Data Engineer"], "Oslo, Norway", None, "onsite", "FULL_TIME"),
        ("Reedmill (YC W30) | REMOTE (US, Canada) | Staff ML Engineer", "Reedmill", ["Staff ML Engineer"], None, "US, Canada", "remote", None),
        ("Reedmill|Remote, Worldwide|Senior Node.js Engineer|contract", "Reedmill", ["Senior Node.js Engineer"], None, "Worldwide", "remote", "CONTRACTOR"),
        ("reedmill.dev | Founding Engineer | SF (Hybrid, 3 days/week in office) | $150k-$200k", "reedmill.dev", ["Founding Engineer"], "SF", None, "hybrid", None),
        ("Reedmill | Engineer | NYC or Remote (EU)", "Reedmill", ["Engineer"], "NYC", "EU", None, None),
        ("Reedmill | Engineer | Berlin | Onsite/Hybrid", "Reedmill", ["Engineer"], "Berlin", None, None, None),
        ("Reedmill | Engineer | Berlin, open to remote", "Reedmill", ["Engineer"], "Berlin", None, None, None),
        ("Reedmill | Engineer | London | NO REMOTE", "Reedmill", ["Engineer"], "London", None, None, None),
        ("Reedmill | Engineer | Remote (US time zones)", "Reedmill", ["Engineer"], None, None, "remote", None),
        ("Reedmill | Engineer | REMOTE | US only | visa sponsorship", "Reedmill", ["Engineer"], None, "US only", "remote", None),
        ("Reedmill | Data Engineer, ML Engineer and Product Designer | Oslo", "Reedmill", ["Data Engineer", "ML Engineer", "Product Designer"], "Oslo", None, None, None),
        ("Reedmill | Data Engineer | Site Reliability Engineer (Go, Rust) | Oslo", "Reedmill", ["Data Engineer", "Site Reliability Engineer (Go, Rust)"], "Oslo", None, None, None),
        ("Reedmill | 2x Data Engineer + 1x SRE | Oslo", "Reedmill", ["Data Engineer", "SRE"], "Oslo", None, None, None),
        ("Reedmill | Senior/Staff Frontend & Backend Engineers | Oslo", "Reedmill", ["Senior/Staff Frontend & Backend Engineers"], "Oslo", None, None, None),
        ("Reedmill | DevOps / SRE | Oslo", "Reedmill", ["DevOps / SRE"], "Oslo", None, None, None),
        ("Reedmill | Engineering (Rust, Python) | Oslo | Interns welcome", "Reedmill", ["Engineering (Rust, Python)"], "Oslo", None, None, "INTERN"),
        ("Reedmill | Multiple roles | Oslo", "Reedmill", [], "Oslo", None, None, None),
        ("Cologne, Germany | Reedmill | Product Engineer", "Reedmill", ["Product Engineer"], "Cologne, Germany", None, None, None),
        ("Senior Data Engineer | Oslo, Norway | Remote", None, ["Senior Data Engineer"], "Oslo, Norway", None, None, None),
        ("Reedmill — Senior Data Engineer — ONSITE (Munich, DE)", "Reedmill", ["Senior Data Engineer"], "Munich, DE", None, "onsite", None),
        ("Reedmill / Data Engineer / Fully Remote / Full-time", "Reedmill", ["Data Engineer"], None, None, "remote", "FULL_TIME"),
        ("Reedmill (Marsh Inc.) is hiring a Staff Engineer to count reeds.", "Reedmill", ["Staff Engineer"], None, None, None, None),
        ("We are looking for a Data Engineer who counts reeds in Oslo.", None, ["Data Engineer"], None, None, None, None),
        ("Hi HN! We build tools for engineers who count reeds, and more.", None, [], None, None, None, None),
        ("Company: Reedmill<p>Location: Remote (UK)<p>Role: Data Engineer", "Reedmill", ["Data Engineer"], None, "UK", "remote", None),
        ("Reedmill<p>Data Engineer | Oslo | Hybrid", "Reedmill", ["Data Engineer"], "Oslo", None, "hybrid", None),
        ('Reedmill | <a href="https:&#x2F;&#x2F;reedmill.example">https:&#x2F;&#x2F;reedmill.example</a> | Data &amp; ML Engineer', "Reedmill", ["Data & ML Engineer"], None, None, None, None),
        ("", None, [], None, None, None, None),
    ],
)  # fmt: skip
def test_header_is_read_in_whatever_order(line, company, roles, work, home, mode, kind):
    header = read_header(line + "<p>And more.")
    assert header[1:7] == (company, roles, work, home, mode, kind)


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("We are growing. We're hiring a Senior Data Engineer (Rust) in Oslo.", "Senior Data Engineer (Rust)"),
        ("Role: Product Designer\nWe also need luck.", "Product Designer"),
        ("We're hiring a Data Engineer, and looking for a Product Designer.", None),
        ("We are looking for an engineer.", None),
        ("We count reeds.", None),
    ],
)
def test_role_of_a_text_is_the_only_one_it_names(plain, expected):
    assert role_in_text(plain) == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "| " * 50_000,
        "a, " * 50_000,
        "(" * 50_000,
        "Engineer and " * 20_000,
        "remote (" * 20_000,
        "is hiring a " * 9_000,
    ],
)
def test_a_hostile_line_is_read_in_under_two_seconds(hostile):
    start = time.perf_counter()
    read_header(hostile)
    role_in_text(hostile)
    assert time.perf_counter() - start < 2
