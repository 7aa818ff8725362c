"""What `make bench` measures: times are printed, never asserted."""
