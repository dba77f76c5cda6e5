-- Whose text is on a page: the numbers of contents hold for this snapshot only.
insert into text_page by name
select unnest(generate_series(p.page_no, p.page_no + p.n_pages - 1)) as page_no, c.content_no
from text_place as p
join (select distinct content_hash, content_no from posting_index) as c on c.content_hash = p.content_hash
order by page_no;
