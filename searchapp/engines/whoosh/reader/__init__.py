"""A commit opened for reading.

In: a build's folder. Out: `snapshot.Snapshot`, shared by all searches until the next commit.
`snapshots` opens one when there is a newer commit; `prefix_index` finds values by their beginnings.
"""
