"""Check what a branch did to the registry, by the rules of the branch that it goes to."""
