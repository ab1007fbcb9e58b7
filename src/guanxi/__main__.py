"""`python -m guanxi` is the command line."""

from guanxi.cli.main import main

main()
