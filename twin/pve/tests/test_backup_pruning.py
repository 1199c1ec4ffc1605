"""What a rule keeps of a guest's backups."""
import time
import unittest

import harness  # noqa: F401  (puts the package on the path)


class Pruning(unittest.TestCase):
    def kept(self, when, **keep):
        from pvestandin.vzdump import prune
        entries = [(text, time.mktime(time.strptime(text, '%Y-%m-%d %H:%M')), False) for text in when]
        marked = prune.marks(entries, {f'keep-{key}': number for key, number in keep.items()})
        return [name for name in when if marked[name] == 'keep']

    def test_each_span_keeps_the_newest_of_those_that_no_shorter_one_has_kept(self):
        week = ['2026-03-02 01:00', '2026-03-02 13:00', '2026-03-03 01:00', '2026-03-03 13:00', '2026-03-04 01:00']
        self.assertEqual(self.kept(week, last=2), week[3:])
        self.assertEqual(self.kept(week, daily=2), week[3:])
        self.assertEqual(self.kept(week, last=1, daily=1), week[3:])
        self.assertEqual(self.kept(week, daily=5), [week[1], week[3], week[4]])
        months = ['2024-12-31 01:00', '2025-01-01 01:00', '2025-11-30 01:00', '2026-01-31 01:00', '2026-02-27 01:00']
        self.assertEqual(self.kept(months, monthly=2), months[3:])
        self.assertEqual(self.kept(months, yearly=3), [months[0], months[2], months[4]])
        self.assertEqual(self.kept(months[:2], weekly=9), [months[1]])
        self.assertEqual(self.kept(week[:2], hourly=9), week[:2])

    def test_nothing_goes_by_a_rule_of_zeros_and_protected_ones_count_for_nothing(self):
        from pvestandin.vzdump import prune
        self.assertEqual(prune.marks([('a', 1, False), ('b', 2, True)], {'keep-last': 0}), {'a': 'keep', 'b': 'protected'})
        self.assertEqual(prune.marks([('a', 1, False), ('b', 2, False), ('c', 3, True)], {'keep-last': 1}),
                         {'a': 'remove', 'b': 'keep', 'c': 'protected'})


if __name__ == '__main__':
    unittest.main()
