"""Lets ``python -m xl_addin`` do what ``xl-addin`` does."""

from xl_addin.cli import main

if __name__ == "__main__":
    main()
