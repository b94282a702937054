"""A year in a city of twenty offices, with and without the window guarantee.

The law's dates and the choice of a place are Heli's own (`heli.law.periods`, `heli.cases.rules`,
`heli.cases.plan`); people are made up, from a seed. What is assumed of them stands in `city.py`.
"""
