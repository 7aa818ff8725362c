"""Files of public data become rows: parse() checks, then store() stores.

`tables` opens what is given, safely; `checking` notes what is wrong with a cell;
one module a source tells what a release says; `releases` stores it; `everything`
takes any mix of files and folders through all of it.
"""
