-- Claims with their verdicts: of a test of several parts the one that decides, which is the worst of them.
create or replace view claim_result as
select
    c.claim_id, c.essay, c.topic, c.claim, c.question, c.status, c.test, c.reading,
    v.verdict, v.reason, v.part, p.n_parts, v.test as part_test, v.unit, v.effect, v.ci_low, v.ci_high, v.p, v.q,
    v.n_a, v.n_b, v.n_with_a, v.n_with_b, v.share_a, v.share_b,
    v.effect_role, v.ci_low_role, v.ci_high_role, v.effect_masked, v.ci_low_masked, v.ci_high_masked, v.masked_group,
    v.broken_by, v.sql, v.snapshot_id
from claim as c
join claim_verdict as v on v.claim_id = c.claim_id and v.decides
join (select claim_id, count(*) as n_parts from claim_verdict group by claim_id) as p on p.claim_id = c.claim_id;

comment on view claim_result is 'A claim with its verdict and the figures of the part of its test that decides: of several the worst. Filled by `rolescope claims`. Key: claim_id.';
comment on column claim_result.claim_id is 'As claim.claim_id.';
comment on column claim_result.essay is 'As claim.essay.';
comment on column claim_result.topic is 'As claim.topic.';
comment on column claim_result.claim is 'As claim.claim.';
comment on column claim_result.question is 'As claim.question; NULL: it bears on none.';
comment on column claim_result.status is 'As claim.status.';
comment on column claim_result.test is 'As claim.test, all parts; NULL: it has none.';
comment on column claim_result.reading is 'As claim.reading; NULL: it is plain.';
comment on column claim_result.verdict is 'As claim_verdict.verdict, of the part that decides: contradicted if any part is, supported only if all are.';
comment on column claim_result.reason is 'As claim_verdict.reason.';
comment on column claim_result.part is 'The part that decides, from 1.';
comment on column claim_result.n_parts is 'How many parts its test has; 1 where it has none.';
comment on column claim_result.part_test is 'That part; NULL: it has no test.';
comment on column claim_result.unit is 'As claim_verdict.unit; NULL likewise.';
comment on column claim_result.effect is 'As claim_verdict.effect; NULL likewise.';
comment on column claim_result.ci_low is 'As claim_verdict.ci_low; NULL likewise.';
comment on column claim_result.ci_high is 'As claim_verdict.ci_high; NULL likewise.';
comment on column claim_result.p is 'As claim_verdict.p; NULL likewise.';
comment on column claim_result.q is 'As claim_verdict.q; NULL likewise.';
comment on column claim_result.n_a is 'As claim_verdict.n_a; NULL likewise.';
comment on column claim_result.n_b is 'As claim_verdict.n_b; NULL likewise.';
comment on column claim_result.n_with_a is 'As claim_verdict.n_with_a; NULL likewise.';
comment on column claim_result.n_with_b is 'As claim_verdict.n_with_b; NULL likewise.';
comment on column claim_result.share_a is 'As claim_verdict.share_a; NULL likewise.';
comment on column claim_result.share_b is 'As claim_verdict.share_b; NULL likewise.';
comment on column claim_result.effect_role is 'As claim_verdict.effect_role; NULL likewise.';
comment on column claim_result.ci_low_role is 'As claim_verdict.ci_low_role; NULL likewise.';
comment on column claim_result.ci_high_role is 'As claim_verdict.ci_high_role; NULL likewise.';
comment on column claim_result.effect_masked is 'As claim_verdict.effect_masked; NULL likewise.';
comment on column claim_result.ci_low_masked is 'As claim_verdict.ci_low_masked; NULL likewise.';
comment on column claim_result.ci_high_masked is 'As claim_verdict.ci_high_masked; NULL likewise.';
comment on column claim_result.masked_group is 'As claim_verdict.masked_group; NULL likewise.';
comment on column claim_result.broken_by is 'As claim_verdict.broken_by; NULL likewise.';
comment on column claim_result.sql is 'As claim_verdict.sql; NULL likewise.';
comment on column claim_result.snapshot_id is 'As claim_verdict.snapshot_id.';
