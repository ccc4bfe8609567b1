"""Files that hold many pages: each reader streams its format into `entries`.

In: a regular file, opened by `regular_file` and unpacked by `compression`.
Out: `Entry` values, in the order of the file, and what was skipped and why.
`reader` chooses by format: `csv_rows`, `json_lines` and `text_lines` (over `rows`), `feeds`,
`zip_archive`, `tar_archive` (over `members`), and the package `warc`.
"""
