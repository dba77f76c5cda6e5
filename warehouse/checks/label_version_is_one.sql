-- At most one label version is current.
select model_version from label_version where is_current and (select count(*) from label_version where is_current) > 1
