"""How good a model is on data whose answers are known: figures, for all rows and for slices."""
