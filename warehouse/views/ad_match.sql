-- Which ads match a search? One row an opening, so that its count is the one that shares are made of.
create or replace macro ad_match(
    search := null, wanted_role := null, wanted_skill := null, needs := null, label := 'role',
    sources := null, countries := null, languages := null, seniorities := null,
    posted_from := null, posted_to := null, only_open := false
) as table
with term as materialized (from search_term(search := search)),

asked as materialized (
    select count(*) as n_terms, coalesce(sum(bit) filter (not is_excluded), 0)::integer as bits, lower(left(search, 300)) as whole from term
),

-- any part of a title or employer will do; but "-intern" excludes no employer that is called International
head_has as (
    select p.seen_no, t.bit
    from posting_index as p cross join term as t
    where not t.is_excluded and (contains(lower(p.title), t.part) or contains(lower(p.hiring_organization), t.part))
    union all
    select p.seen_no, t.bit
    from posting_index as p cross join term as t
    where t.is_excluded and case
        when contains(lower(p.hiring_organization), t.part) then contains(
            concat(' ', translate(lower(p.hiring_organization), '.,;:()/&-''"!|', '             '), ' '),
            concat(' ', translate(t.part, '.,;:()/&-''"!|', '             '), ' ')
        )
    end
),

head_match as (select seen_no, bit_or(bit) as bits from head_has group by seen_no),

opening_found as (
    select
        -- the posting by which the opening counts (see opening), else the first seen
        min(p.seen_no + case when p.role is null or not p.full_text then 1::bigint << 32 else 0 end) & ((1::bigint << 32) - 1) as seen_no,
        min(p.posted_on) as posted_on,
        bool_or(p.is_open) as is_open,
        count(*) as n_postings
    from filtered_posting(
        sources := sources, countries := countries, languages := languages, seniorities := seniorities,
        posted_from := posted_from, posted_to := posted_to, only_open := only_open
    ) as p
    cross join asked
    left join content_match(search := search) as c on c.content_no = p.content_no
    left join head_match as h on h.seen_no = p.seen_no
    where
        search is null
        or (asked.n_terms > 0 and coalesce(c.bits, 0) | coalesce(h.bits, 0) = asked.bits)
        or (asked.n_terms = 0 and (contains(lower(p.title), asked.whole) or contains(lower(p.hiring_organization), asked.whole)))
    group by p.cluster_no
)

select
    p.cluster_id,
    p.posting_id,
    p.title,
    p.hiring_organization,
    p.job_location,
    case label when 'role_by_title' then p.role_by_title when 'role_by_text' then p.role_by_text else p.role end as role,
    o.posted_on,
    o.is_open,
    o.n_postings
from opening_found as o
join posting_index as p on p.seen_no = o.seen_no
where
    -- what is read in a snippet is in no statistic (see opening), so no role and no skill finds one
    (p.full_text or (wanted_role is null and wanted_skill is null))
    and (wanted_role is null or case label when 'role_by_title' then p.role_by_title when 'role_by_text' then p.role_by_text else p.role end = wanted_role)
    and (
        wanted_skill is null
        or p.content_no in (
            select s.content_no from skill_index as s
            where s.skill_no = (select skill_no from skill_number where skill = wanted_skill) and s.need_bit & need_mask(needs) != 0
        )
    );

comment on macro table ad_match is 'Openings that match search, of wanted_role (as label reads it), that name wanted_skill (with one of needs); NULL: any. All words of search must be there: each as a part of title or employer, as a word of the text, or, out of quotes, as the name of a skill that the ad names. Words in "quotes" follow each other, -word must not be there as a word, begin* is the beginning of a word (of three characters at least). Case and punctuation do not matter, accents do in no text. Chinese, Japanese and Thai are found as any sequence of characters. The words a, and, for, in, of, or, the, to, with are not looked for; what has no other word or sign of a word is looked for as a part of title or employer. A role or skill finds no openings of which there are snippets only. posting_id is the posting by which the opening counts, n_postings how many of it pass. Other filters as in filtered_posting.';
