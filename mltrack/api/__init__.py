"""What a program may ask for: one package a noun, each a client of the layers below."""
