-- Which contents have which terms of a search? Words are looked up in text_word, so no text is read.
create or replace macro content_match(search := null) as table
with term as materialized (from search_term(search := search)),

word as (
    select
        bit, list_count(words) as n_words, unnest(words) as word, generate_subscripts(words, 1) as nth,
        is_open and nth = len(words) as is_open
    from term
),

wanted as materialized (select * replace (nth - min(nth) over (partition by bit) as nth) from word where word is not null),

stands as (
    select w.bit, w.n_words, w.nth, t.places
    from text_word as t join wanted as w on w.word = t.word
    where not w.is_open
    union all
    select w.bit, w.n_words, w.nth, t.places
    from text_word as t join wanted as w on starts_with(t.word, w.word)
    where w.is_open
),

-- the words of a phrase follow each other where they agree on its first place
begins as (
    select bit, n_words, unnest(places)::bigint - nth as first_place from stands where n_words > 1
),

page as (
    select distinct bit, unnest(places) // 512 as page_no from stands where n_words = 1
    union all
    select distinct bit, first_place // 512 as page_no
    from (select bit, first_place from begins group by bit, first_place, n_words having count(*) = n_words)
),

has as (
    select p.content_no, page.bit from page join text_page as p on p.page_no = page.page_no
    union all
    select s.content_no, term.bit
    from skill as k
    join term on term.part = lower(k.name) and not term.is_quoted
    join skill_number as n on n.skill = k.skill
    join skill_index as s on s.skill_no = n.skill_no
)

select content_no, bit_or(bit) as bits from has group by content_no;

comment on macro table content_match is 'Contents that have a term of search_term(search) in title or text, or name the skill whose name it is, unless in quotes: content_no, bits (the sum of the bits of those terms).';
