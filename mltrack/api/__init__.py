"""What a program may ask for: one module a noun, each a client of the layers below."""
