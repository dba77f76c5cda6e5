-- A list of required, preferred, context as the sum of their bits in skill_index; NULL: all three.
create or replace macro need_mask(needs) as
    (
        case when needs is null then 7 else
            list_contains(needs, 'required')::integer + 2 * list_contains(needs, 'preferred')::integer
            + 4 * list_contains(needs, 'context')::integer
        end
    )::utinyint;

comment on macro need_mask is 'A list of required, preferred, context as the sum of their bits in skill_index.need_bit; NULL: all three.';
