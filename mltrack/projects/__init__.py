"""What `project.yaml` says: environment, typed parameters, entry points; and running them."""
