"""Which columns a model takes and gives: found out from data, held against data."""
