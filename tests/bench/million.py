"""A warehouse of many postings, each text distinct, made of a labelled one: ``python tests/bench/million.py --help``.

Copy k of an ad is its first two thirds, line by line, and the last third of another ad of the same role; what was read in
either part moves along, so that every mention stands where it says. Employers, boards and ids are those of copy k. The
result is published as any other warehouse; times are printed. What is measured on it: tests/bench/views_speed.py, and with
--unlabelled what `rolescope label` takes.
"""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse.store import building

STEPS = {
    "pairs": """
        create temp table half as
        with numbered as (
            select
                content_hash, role, row_number() over (partition by role order by content_hash) as i,
                count(*) over (partition by role) as n
            from src.job_posting_role
        ),

        cut as (
            select content_hash, title, language, length(text) as n_chars, string_split(text, chr(10)) as lines from src.job_posting_text
        )

        select
            content_hash, title, language, coalesce(role, '') as role, i, n, n_chars,
            length(array_to_string(lines[: ceil(len(lines) * 2 / 3)::int], chr(10))) as cut
        from numbered join cut using (content_hash);
        create temp table copy as
        with wanted as (
            select content_hash as a, title, language, cut, role, k, 1 + (i + k * 7919) % n as i
            from half cross join generate_series(1, $copies) as s(k)
        )

        select
            left(md5(a || k), 16) as content_hash, k, a, b.content_hash as b, w.title, w.language, w.cut,
            case when b.cut < b.n_chars then b.cut + 1 end as tail_start
        from wanted as w join half as b on b.role = w.role and b.i = w.i;
    """,
    "texts": """
        insert into job_posting_text select content_hash, title, text, language from src.job_posting_text;
        insert into job_posting_text
        select c.content_hash, c.title, left(a.text, c.cut) || chr(10) || coalesce(substr(b.text, c.tail_start + 1), c.k::varchar), c.language
        from copy as c
        join src.job_posting_text as a on a.content_hash = c.a
        join src.job_posting_text as b on b.content_hash = c.b;
        drop table half;
    """,
    "postings": """
        insert into crawl from src.crawl;
        insert into board_fetch from src.board_fetch;
        insert into job_posting from src.job_posting;
        insert into job_posting_version from src.job_posting_version;
        insert into job_posting
        select p.* replace (
            md5(p.posting_id || k) as posting_id, p.board || '-' || k as board, p.identifier || '-' || k as identifier,
            p.hiring_organization || ' ' || k as hiring_organization, p.employer_key || ' ' || k as employer_key,
            c.content_hash as content_hash, md5(p.cluster_id || k) as cluster_id
        )
        from src.job_posting as p join copy as c on c.a = p.content_hash;
        insert into job_posting_version
        select md5(v.posting_id || k), c.content_hash, v.seen_from, v.seen_to
        from src.job_posting_version as v join copy as c on c.a = v.content_hash;
    """,
    "roles and facts": """
        insert into label_version from src.label_version;
        insert into skill from src.skill;
        insert into place from src.place;
        insert into job_posting_role from src.job_posting_role;
        insert into job_posting_role
        select r.* replace (c.content_hash as content_hash) from src.job_posting_role as r join copy as c on c.a = r.content_hash;
        insert into job_posting_fact from src.job_posting_fact;
        insert into job_posting_fact
        select f.* replace (c.content_hash as content_hash) from src.job_posting_fact as f join copy as c on c.a = f.content_hash;
        insert into job_posting_section from src.job_posting_section;
        insert into job_posting_section
        select s.* replace (c.content_hash as content_hash)
        from src.job_posting_section as s join copy as c on c.a = s.content_hash where s.end_char <= c.cut;
    """,
    "mentions": """
        insert into job_posting_mention from src.job_posting_mention;
        insert into job_posting_mention
        select m.* replace (c.content_hash as content_hash)
        from src.job_posting_mention as m join copy as c on c.a = m.content_hash where m.end_char <= c.cut;
        insert into job_posting_mention
        select m.* replace (
            c.content_hash as content_hash, m.start_char - tail_start + cut + 1 as start_char,
            m.end_char - tail_start + cut + 1 as end_char,
            greatest(m.sentence_start - tail_start, 0) + cut + 1 as sentence_start,
            m.sentence_end - tail_start + cut + 1 as sentence_end
        )
        from src.job_posting_mention as m join copy as c on c.b = m.content_hash where m.start_char >= c.tail_start;
    """,
    "skills": """
        insert into job_posting_skill from src.job_posting_skill;
        insert into job_posting_skill
        select
            m.content_hash, m.key,
            case
                when bool_or(m.need = 'required') then 'required' when bool_or(m.need = 'preferred') then 'preferred' else 'context'
            end,
            arg_min(m.surface, m.start_char), []
        from job_posting_mention as m semi join copy as c on c.content_hash = m.content_hash
        where m.kind = 'skill' and not m.negated
        group by all;
    """,
}


def main() -> None:
    """Build, publish, print times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True, help="labelled warehouse")
    parser.add_argument("--to", type=Path, required=True, help="file to make")
    parser.add_argument("--copies", type=int, default=9, help="of each ad, beside itself")
    parser.add_argument("--unlabelled", action="store_true", help="leave the labels to `rolescope label`")
    args = parser.parse_args()
    steps = ("pairs", "texts", "postings") if args.unlabelled else tuple(STEPS)
    started = time.monotonic()
    with building(args.to, datetime.now(UTC)) as con:
        con.execute(f"attach '{args.source}' as src (read_only)")
        con.execute("set memory_limit = '8GB'")
        for name in steps:
            begun = time.monotonic()
            for statement in STEPS[name].split(";"):
                if statement.strip():
                    con.execute(statement, {"copies": args.copies} if "$copies" in statement else None)
            print(f"{name:16s} {time.monotonic() - begun:7.1f} s", flush=True)
        begun = time.monotonic()
        con.execute("detach src")
    print(f"{'publish':16s} {time.monotonic() - begun:7.1f} s")
    with duckdb.connect(str(args.to), read_only=True) as con:
        for table in ("job_posting", "job_posting_mention", "job_posting_skill"):
            n = con.execute(f"select count(*) from {table}").fetchall()[0][0]
            print(f"{table:24s} {n:>12,}")
    print(f"{args.to.resolve().stat().st_size / 1e9:.2f} GB, {time.monotonic() - started:.0f} s in all")


if __name__ == "__main__":
    main()
