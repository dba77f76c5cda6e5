-- Pay has an upper bound that is not below its lower one, and a currency and a unit.
select content_hash, base_salary_min, base_salary_max, salary_currency, salary_unit
from job_posting_fact
where base_salary_min > base_salary_max or (base_salary_min is not null and (salary_unit is null or salary_currency is null))
