"""Draft routes: what public data say of an occupation becomes rows of the catalogue.

Plain Python: facts in, rows out, in the form of Django fixtures by natural key.
"""
