"""`python -m heli` is the `heli` command."""

import sys

from heli.ops.cli import main

if __name__ == "__main__":
    sys.exit(main())
