"""The fencer of a Proxmox VE cluster: `main.py run`, `main.py verify`, `main.py status`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from proxmox_ha_fencer.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
