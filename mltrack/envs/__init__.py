"""Turn what a project needs into a virtual environment that is built once and used again."""
