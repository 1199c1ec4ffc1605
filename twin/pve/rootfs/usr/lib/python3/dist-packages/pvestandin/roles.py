"""Privileges and built-in roles of both majors."""

_VM_ADMIN = (
    "VM.Allocate VM.Clone VM.Config.CPU VM.Config.Disk VM.Config.HWType VM.Config.Memory "
    "VM.Config.Network VM.Config.Options VM.Migrate VM.Snapshot VM.Snapshot.Rollback"
).split()
_VM_ADMIN_ONLY = {
    8: ["VM.Monitor"],
    9: ["VM.GuestAgent.FileRead", "VM.GuestAgent.FileSystemMgmt", "VM.GuestAgent.FileWrite",
        "VM.GuestAgent.Unrestricted", "VM.Replicate"],
}
_VM_USER = "VM.Backup VM.Config.CDROM VM.Config.Cloudinit VM.Console VM.PowerMgmt".split()
_VM_AUDIT = {8: ["VM.Audit"], 9: ["VM.Audit", "VM.GuestAgent.Audit"]}
_ROOT_ONLY = (
    "Mapping.Modify Permissions.Modify Realm.Allocate Sys.AccessNetwork Sys.Incoming Sys.Modify Sys.PowerMgmt"
).split()
_GROUPS = {
    "Sys": (["Sys.Console", "Sys.Syslog"], [], ["Sys.Audit"]),
    "Datastore": (["Datastore.Allocate", "Datastore.AllocateTemplate"], ["Datastore.AllocateSpace"], ["Datastore.Audit"]),
    "SDN": (["SDN.Allocate"], ["SDN.Use"], ["SDN.Audit"]),
    "User": (["Group.Allocate", "Realm.AllocateUser", "User.Modify"], [], []),
    "Pool": (["Pool.Allocate"], [], ["Pool.Audit"]),
    "Mapping": ([], ["Mapping.Use"], ["Mapping.Audit"]),
}
_WITH_USER_ROLE = ("VM", "Datastore", "SDN", "Pool", "Mapping")


def groups(major):
    return {"VM": (_VM_ADMIN + _VM_ADMIN_ONLY[major], _VM_USER, _VM_AUDIT[major]), **_GROUPS}


def privileges(major):
    """Every privilege of a major."""
    named = {name for parts in groups(major).values() for part in parts for name in part}
    return sorted(named | set(_ROOT_ONLY))


def builtin(major):
    """`{role: sorted privileges}` that cannot be changed."""
    parts = groups(major)
    every = {name for group in parts.values() for part in group for name in part}
    found = {
        "NoAccess": [],
        "Administrator": privileges(major),
        "PVEAdmin": sorted(every),
        "PVEAuditor": sorted(name for _, _, audit in parts.values() for name in audit),
        "PVETemplateUser": ["VM.Audit", "VM.Clone"],
        "PVEMappingAuditor": ["Mapping.Audit"],
    }
    for name, (admin, user, audit) in parts.items():
        extra = ["Mapping.Modify"] if name == "Mapping" else []
        found[f"PVE{name}Admin"] = sorted(set(admin + user + audit + extra))
        if name in _WITH_USER_ROLE:
            found[f"PVE{name}User"] = sorted(set(user + audit))
    return found
