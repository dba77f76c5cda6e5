-- What comes after loading needs the memory.
drop table staged_posting;
drop table latest;
drop table sighting;
drop table posting_before;
drop table posting_changed;
drop table touched_content;
drop table member;
drop table cluster;
