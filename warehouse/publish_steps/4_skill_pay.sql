-- Do ads that name a skill state higher pay than the role's other ads? The other ads' median without a row for each of them: of
-- a role's ads in order of pay, the k-th that does not name the skill stands k places on, plus one for each before it that does.
insert into skill_pay by name
-- openings that state pay; their place is among those of the role whose pay is known in US dollars
with stating as materialized (
    select
        o.role, o.content_no, o.employer_no, p.pay_usd,
        case when p.pay_usd is not null then row_number() over (partition by o.role order by p.pay_usd nulls last, p.cluster_no) end as place
    from opening() as o join opening_pay as p on p.cluster_no = o.cluster_no
),

with_skill as (
    select
        a.role, s.skill_no, count(*) as stating, count(a.pay_usd) as n_paid, median(a.pay_usd) as pay,
        count(distinct case when a.pay_usd is not null then a.employer_no end) as n_employers_paid,
        list_sort(list(a.place) filter (a.place is not null)) as places
    from stating as a join skill_index as s on s.content_no = a.content_no
    group by a.role, s.skill_no
),

of_role as (
    select p.role, any_value(p.n_ads) as n_ads, count(a.role) as stating, count(a.pay_usd) as n_paid
    from part_size as p left join stating as a on a.role = p.role
    where p.by_part = 'role' group by p.role
),

total as (
    select
        r.role, k.skill_no, c.n_with as n_ads, r.n_ads - c.n_with as n_others, coalesce(w.stating, 0) as stating,
        r.stating - coalesce(w.stating, 0) as others_stating, coalesce(w.n_paid, 0) as n_paid, w.pay,
        r.n_paid - coalesce(w.n_paid, 0) as n_others_paid, coalesce(w.n_employers_paid, 0) as n_employers_paid,
        (n_others_paid + 1) // 2 as low, n_others_paid // 2 + 1 as high,
        low + coalesce(len(list_filter(w.places, lambda place, nth: place - nth < low)), 0) as low_place,
        high + coalesce(len(list_filter(w.places, lambda place, nth: place - nth < high)), 0) as high_place
    from part_count as c
    join skill_number as k on k.skill = c.key
    join of_role as r on r.role = c.role
    left join with_skill as w on w.role = c.role and w.skill_no = k.skill_no
    where c.by_part = 'role' and c.of_what = 'skill'
)

select
    t.role, t.skill_no, t.pay as pay_median_with, case when t.n_others_paid > 0 then (l.pay_usd + h.pay_usd) / 2 end as pay_median_without,
    t.n_paid as n_paid_with, t.n_others_paid as n_paid_without, t.stating / t.n_ads as disclosure_with,
    case when t.n_others > 0 then t.others_stating / t.n_others end as disclosure_without,
    t.n_ads as n_ads_with, t.n_others as n_ads_without, t.n_employers_paid as n_employers_paid_with
from total as t
left join stating as l on l.role = t.role and l.place = t.low_place
left join stating as h on h.role = t.role and h.place = t.high_place;
