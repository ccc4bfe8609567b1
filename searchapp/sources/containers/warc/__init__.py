"""WARC files (ISO 28500), damaged ones included.

In: the bytes of a file, in gzip members or Zstandard frames. Out: the pages it holds.
`gzip_members` and `zstd_frames` find the parts (`resync` goes on behind a damaged one),
`records` reads records of them, `http` the messages inside, `content_encoding` undoes
what a server did to a body, and `pages` puts a page together.
"""
