-- What yearly pay, in US dollars, does each opening state?
create or replace view opening_pay as
with stated as (
    select
        cluster_no,
        any_value(cluster_id) as cluster_id,
        -- a structure, because arg_min passes over NULL: the first posting that states pay counts, whatever it states
        arg_min({usd: (yearly_salary_usd_min + yearly_salary_usd_max) / 2}, seen_no) as pay
    from filtered_posting()
    where role is not null and full_text and (yearly_salary_usd_min is not null or yearly_salary_usd_max is not null)
    group by cluster_no
)

select cluster_id, cluster_no, pay.usd as pay_usd from stated;

comment on view opening_pay is 'An opening that states base pay in a currency whose rate is known, by its first-seen posting that does; snippets are left out. Key: cluster_id.';
comment on column opening_pay.cluster_id is 'The opening.';
comment on column opening_pay.cluster_no is 'Its number in this snapshot.';
comment on column opening_pay.pay_usd is 'Middle of the range for a year of full-time work, in US dollars by the mean rate of the year of posting; NULL: only one end of the range is stated.';
