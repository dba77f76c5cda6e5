-- The five probabilities of a role sum to one.
select content_hash, model_version
from job_posting_role
where
    abs(p_ai_engineer + p_ml_engineer + p_data_scientist + p_full_stack_engineer + p_other - 1) > 0.01
    or abs(p_title_ai_engineer + p_title_ml_engineer + p_title_data_scientist + p_title_full_stack_engineer + p_title_other - 1) > 0.01
    or abs(p_text_ai_engineer + p_text_ml_engineer + p_text_data_scientist + p_text_full_stack_engineer + p_text_other - 1) > 0.01
