"""`python -m sheetsync`."""

from sheetsync.cli.main import run

if __name__ == "__main__":
    run()
