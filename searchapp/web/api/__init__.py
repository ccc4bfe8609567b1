"""The API: what programs ask and are answered, as `docs/api.md` has it.

In: a request. Out: JSON, CSV, JSON lines or Atom.
In reading order: `routes` has the addresses; `schemas` the shapes of answers, which `answer`,
`entity_answer` and `status` fill; `export` and `atom` write hits as files; `problems` says what was
wrong, `etags` what is unchanged, and `openapi` describes all of it.
"""
