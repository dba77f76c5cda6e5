-- How a word is kept in text_word; NULL: not at all, since it stands in nearly every ad.
create or replace macro text_word_key(word) as
    case when word not in ('a', 'and', 'for', 'in', 'of', 'or', 'the', 'to', 'with') then left(strip_accents(word), 40) end;

comment on macro text_word_key is 'A word as text_word keeps it: without accents, its first 40 characters; NULL: a word of nearly every ad, not kept.';
