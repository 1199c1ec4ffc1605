"""`qm`: guests of this host."""
from . import command, guesttool


def main(argv):
    return command.run('qm', guesttool.commands('qemu'), argv)
