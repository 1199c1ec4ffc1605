import unittest

import harness


class Tables(unittest.TestCase):
    def setUp(self):
        harness.reset()

    def refused(self, status, text, *args, **params):
        from pvestandin.errors import ApiError
        with self.assertRaises(ApiError) as caught:
            harness.call(*args, **params)
        self.assertEqual((caught.exception.status, caught.exception.text), (status, text))

    def test_backup_job_life(self):
        self.refused(500, '400 Parameter verification failed.\nvmid: property is missing\n'.rstrip(),
                     'POST', '/cluster/backup', id='nightly', schedule='02:30', storage='local')
        harness.call('POST', '/cluster/backup', id='nightly', schedule='02:30', storage='local', all=1,
                     prune__backups='keep-last=3')
        self.refused(500, "Job 'nightly' already exists", 'POST', '/cluster/backup', id='nightly', schedule='02:30', all=1)
        shown = harness.call('GET', '/cluster/backup/nightly')
        self.assertEqual((shown['prune-backups'], shown['all'], shown['enabled']), ({'keep-last': '3'}, 1, 1))
        harness.call('PUT', '/cluster/backup/nightly', schedule='03:30')
        self.assertEqual(harness.call('GET', '/cluster/backup')[0]['schedule'], '03:30')
        self.assertIn('next-run', harness.call('GET', '/cluster/backup')[0])
        harness.call('DELETE', '/cluster/backup/nightly')
        self.refused(400, 'Parameter verification failed.', 'GET', '/cluster/backup/nightly')
        self.refused(500, "400 Parameter verification failed.\nid: No such job 'nightly'",
                     'DELETE', '/cluster/backup/nightly')

    def test_metric_server_that_does_not_answer_is_refused(self):
        from pvestandin.errors import PlainError
        with self.assertRaises(PlainError):
            harness.call('POST', '/cluster/metrics/server/g1', type='graphite', server='127.0.0.1', port=1, proto='tcp')
        harness.call('POST', '/cluster/metrics/server/g1', type='graphite', server='127.0.0.1', port=2003)
        self.assertEqual(harness.call('GET', '/cluster/metrics/server/g1')['port'], 2003)
        self.refused(500, "Metric server 'g1' already exists", 'POST', '/cluster/metrics/server/g1', type='graphite',
                     server='127.0.0.1', port=2003)
        harness.call('DELETE', '/cluster/metrics/server/g1')

    def test_notifications_know_404_and_400(self):
        self.refused(404, "endpoint 'x1' not found", 'GET', '/cluster/notifications/endpoints/smtp/x1')
        values = {'name': 'x1', 'server': 'mail.test', 'from__address': 'a@b.test', 'mailto': ['c@d.test']}
        harness.call('POST', '/cluster/notifications/endpoints/smtp', **values, password='s3cret')
        self.refused(400, "Cannot create 'x1', an entity with the same name already exists",
                     'POST', '/cluster/notifications/endpoints/smtp', **values)
        shown = harness.call('GET', '/cluster/notifications/endpoints/smtp/x1')
        self.assertEqual(shown['mailto'], ['c@d.test'])
        self.assertNotIn('password', shown)
        self.refused(404, "endpoint 'y1' does not exist", 'POST', '/cluster/notifications/matchers', name='m1', target=['y1'])
        harness.call('POST', '/cluster/notifications/matchers', name='m1', target=['x1'])
        self.refused(400, "cannot delete 'x1', referenced by: m1", 'DELETE', '/cluster/notifications/endpoints/smtp/x1')
        self.assertEqual({t['name'] for t in harness.call('GET', '/cluster/notifications/targets')}, {'x1', 'mail-to-root'})

    def test_secrets_of_a_target_go_to_the_private_file_alone(self):
        values = {'name': 'x1', 'server': 'mail.test', 'from__address': 'a@b.test', 'mailto': ['c@d.test']}
        path = '/cluster/notifications/endpoints/smtp'
        harness.call('POST', path, **values, username='u', password='s3cret')
        self.assertNotIn('s3cret', (harness.ETC / 'notifications.cfg').read_text())
        self.assertEqual((harness.ETC / 'priv/notifications.cfg').read_text(), 'smtp: x1\n\tpassword s3cret\n')
        harness.call('PUT', f'{path}/x1', port=2525)
        self.assertIn('s3cret', (harness.ETC / 'priv/notifications.cfg').read_text())
        self.refused(400, 'must at least provide one recipient, either in mailto or in mailto-user',
                     'PUT', f'{path}/x1', delete=['mailto'])
        harness.call('PUT', f'{path}/x1', delete=['password'])
        self.assertNotIn('s3cret', (harness.ETC / 'priv/notifications.cfg').read_text())
        harness.call('POST', '/cluster/notifications/endpoints/gotify', name='g1', server='https://g.test', token='t0ken')
        harness.call('DELETE', '/cluster/notifications/endpoints/gotify/g1')
        self.assertNotIn('t0ken', (harness.ETC / 'priv/notifications.cfg').read_text())

    def test_webhook_tells_the_names_of_its_secrets_and_keeps_those_it_knows(self):
        path = '/cluster/notifications/endpoints/webhook'
        values = {'name': 'w1', 'method': 'post', 'url': 'https://hook.test/x'}
        self.refused(400, "header 'A' does not have valid base64 encoded data", 'POST', path, **values, header=['name=A,value=?'])
        self.refused(400, "secret 'k' not known", 'POST', path, **values, secret=['name=k'])
        harness.call('POST', path, **values, header=['name=A,value=Yg=='], secret=['name=k,value=djE=', 'name=l,value=djI='])
        shown = harness.call('GET', f'{path}/w1')
        self.assertEqual((shown['header'], shown['secret']), (['name=A,value=Yg=='], ['name=k', 'name=l']))
        harness.call('PUT', f'{path}/w1', secret=['name=k', 'name=l,value=djM='])
        self.assertEqual((harness.ETC / 'priv/notifications.cfg').read_text(),
                         'webhook: w1\n\tsecret name=k,value=djE=\n\tsecret name=l,value=djM=\n')
        self.refused(400, "secret 'k' defined multiple times", 'PUT', f'{path}/w1', secret=['name=k', 'name=k'])
        harness.call('PUT', f'{path}/w1', delete=['secret'])
        self.assertNotIn('secret', harness.call('GET', f'{path}/w1'))

    def test_pci_mapping_life(self):
        entry = 'node=pve-a,path=0000:01:00.0,id=8086:56a0,iommugroup=14'
        harness.call('POST', '/cluster/mapping/pci', id='gpu', map=[entry], description='x')
        self.assertEqual(harness.call('GET', '/cluster/mapping/pci/gpu')['map'], [entry])
        row = harness.call('GET', '/cluster/mapping/pci', check__node='pve-b')[0]
        self.assertEqual(row['checks'][0]['severity'], 'warning')
        harness.call('DELETE', '/cluster/mapping/pci/gpu')
        self.assertEqual(harness.call('GET', '/cluster/mapping/pci'), [])

    def test_pool_life(self):
        (harness.ETC / 'nodes/pve-a/qemu-server/100.conf').write_text('memory: 512\n')
        harness.call('POST', '/pools', poolid='p1', comment='c')
        harness.call('PUT', '/pools', poolid='p1', vms='100')
        self.assertEqual(harness.call('GET', '/pools', poolid='p1')[0]['members'][0]['vmid'], 100)
        self.refused(500, "delete pool failed: pool 'p1' is not empty (contains VM 100)", 'DELETE', '/pools', poolid='p1')
        harness.call('PUT', '/pools', poolid='p1', vms='100', delete=1)
        harness.call('DELETE', '/pools', poolid='p1')
        self.refused(500, "pool 'p1' does not exist", 'GET', '/pools/p1')

    def test_resources(self):
        (harness.ETC / 'nodes/pve-b/qemu-server/100.conf').write_text('name: web\nmemory: 512\n')
        row = harness.call('GET', '/cluster/resources', type='vm')[0]
        self.assertEqual((row['vmid'], row['node'], row['name']), (100, 'pve-b', 'web'))


if __name__ == '__main__':
    unittest.main()
