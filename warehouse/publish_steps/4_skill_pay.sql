-- Do ads that name a skill state higher pay than the role's other ads? The other ads' median without a row for each of them: of
-- a role's ads in order of pay, the k-th that does not name the skill stands k places on, plus one for each before it that does.
insert into skill_pay by name
with ad as materialized (
    select o.role, o.cluster_no, o.content_no, o.employer_no, p.pay_usd, (p.cluster_no is not null)::integer as states_pay
    from opening() as o left join opening_pay as p on p.cluster_no = o.cluster_no
),

role_ads as (select role, count(*) as n_ads, sum(states_pay) as stating, count(pay_usd) as n_paid from ad group by role),

named as materialized (select ad.*, s.skill_no from ad join skill_index as s on s.content_no = ad.content_no),

total as (
    select
        n.role, n.skill_no, median(n.pay_usd) as pay, count(n.pay_usd) as n_paid, sum(n.states_pay) as stating, count(*) as n_ads,
        count(distinct case when n.pay_usd is not null then n.employer_no end) as n_employers_paid
    from named as n group by n.role, n.skill_no
),

paid as (select *, row_number() over (partition by role order by pay_usd, cluster_no) as place from ad where pay_usd is not null),

before as (
    select n.role, n.skill_no, p.place - row_number() over (partition by n.role, n.skill_no order by p.place) as n_before
    from named as n join paid as p on p.cluster_no = n.cluster_no
),

middle as (
    select
        t.role, t.skill_no, any_value(r.n_paid - t.n_paid) as n, (n + 1) // 2 as low, n // 2 + 1 as high,
        low + count(*) filter (b.n_before < (r.n_paid - t.n_paid + 1) // 2) as low_place,
        high + count(*) filter (b.n_before < (r.n_paid - t.n_paid) // 2 + 1) as high_place
    from total as t
    join role_ads as r on r.role = t.role
    left join before as b on b.role = t.role and b.skill_no = t.skill_no
    group by t.role, t.skill_no
)

select
    t.role, t.skill_no, t.pay as pay_median_with, case when m.n > 0 then (l.pay_usd + h.pay_usd) / 2 end as pay_median_without,
    t.n_paid as n_paid_with, m.n as n_paid_without, t.stating / t.n_ads as disclosure_with,
    case when r.n_ads > t.n_ads then (r.stating - t.stating) / (r.n_ads - t.n_ads) end as disclosure_without,
    t.n_ads as n_ads_with, r.n_ads - t.n_ads as n_ads_without, t.n_employers_paid as n_employers_paid_with
from total as t
join middle as m on m.role = t.role and m.skill_no = t.skill_no
join role_ads as r on r.role = t.role
left join paid as l on l.role = t.role and l.place = m.low_place
left join paid as h on h.role = t.role and h.place = m.high_place;
