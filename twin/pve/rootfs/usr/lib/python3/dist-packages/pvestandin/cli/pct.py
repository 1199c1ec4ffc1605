"""`pct`: guests of this host."""
from . import command, guesttool


def main(argv):
    return command.run('pct', guesttool.commands('lxc'), argv)
