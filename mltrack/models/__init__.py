"""Models as packages: a folder that another machine can check, load and predict with."""
