"""Looking after an archive that is there: what is in it, whether all agree, what to do if not.

In: the ledger and the engine. Out: values that `web` and `cli` show.
`archive_status` and `lock_status` tell, `doctor` finds faults and `repair` mends them; `backup`,
`restore` and `rollback`; `background_reindex` starts `background_main`, which keeps a
`progress_file`; `entity_counts` and `merge_candidates` are for who decides about names,
`source_names` for who must not see paths.
"""
