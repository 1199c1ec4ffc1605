"""Bridges where the kernel cannot filter VLANs: they pass every tag, as one that allows all of them does."""
import importlib.util

ORIGINAL = "/usr/share/ifupdown2/kernel-addons/bridge.py"
FILTERING = ("bridge-vlan-aware", "bridge-vids", "bridge-pvid", "bridge-access", "bridge-allow-untagged")

_spec = importlib.util.spec_from_file_location("kernel_bridge", ORIGINAL)
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)


class bridge(_module.bridge):
    @staticmethod
    def _without_filtering(ifaceobj):
        for attribute in FILTERING:
            ifaceobj.config.pop(attribute, None)

    def get_dependent_ifacenames(self, ifaceobj, *args, **kargs):
        self._without_filtering(ifaceobj)
        return super().get_dependent_ifacenames(ifaceobj, *args, **kargs)

    def run(self, ifaceobj, operation, query_ifaceobj=None, **extra_args):
        self._without_filtering(ifaceobj)
        return super().run(ifaceobj, operation, query_ifaceobj, **extra_args)
