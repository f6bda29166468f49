"""What ``xl-addin`` and ``python -m xl_addin`` start."""

import gc


def main() -> None:
    """Run the command line, and leave out what Python does for programs that run long.

    Looking for cycles while the packages are imported, and again in everything there is at the
    very end, would take a sixth of a refresh's time, and give back memory that the end of the
    process gives back anyway.
    """
    gc.disable()
    from xl_addin import cli

    try:
        cli.main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
