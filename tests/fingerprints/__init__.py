"""What each version number stands for: fingerprints of what a step makes of fixed inputs.

`results` makes them, `stored` keeps them beside their version in `fingerprints.json`, and
`python -m tests.fingerprints` brings that file up to date once a version was raised.
"""
