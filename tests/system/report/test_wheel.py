"""What a page is made of is in the wheel, too."""

import subprocess
import sys
import zipfile
from pathlib import Path

TOP = Path(__file__).parents[3]


def test_a_wheel_holds_every_template_script_and_style(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(TOP)]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    folders = [TOP / "mltrack" / "report" / name for name in ("templates", "static")]
    wanted = {p.relative_to(TOP).as_posix() for f in folders for p in f.rglob("*") if p.is_file()}
    assert len(wanted) > 15
    assert wanted <= held
