-- Which skills tell AI engineers from ML engineers?
-- difference is the share of AI engineers' ads that name the skill less that of ML engineers' ads. Where the 95 % interval
-- from ci_low to ci_high leaves out 0, more than chance is at work; it takes an employer's ads for one voice. Of hundreds of
-- skills that are compared at once, some leave out 0 by chance.
select name, round(difference, 2) as difference, round(ci_low, 2) as ci_low, round(ci_high, 2) as ci_high, n_with_a, n_ads_a, n_with_b, n_ads_b
from skill_difference('ai_engineer', 'ml_engineer')
where ci_low > 0 or ci_high < 0
order by abs(difference) desc, name
limit 10;
