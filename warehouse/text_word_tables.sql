-- Where words stand in texts. Contents never change, so these tables are kept from publication to publication.

create table text_place (
    content_hash varchar not null,
    page_no integer not null,
    n_pages integer not null,
    batch integer not null
);
comment on table text_place is 'Where texts begin among the places of text_word, kept from publication to publication. Key: content_hash.';
comment on column text_place.content_hash is 'The content.';
comment on column text_place.page_no is 'Its first page of 512 places; pages follow each other in the order of arrival.';
comment on column text_place.n_pages is 'How many pages it has.';
comment on column text_place.batch is 'The batch of text_word that has its words.';

create table text_word (
    batch integer not null,
    word varchar not null,
    places uinteger[] not null
);
comment on table text_word is 'Where words stand in titles and texts, kept from publication to publication, for the search of ads. Key: batch, word.';
comment on column text_word.batch is 'Texts by 20,000 in the order of arrival: new ones rewrite the last batch only.';
comment on column text_word.word is 'The word, by the macros text_words and text_word_key.';
comment on column text_word.places is 'Its places in ascending order: 512 * text_place.page_no and the number of words before it in title and text. They hold five million ads of the usual length.';
