-- What yearly base pay do ads state, by role and currency? Only pay given per year: nothing is converted.
create or replace view salary_by_role as
with opening_pay as (
    select
        cluster_id,
        arg_min(
            {role: role, salary_currency: salary_currency, pay: (base_salary_min + base_salary_max) / 2},
            (first_seen_at, posting_id)
        ) as stated
    from posting
    where role is not null and salary_unit = 'YEAR' and full_text
    group by cluster_id
)

select
    stated.role,
    stated.salary_currency,
    quantile_cont(stated.pay, 0.25) as pay_p25,
    median(stated.pay) as pay_median,
    quantile_cont(stated.pay, 0.75) as pay_p75,
    count(*) as n_ads
from opening_pay
where stated.pay is not null
group by all;

comment on view salary_by_role is 'Middle of the stated yearly base pay range, by role and currency; snippets are left out. Key: role, salary_currency.';
comment on column salary_by_role.role is 'Role by title and text.';
comment on column salary_by_role.salary_currency is 'ISO 4217 code.';
comment on column salary_by_role.pay_p25 is 'Lower quartile, in salary_currency per year.';
comment on column salary_by_role.pay_median is 'Median, in salary_currency per year.';
comment on column salary_by_role.pay_p75 is 'Upper quartile, in salary_currency per year.';
comment on column salary_by_role.n_ads is 'Openings that state yearly pay.';
