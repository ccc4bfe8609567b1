"""The JSON endpoints: `routes` in, `answer`, `entity_answer`, `export`, `atom`, `status` out.

`schemas` and `openapi` describe them, `problems` says what was wrong, `etags` what is unchanged.
"""
