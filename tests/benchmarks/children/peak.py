"""Run a command and print the peak memory of it in KiB: python peak.py ARGV..."""

import resource
import subprocess
import sys

subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stdout.write(f"{peak // 1024 if sys.platform == 'darwin' else peak}\n")
