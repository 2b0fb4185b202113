"""What a package needs where it is loaded: modules of the project, distributions, a lock."""
