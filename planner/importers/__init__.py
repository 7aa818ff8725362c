"""Files of public data become rows: parse() checks, then store() stores.

`tables` opens what is given, safely; `checking` notes what is wrong with a cell;
one module a source parses what a release says; `releases` stores what any of them
parsed; `everything` takes any mix of files and folders through all of it.
"""
