"""The documents that are kept and exchanged: JSON, read and checked."""
