"""What people decide about names: between the ledger and an engine on the data's path.

The ledger keeps what was recognised; nothing here is recognised again. `watchlist`
adds names that must always be found, `decisions` reads what a person decided about
the names found, `rules` makes one consistent set of them, `editing` changes their
file, and `curation` does all of it to a document.
"""
