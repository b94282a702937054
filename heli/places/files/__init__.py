"""Files that people write and `heli load` reads: regions.csv, offices.yaml, rules.yaml.

Each module turns one file into values and collects, line by line, what is wrong with it; nothing
here reads or writes the database. The format is described in docs/loading.md.
"""
