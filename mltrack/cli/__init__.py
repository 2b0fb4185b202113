"""The command line: words in, one call of the api, words out."""
