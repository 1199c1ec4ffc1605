"""The files that a fresh installation from the ISO has in /etc/pve."""

_FILES = {
    "user.cfg": "user:root@pam:1:0:::root@twin.test::\n\n\n\n\n",
    "datacenter.cfg": "keyboard: en-us\n",
    "storage.cfg": (
        "dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup\n\n"
        "lvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n\tcontent rootdir,images\n"
    ),
}


def seed(tree, now):
    """Writes them into an empty tree."""
    for name, text in _FILES.items():
        common = {"path": name, "time": now, "writer": 0}
        tree.apply({"do": "create", **common})
        tree.apply({"do": "write", "offset": 0, "data": text, **common})
