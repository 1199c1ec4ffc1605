"""Bonds where the kernel has none: a process of the twin uses one live port of the bond."""
import subprocess
import time

from ifupdown.iface import *
from ifupdownaddons.modulebase import moduleBase
from lib.addon import Addon

HELPER = "/usr/lib/twin/netdev"
CACHE_WAIT_S = 3.0
TAKEN = (
    "bond-mode",
    "bond-miimon",
    "bond-lacp-rate",
    "bond-xmit-hash-policy",
    "bond-primary",
    "bond-min-links",
    "bond-updelay",
    "bond-downdelay",
    "bond-use-carrier",
    "bond-ad-sys-priority",
    "bond-ad-sys-mac-addr",
    "bond-num-grat-arp",
    "bond-num-unsol-na",
    "bond-lacp-bypass-allow",
    "bond-arp-interval",
    "bond-arp-ip-target",
    "bond-primary-reselect",
)


class bond(Addon, moduleBase):
    _modinfo = {
        "mhelp": "bonds",
        "attrs": {
            "bond-slaves": {
                "help": "bond slaves",
                "required": True,
                "multivalue": True,
                "validvals": ["<interface-list>"],
                "aliases": ["bond-ports"],
            },
            **{name: {"help": name.replace("-", " ")} for name in TAKEN},
        },
    }

    def __init__(self, *args, **kargs):
        Addon.__init__(self)
        moduleBase.__init__(self, *args, **kargs)

    def _ports(self, ifaceobj, everything=None):
        words = ifaceobj.get_attr_value_first("bond-slaves")
        if not words or words == "none":
            return []
        return self.parse_port_list(ifaceobj.name, words, everything) or []

    def get_dependent_ifacenames(self, ifaceobj, ifacenames_all=None, **_):
        ports = self._ports(ifaceobj, ifacenames_all)
        if not ports:
            return None
        ifaceobj.dependency_type = ifaceDependencyType.MASTER_SLAVE
        ifaceobj.link_type = ifaceLinkType.LINK_MASTER
        ifaceobj.link_kind |= ifaceLinkKind.BOND
        ifaceobj.role |= ifaceRole.MASTER
        return ports

    def _up(self, ifaceobj):
        name = ifaceobj.name
        ports = [one for one in self._ports(ifaceobj) if self.cache.link_exists(one)]
        if self.cache.link_exists(name):
            return
        if not ports:
            self.log_error("%s: none of its ports is there" % name, ifaceobj)
        made = subprocess.run([HELPER, "bond", name, *ports], capture_output=True, text=True)
        if made.returncode != 0:
            self.log_error("%s: %s" % (name, made.stderr.strip()), ifaceobj)
        deadline = time.monotonic() + CACHE_WAIT_S
        while not self.cache.link_exists(name) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _down(self, ifaceobj):
        for port in self._ports(ifaceobj):
            table = "twin-bond-%s" % port
            subprocess.run(["nft", "delete", "table", "netdev", table], capture_output=True)
        if self.cache.link_exists(ifaceobj.name):
            self.netlink.link_del(ifaceobj.name)

    def _query_check(self, ifaceobj, ifaceobjcurr):
        if not self.cache.link_exists(ifaceobj.name):
            return
        for attribute in ("bond-slaves", *TAKEN):
            value = ifaceobj.get_attr_value_first(attribute)
            if value:
                ifaceobjcurr.update_config_with_status(attribute, value, 0)

    _run_ops = {"pre-up": _up, "post-down": _down, "query-checkcurr": _query_check}

    def get_ops(self):
        return list(self._run_ops.keys())

    def run(self, ifaceobj, operation, query_ifaceobj=None, **extra_args):
        handler = self._run_ops.get(operation)
        if handler is None or not ifaceobj.get_attr_value_first("bond-slaves"):
            return
        if operation == "query-checkcurr":
            handler(self, ifaceobj, query_ifaceobj)
        else:
            handler(self, ifaceobj)
