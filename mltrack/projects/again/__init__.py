"""A run that was made once is made again: its code, its values, its data, its environment."""
