"""What `project.yaml` says, read strictly: every fault is named by file and line."""
