-- What pay per YEAR, MONTH, WEEK, DAY or HOUR comes to in a year of full-time work.
create or replace macro yearly(amount, unit) as
    amount * case unit when 'YEAR' then 1 when 'MONTH' then 12 when 'WEEK' then 52 when 'DAY' then 260 when 'HOUR' then 2080 end;

comment on macro yearly is 'Yearly equivalent of pay, assuming full-time work all year: 12 months, 52 weeks, 260 days or 2,080 hours.';
