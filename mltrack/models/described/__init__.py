"""What describes a package to people and to other tools, written from its facts."""
