"""The project package: everything that is not about planning."""
