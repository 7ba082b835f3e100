"""What Muster costs, measured against a floor in the same run; `make bench` prints one table."""
