"""`python -m modelcheck`: the same as the command `tlapair`."""

import sys

from modelcheck.cli import main

sys.exit(main())
