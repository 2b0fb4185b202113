"""Find, order and compare runs: pure functions on the plain rows that runs become."""
