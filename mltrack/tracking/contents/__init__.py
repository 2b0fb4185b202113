"""What a program hands over from memory (texts, trees, pictures, tables) as the bytes of a file."""
