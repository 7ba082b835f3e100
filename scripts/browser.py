"""Says whether the journeys' browser is there, and how to get it."""

import shutil
import sys

if not shutil.which("chromium"):
    sys.exit("The journeys need a browser. On Debian: apt install chromium")
