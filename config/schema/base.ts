import { z } from "zod";
import { closest } from "../findings/closest.js";
import { field } from "./field.js";
import { kernelParameter } from "./hardware.js";
import { domainName, hostOrIp, ip, publicKey, secretRef } from "./primitives.js";
import { LOCALES, TIME_ZONES } from "./system-names.js";
import { oneLine, someLine } from "./text.js";
import { size } from "./units.js";

const debianPackage = oneLine.regex(/^[a-z0-9][a-z0-9+.-]+$/, "write the name of a Debian package");

const packageVersion = oneLine.regex(
  /^[0-9A-Za-z*][0-9A-Za-z.+~:*?-]*$/,
  "write a version as `apt-cache policy` shows it; `*` stands for any text",
);

const shellPath = oneLine.regex(/^(\/[A-Za-z0-9._+-]+)+$/, "write the path of a shell: /bin/bash");

/** Beyond the safe integers a number is no longer the one in the file. */
const wholeNumber = z.int("write it in quotes; only a whole number stands without them");

function unknownName(input: unknown, known: ReadonlySet<string>, kind: string): string {
  const meant = closest(String(input), [...known]);
  return meant === undefined ? `write ${kind}` : `did you mean \`${meant}\`? Write ${kind}`;
}

const user = z.strictObject({
  keys: field(
    z.array(z.union([publicKey, secretRef])).default([]),
    "Public ssh keys, or where they are kept.",
    [
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGRMbcB5KIa2tPweU/d5yluFJf5qajO7OUbYgSuk5ka4 ops",
      { ssm: "/ms01/keys/ansible" },
    ],
  ),
  sudo: field(
    z.enum(["none", "password", "no-password"]).default("none"),
    "Rights through sudo.",
    "no-password",
  ),
  shell: field(shellPath.default("/bin/bash"), "Login shell.", "/bin/bash"),
});

/** What every host gets before it becomes a member. */
export const base = z.strictObject({
  domain: field(domainName, "DNS domain of the hosts.", "home.example"),
  dns: field(z.array(ip).min(1), "Name servers.", ["10.203.3.1"]),
  ntp: field(z.array(hostOrIp).min(1), "Time sources; clocks of members must agree.", [
    "10.203.3.1",
  ]),
  timezone: field(
    oneLine.refine((name) => TIME_ZONES.has(name), {
      error: ({ input }) =>
        unknownName(
          input,
          TIME_ZONES,
          "a time zone as `timedatectl list-timezones` shows it: Europe/Vienna",
        ),
    }),
    "Time zone.",
    "Europe/Vienna",
  ),
  locale: field(
    oneLine
      .refine((name) => LOCALES.has(name), {
        error: ({ input }) => unknownName(input, LOCALES, "a UTF-8 locale of Debian: en_US.UTF-8"),
      })
      .default("en_US.UTF-8"),
    "System locale.",
    "en_US.UTF-8",
  ),
  packages: field(z.array(debianPackage).default([]), "Further Debian packages.", ["htop"]),
  pins: field(z.record(debianPackage, packageVersion).default({}), "Packages held at a version.", {
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
    z.record(oneLine.regex(/^[a-z_][a-z0-9_-]*$/), user).default({}),
    "System users on every node.",
    {
      ansible: { keys: [], sudo: "no-password" },
    },
  ),
  rootKeys: field(z.array(publicKey).default([]), "Further public keys that may log in as root."),
  sysctl: field(
    z.record(oneLine.regex(/^[a-z0-9_.-]+$/), z.union([someLine, wholeNumber])).default({}),
    "Kernel settings.",
    {
      "vm.swappiness": 10,
    },
  ),
  kernelParameters: field(
    z.array(kernelParameter).default([]),
    "Kernel parameters beyond those of the hardware profile.",
    ["iommu=pt"],
  ),
  modules: field(
    z.array(oneLine.regex(/^[a-z0-9_-]+$/)).default([]),
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
