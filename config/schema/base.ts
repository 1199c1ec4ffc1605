import { z } from "zod";
import { field } from "./field.js";
import { domainName, hostOrIp, ip } from "./primitives.js";
import { size } from "./units.js";

const debianPackage = z
  .string()
  .regex(/^[a-z0-9][a-z0-9+.-]+$/, "write the name of a Debian package");

const user = z.strictObject({
  keys: field(
    z.array(z.string().regex(/^(ssh|ecdsa|sk-)/, "write a public ssh key")).default([]),
    "Public ssh keys.",
    ["ssh-ed25519 AAAA… ops"],
  ),
  sudo: field(
    z.enum(["none", "password", "no-password"]).default("none"),
    "Rights through sudo.",
    "no-password",
  ),
  shell: field(z.string().startsWith("/").default("/bin/bash"), "Login shell.", "/bin/bash"),
});

/** What every host gets before it becomes a member. */
export const base = z.strictObject({
  domain: field(domainName, "DNS domain of the hosts.", "home.example"),
  dns: field(z.array(ip).min(1), "Name servers.", ["10.203.3.1"]),
  ntp: field(z.array(hostOrIp).min(1), "Time sources; clocks of members must agree.", [
    "10.203.3.1",
  ]),
  timezone: field(
    z.string().regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/),
    "Time zone.",
    "Europe/Vienna",
  ),
  locale: field(z.string().default("en_US.UTF-8"), "System locale.", "en_US.UTF-8"),
  packages: field(z.array(debianPackage).default([]), "Further Debian packages.", ["htop"]),
  pins: field(z.record(debianPackage, z.string()).default({}), "Packages held at a version.", {
    "proxmox-kernel-6.14": "6.14.8-2",
  }),
  updates: field(
    z.enum(["none", "security"]).default("none"),
    "Unattended updates; never of Proxmox packages.",
    "security",
  ),
  reboots: field(
    z.enum(["ask", "auto", "never"]).default("ask"),
    "Restarts that a change needs. Hosts in no cluster restart freely unless this is `never`. A member restarts by a consent `reboot.<node>`, or without one with `auto`; one at a time, and only when the cluster can spare it.",
    "ask",
  ),
  users: field(
    z.record(z.string().regex(/^[a-z_][a-z0-9_-]*$/), user).default({}),
    "System users on every node.",
    {
      ansible: { keys: [], sudo: "no-password" },
    },
  ),
  rootKeys: field(
    z.array(z.string().regex(/^(ssh|ecdsa|sk-)/, "write a public ssh key")).default([]),
    "Further public keys that may log in as root.",
  ),
  sysctl: field(
    z.record(z.string().regex(/^[a-z0-9_.-]+$/), z.union([z.string(), z.number()])).default({}),
    "Kernel settings.",
    {
      "vm.swappiness": 10,
    },
  ),
  kernelParameters: field(
    z.array(z.string().min(1)).default([]),
    "Kernel parameters beyond those of the hardware profile.",
    ["iommu=pt"],
  ),
  modules: field(
    z.array(z.string().regex(/^[a-z0-9_-]+$/)).default([]),
    "Kernel modules that are loaded at every start.",
    ["vfio-pci"],
  ),
  governor: field(
    z.enum(["performance", "powersave", "schedutil"]).optional(),
    "CPU frequency governor.",
    "performance",
  ),
  zfsArcMax: field(size.optional(), "Upper bound of the ZFS cache.", "8GiB"),
  nodeExporter: field(z.boolean().default(true), "Prometheus node exporter on port 9100.", true),
  lldp: field(z.boolean().default(true), "LLDP daemon, to check the cabling.", true),
  desktop: field(
    z.enum(["none", "mate"]).default("none"),
    "Desktop on the console. Costs memory and attack surface.",
    "none",
  ),
});
