import unittest

import harness


class Listings(unittest.TestCase):
    def setUp(self):
        harness.reset()

    def test_what_is_below_a_node(self):
        names = [row['name'] for row in harness.call('GET', '/nodes/pve-a')]
        self.assertTrue({'tasks', 'version', 'status', 'network'} <= set(names), names)

    def test_nobody_has_a_second_factor(self):
        self.assertEqual(harness.call('GET', '/access/tfa'), [{'userid': 'root@pam', 'entries': []}])
        self.assertEqual(harness.call('GET', '/access/tfa/root@pam'), [])


if __name__ == '__main__':
    unittest.main()
