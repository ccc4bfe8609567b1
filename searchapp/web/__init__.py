"""The pages people see and the API programs read, as one Flask application.

In: requests, an engine and the settings. Out: HTML, JSON, CSV, Atom; errors as problem details.
In reading order: `app` joins all, `context` gives a request its searcher, `params` reads what is
asked, `entity_profile` asks about a name, `redaction` hides where files are, `auth` guards
reindexing; `api` and `pages` answer.
"""
