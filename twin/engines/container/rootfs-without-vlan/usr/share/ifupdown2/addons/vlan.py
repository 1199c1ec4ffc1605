"""Tagged interfaces where the kernel has no 802.1Q: a process of the twin adds and takes the tags."""
import subprocess
import time

from ifupdown.iface import *
from ifupdownaddons.modulebase import moduleBase
from lib.addon import Addon

HELPER = "/usr/lib/twin/netdev"
CACHE_WAIT_S = 3.0


class vlan(Addon, moduleBase):
    _modinfo = {
        "mhelp": "tagged interfaces",
        "attrs": {
            "vlan-raw-device": {"help": "vlan raw device", "validvals": ["<interface>"]},
            "vlan-id": {"help": "vlan id", "validrange": ["0", "4096"]},
            "vlan-protocol": {"help": "vlan protocol", "default": "802.1q", "validvals": ["802.1q"]},
        },
    }

    def __init__(self, *args, **kargs):
        Addon.__init__(self)
        moduleBase.__init__(self, *args, **kargs)

    @staticmethod
    def _parts(ifaceobj):
        """The device below and the tag, or nothing for an interface that has no tag."""
        raw = ifaceobj.get_attr_value_first("vlan-raw-device")
        tag = ifaceobj.get_attr_value_first("vlan-id")
        name = ifaceobj.name
        dotted = name.rsplit(".", 1) if "." in name and name.rsplit(".", 1)[1].isdigit() else None
        if raw is None and dotted is None:
            return None
        if tag is None:
            digits = dotted[1] if dotted else name.lstrip("abcdefghijklmnopqrstuvwxyz")
            tag = digits if digits.isdigit() else None
        return (raw or dotted[0], tag)

    def get_dependent_ifacenames(self, ifaceobj, ifaceobjs_all=None):
        parts = self._parts(ifaceobj)
        if parts is None:
            return None
        ifaceobj.link_kind |= ifaceLinkKind.VLAN
        return [parts[0]]

    def _up(self, ifaceobj):
        raw, tag = self._parts(ifaceobj)
        if tag is None:
            self.log_error("%s: vlan-id is missing" % ifaceobj.name, ifaceobj)
        if self.cache.link_exists(ifaceobj.name):
            return
        if not self.cache.link_exists(raw):
            self.logger.warning("%s: vlan raw device %s not present" % (ifaceobj.name, raw))
            return
        made = subprocess.run([HELPER, "vlan", raw, tag, ifaceobj.name], capture_output=True, text=True)
        if made.returncode != 0:
            self.log_error("%s: %s" % (ifaceobj.name, made.stderr.strip()), ifaceobj)
        deadline = time.monotonic() + CACHE_WAIT_S
        while not self.cache.link_exists(ifaceobj.name) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _down(self, ifaceobj):
        if self.cache.link_exists(ifaceobj.name):
            self.netlink.link_del(ifaceobj.name)

    def _query_check(self, ifaceobj, ifaceobjcurr):
        if not self.cache.link_exists(ifaceobj.name):
            return
        for attribute, value in zip(("vlan-raw-device", "vlan-id"), self._parts(ifaceobj)):
            if ifaceobj.get_attr_value_first(attribute):
                ifaceobjcurr.update_config_with_status(attribute, value, 0)

    _run_ops = {"pre-up": _up, "post-down": _down, "query-checkcurr": _query_check}

    def get_ops(self):
        return list(self._run_ops.keys())

    def run(self, ifaceobj, operation, query_ifaceobj=None, **extra_args):
        handler = self._run_ops.get(operation)
        if handler is None or self._parts(ifaceobj) is None:
            return
        if operation == "query-checkcurr":
            handler(self, ifaceobj, query_ifaceobj)
        else:
            handler(self, ifaceobj)
