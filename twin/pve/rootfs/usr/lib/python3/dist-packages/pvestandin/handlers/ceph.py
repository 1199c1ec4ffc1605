"""/nodes/{node}/ceph and /cluster/ceph: the configuration and what Ceph says of itself."""
import os
import tempfile
import uuid

from .. import cfs
from ..api import method
from ..ceph import conf, tools

NODE = '/nodes/{node}/ceph'


def _networks(params):
    """Giving one network alone makes it the other one too."""
    network = params.get('network')
    return {} if network is None else {
        'public_network': network, 'cluster_network': params.get('cluster-network', network)}


@method(NODE + '/init', 'POST')
def init(ctx, params):
    tools.check_installed()
    with cfs.lock_file(tools.CONFIG):
        sections = conf.read()
        if 'global' not in sections:
            sections['global'] = {
                'fsid': str(uuid.uuid4()), 'auth_cluster_required': 'cephx', 'auth_service_required': 'cephx',
                'auth_client_required': 'cephx', 'osd_pool_default_size': str(params.get('size', 3)),
                'osd_pool_default_min_size': str(params.get('min_size', 2)), 'mon_allow_pool_delete': 'true'}
            sections['client'] = {'keyring': '/etc/pve/priv/$cluster.$name.keyring'}
        sections['global'].update(_networks(params))
        conf.write(sections)
        if cfs.read(tools.ADMIN) is None:
            cfs.write(tools.ADMIN, _admin_keyring())
        cfs.makedirs('ceph')
    tools.link_config()


def _admin_keyring():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'keyring')
        tools.run(['ceph-authtool', '--create-keyring', path, '--gen-key', '-n', 'client.admin', '--cap', 'mon',
                   'allow *', '--cap', 'osd', 'allow *', '--cap', 'mds', 'allow *', '--cap', 'mgr', 'allow *'])
        with open(path, encoding='utf-8') as made:
            return made.read()


@method('/cluster/ceph/status', 'GET')
def status(ctx, params):
    tools.check_configured()
    return tools.ask('status')
