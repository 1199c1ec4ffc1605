"""The lines of a backup: in the task's log, and those of one guest in the file beside its archive too."""
import time

UNITS = ('B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB')


class Messages:
    def __init__(self, task_log):
        self.task_log, self.kept, self.warnings = task_log, None, 0

    def __call__(self, text, level='INFO', kept=True):
        for line in str(text).rstrip('\n').split('\n'):
            self.task_log(f'{level}: {line}')
            if kept and self.kept is not None:
                self.kept.append(f'{clock()} {level}: {line}\n')

    def warn(self, text):
        self.warnings += 1
        self(text, 'WARN')


def clock():
    return time.strftime('%Y-%m-%d %H:%M:%S')


def size(count):
    """As jobs tell the size of a file."""
    for unit, power in (('KB', 1), ('MB', 2)):
        if count < 1024 ** (power + 1):
            return f'{count // 1024 ** power}{unit}'
    return f'{count / 1024 ** 3:.2f}GB' if count < 1024 ** 4 else f'{count / 1024 ** 4:.2f}TB'


def amount(count, digits=1):
    """As they tell what was moved."""
    power = 0
    while power < len(UNITS) - 1 and count >= 1024 ** (power + 1):
        power += 1
    return f'{count / 1024 ** power:.{digits}f} {UNITS[power]}'


def duration(seconds):
    whole = int(seconds)
    return f'{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}'
