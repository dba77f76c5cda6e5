-- The words of texts that text_place does not have yet, for one batch of text_word: as many as it has room for, but no more than
-- 80 million characters, since the memory for it is limited. To be run until none is left.
create or replace temp table room as
with last as (
    select coalesce(max(batch), 0) as batch, count(*) as n_texts, coalesce(max(page_no + n_pages), 0) as page_no, coalesce(sum(n_pages), 0) as n_pages
    from text_place where batch = (select max(batch) from text_place)
)

select
    n_texts >= 20000 or n_pages >= 60000 as is_full,
    batch + is_full::integer as batch,
    case when is_full then 20000 else 20000 - n_texts end as n_texts,
    page_no
from last;

create or replace temp table fresh as
with waiting as (
    select rowid as place from job_posting_text
    where content_hash not in (select content_hash from text_place)
    order by place limit (select n_texts from room)
),

-- by place, so that few texts are unpacked, not all
long as (
    select rowid as place, content_hash, title || chr(10) || text as text, length(text) as n_chars
    from job_posting_text where rowid in (select place from waiting)
),

ahead as (select place, sum(n_chars) over (order by place) - n_chars as n_chars_ahead from long)

select place, content_hash, text_words(text) as words, len(words) // 512 + 1 as n_pages
from long join ahead using (place)
where n_chars_ahead < 80000000;

insert into text_place by name
select content_hash, page_no + sum(n_pages) over (order by place) - n_pages as page_no, n_pages, batch
from fresh cross join (select batch, page_no from room);

create or replace temp table rewritten as
with occurrence as (
    select unnest(f.words) as raw, p.page_no * 512 + generate_subscripts(f.words, 1) - 1 as place
    from fresh as f join text_place as p on p.content_hash = f.content_hash
),

by_word as (select text_word_key(raw) as word, list(place::uinteger) as places from occurrence group by raw)

select word, places from by_word where word is not null
union all
select word, places from text_word where batch = (select batch from room);

delete from text_word where batch = (select batch from room);

insert into text_word by name
select (select batch from room) as batch, word, list_sort(flatten(list(places))) as places from rewritten group by word order by word;

drop table room;
drop table fresh;
drop table rewritten;
