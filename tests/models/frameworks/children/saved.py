"""Train and save every example of a flavour in this process; print the digest of each."""

import sys
from dataclasses import replace
from pathlib import Path

from mltrack.models import flavors, manifest
from tests.models.frameworks.example import examples_of

flavor = flavors.named(sys.argv[1])
for name, example in examples_of(flavor.NAME).items():
    folder = Path(sys.argv[2]) / name
    folder.mkdir(parents=True)
    flavor.save(example.fitted(), folder, replace(example.wishes, inputs=example.rows()))
    sys.stdout.write(f"{manifest.write(folder)} {name}\n")
