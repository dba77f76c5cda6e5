-- What yearly pay in US dollars do ads state, by role, and how many state any?
create or replace view salary_usd_by_role as
select
    o.role,
    quantile_cont(p.pay_usd, 0.25) as pay_p25,
    median(p.pay_usd) as pay_median,
    quantile_cont(p.pay_usd, 0.75) as pay_p75,
    count(p.pay_usd) as n_paid,
    count(p.cluster_no) / count(*) as disclosure_share,
    count(*) as n_ads,
    count(distinct o.employer_no) filter (p.pay_usd is not null) as n_employers_paid,
    count(distinct o.employer_no) as n_employers
from opening() as o
left join opening_pay as p on p.cluster_no = o.cluster_no
group by o.role;

comment on view salary_usd_by_role is 'Stated base pay of every period and currency with a known rate as US dollars per year of full-time work (see opening_pay), by role. Key: role. Pay as stated, without conversion, is in salary_by_role.';
comment on column salary_usd_by_role.role is 'Role by title and text.';
comment on column salary_usd_by_role.pay_p25 is 'Lower quartile; NULL: n_paid is 0.';
comment on column salary_usd_by_role.pay_median is 'Median; NULL: n_paid is 0.';
comment on column salary_usd_by_role.pay_p75 is 'Upper quartile; NULL: n_paid is 0.';
comment on column salary_usd_by_role.n_paid is 'Openings whose pay is known in US dollars: what the quartiles are made of.';
comment on column salary_usd_by_role.disclosure_share is 'Share (0–1) of the role''s openings that state base pay (see opening_pay).';
comment on column salary_usd_by_role.n_ads is 'Openings of the role.';
comment on column salary_usd_by_role.n_employers_paid is 'Employers of the n_paid openings.';
comment on column salary_usd_by_role.n_employers is 'Employers of all of them.';
