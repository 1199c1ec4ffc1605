import unittest

import harness


class Listings(unittest.TestCase):
    def setUp(self):
        harness.reset()

    def test_what_is_below_a_node(self):
        names = [row['name'] for row in harness.call('GET', '/nodes/pve-a')]
        self.assertTrue({'tasks', 'version', 'status', 'network'} <= set(names), names)


if __name__ == '__main__':
    unittest.main()
