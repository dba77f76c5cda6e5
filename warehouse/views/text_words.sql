-- The words of a text in their order, in lower case. C++, C# and F# are words; scripts that are written without spaces give a
-- word a character, so that a phrase of them is found wherever it stands. Whoever changes this empties text_word and text_place.
create or replace macro text_words(text) as
    regexp_extract_all(
        lower(text),
        '[a-z](?:\+\+|#)|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{N}\p{M}])+'
    );

comment on macro text_words is 'The words of a text in their order, in lower case: letters and digits, C++ and the like, or one character of a script without spaces.';
