import unittest

import harness  # noqa: F401
from pvestandin import propertystring, schema, sectionconfig
from pvestandin.errors import ParameterError, PlainError


def refused(path, verb, raw, major=9):
    specs = schema.parameters(schema.find(path, verb, major), major)
    try:
        schema.validate(specs, raw)
    except ParameterError as error:
        return error.errors
    return {}


class Validation(unittest.TestCase):
    def test_texts_of_refusals(self):
        cases = [
            ('/access/users', 'POST', {}, 'userid', schema.MISSING),
            ('/access/users', 'POST', {'userid': 'a@pve', 'x': '1'}, 'x', schema.UNKNOWN),
            ('/cluster/config', 'POST', {'clustername': 'a', 'nodeid': 'one'}, 'nodeid',
             "type check ('integer') failed - got 'one'"),
            ('/cluster/config', 'POST', {'clustername': 'a', 'nodeid': '0'}, 'nodeid',
             'value must have a minimum value of 1'),
            ('/cluster/config', 'POST', {'clustername': 'a' * 16}, 'clustername',
             'value may only be 15 characters long'),
            ('/cluster/config', 'POST', {'clustername': '-a'}, 'clustername',
             'invalid format - value does not look like a valid node name\n'),
            ('/cluster/config/join', 'POST', {'hostname': 'h', 'password': 'p', 'fingerprint': 'AA'},
             'fingerprint', 'value does not match the regex pattern'),
            ('/access/users', 'POST', {'userid': 'a@pve', 'password': 'short'}, 'password',
             'value must be at least 8 characters long'),
        ]
        for path, verb, raw, name, reason in cases:
            with self.subTest(name=name, raw=raw):
                self.assertEqual(refused(path, verb, raw).get(name), reason)

    def test_a_parameter_of_each_type_is_optional_where_its_forms_are(self):
        path = '/cluster/sdn/fabrics/fabric/{id}'
        self.assertEqual(refused(path, 'PUT', {'id': 'ring', 'protocol': 'openfabric'}), {})

    def test_converts_booleans_and_integers(self):
        specs = schema.parameters(schema.find('/access/users', 'POST', 9), 9)
        self.assertEqual(
            schema.validate(specs, {'userid': 'a@pve', 'enable': 'off', 'expire': '12'}),
            {'userid': 'a@pve', 'enable': 0, 'expire': 12})

    def test_parameters_differ_between_the_majors(self):
        raw = {'clustername': 'a', 'token-coefficient': '125'}
        self.assertEqual(refused('/cluster/config', 'POST', raw, 9), {})
        self.assertEqual(refused('/cluster/config', 'POST', raw, 8), {'token-coefficient': schema.UNKNOWN})

    def test_numbered_links(self):
        self.assertEqual(refused('/cluster/config', 'POST', {'clustername': 'a', 'link7': '10.0.0.1'}), {})
        reason = refused('/cluster/config', 'POST', {'clustername': 'a', 'link0': '10.0.0.1,priority=300'})
        self.assertIn('value must have a maximum value of 255', reason['link0'])

    def test_an_object_is_no_string(self):
        errors = refused('/cluster/options', 'PUT', {'ha': {'shutdown_policy': 'migrate'}})
        self.assertEqual(errors['ha'], "type check ('string') failed - got HASH")

    def test_value_without_a_key(self):
        errors = refused('/cluster/options', 'PUT', {'ha': 'shutdown_policy'})
        self.assertIn('value without key, but schema does not define a default key', errors['ha'])

    def test_every_pattern_of_the_facts_compiles(self):
        def walk(node):
            if isinstance(node, dict):
                if isinstance(node.get('pattern'), str):
                    schema.pattern(node['pattern'])
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)
        walk(schema.facts())
        self.assertGreater(len(schema.facts()), 240)


class PropertyStrings(unittest.TestCase):
    FORMAT = {'type': {'type': 'string', 'default_key': 1}, 'network': {'type': 'string', 'optional': 1}}

    def test_default_key_first_and_bare(self):
        text = propertystring.render(self.FORMAT, {'network': '10.0.0.0/24', 'type': 'secure'})
        self.assertEqual(text, 'secure,network=10.0.0.0/24')
        self.assertEqual(propertystring.parse(self.FORMAT, text, schema.check)['network'], '10.0.0.0/24')


class SectionFiles(unittest.TestCase):
    TEXT = 'dir: local\n\tpath /var/lib/vz\n\tcontent iso,backup\n\nnfs: nas\n\tdisable\n\tserver 10.0.0.9\n'

    def test_sections_and_flags(self):
        found = sectionconfig.parse(self.TEXT)
        self.assertEqual(found['nas'], {'type': 'nfs', 'disable': '1', 'server': '10.0.0.9'})
        self.assertEqual(list(found), ['local', 'nas'])

    def test_rendering_reads_back_the_same(self):
        found = sectionconfig.parse(self.TEXT)
        self.assertEqual(sectionconfig.parse(sectionconfig.render(found)), found)

    def test_lines_with_notes(self):
        values = sectionconfig.parse_lines('#two%3A words\nkeyboard: en-us\n')
        self.assertEqual(values, {'description': 'two: words\n', 'keyboard': 'en-us'})
        self.assertEqual(sectionconfig.render_lines(values), '#two%3A words\nkeyboard: en-us\n')

    def test_a_stale_digest_is_refused(self):
        with self.assertRaisesRegex(PlainError, 'changed by other user'):
            sectionconfig.check_digest(self.TEXT, '0' * 40)
        sectionconfig.check_digest(self.TEXT, sectionconfig.digest(self.TEXT))


if __name__ == '__main__':
    unittest.main()
