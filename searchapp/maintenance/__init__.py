"""Looking after an archive that is already there: account, doctor, backup, background runs.

Beside the data's path. Asks the ledger and the engine, and shows itself through `web`
and `cli`.
"""
