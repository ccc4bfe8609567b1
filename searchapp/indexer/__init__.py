"""From files on disk to documents in an engine, one module per step, in data order."""
