-- What a search asks for, a row each. Words, "words that follow each other", -none of these, begin*. Whatever is written, this
-- takes no longer than its first 300 characters and 12 terms do.
create or replace macro search_term(search := null) as table
with written as (
    select unnest(terms) as raw, generate_subscripts(terms, 1) as place
    from (select regexp_extract_all(left(lower(search), 300), '-?(?:"[^"]*"?|[^\s"]+)')[:12] as terms)
),

bare as (
    select
        place, starts_with(raw, '-') as is_excluded, contains(raw, '"') as is_quoted, ends_with(raw, '*') as is_open,
        regexp_replace(raw, '^-*"?|[*"]*$', '', 'g') as part
    from written
),

term as (
    select *, list_transform(text_words(part), lambda word: text_word_key(word)) as words from bare
)

select
    (1 << (row_number() over (order by place) - 1))::integer as bit,
    is_excluded,
    is_quoted,
    part,
    words,
    is_open and length(words[-1]) >= 3 as is_open
from term
where list_count(words) > 0;

comment on macro table search_term is 'The terms of a search: bit (its number as a power of two), is_excluded (no ad may have it), is_quoted, part (as written), words (that must follow each other; NULL: any word, see text_word_key), is_open (the last is the beginning of a word). Terms without a word that is kept in text_word are left out. Of a search, 300 characters and 12 terms are read.';
