"""`python -m handrail.command_line`, the same as `handrail`."""

import sys

from handrail.command_line import main

if __name__ == "__main__":
    sys.exit(main())
