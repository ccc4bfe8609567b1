"""Files that hold many pages: each reader streams its format into `entries`.

In: a regular file, opened by `files` and unpacked by `compression`.
Out: `Entry` values, in the order of the file, and what was skipped and why.
`reader` chooses between archives (`zip_archive`, `tar_archive`) and streams; `members` has the
table of streams: `csv_rows`, `json_lines` (over `rows`, `text_lines`), `feeds`, and `warc`.
"""
