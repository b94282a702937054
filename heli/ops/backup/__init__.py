"""`heli backup` and `heli restore`: everything but the keys, in one file.

`manifest` is what a backup says of itself, `archive` the file, `clients` PostgreSQL's programs,
`taking` and `restoring` what is done, `command` what is said. See docs/backup.md.
"""
