"""A run: from files on disk to documents in an engine, by way of the ledger.

In: paths and `options`. Out: an up-to-date ledger and index, and the Summary of `events`.
`run` holds the `lock`, makes a `plan` (with `versions`, `new_extras`), has `ingestion` read
what it says (with `open_container`) and `sync` bring the ledger into the engine, checked by
`build_checks`; `incremental_commit` does so on the way, `curation_changes` after decisions alone,
`watch` starts a run at every change.
"""
