"""Looking after an index on disk: `storage` for its files, `integrity` for their checksums."""
