import type { WrongStack } from "./wrong-stack.js";

const value = (name: string, at: string, wrong: unknown, fix: RegExp | string): WrongStack => ({
  name,
  stack: "frege",
  patch: { [at.replaceAll(".", "/")]: wrong },
  code: "schema/value",
  at,
  fix: new RegExp(fix),
});
const inList = (one: WrongStack): WrongStack => ({ ...one, at: `${one.at}[0]`, line: "- " });
const ONE_LINE = "one line without control characters";

/** Texts that would reach scripts, files and terminals. */
export const TEXTS: readonly WrongStack[] = [
  value("a locale with a command", "base.locale", "C'; id #\n", ONE_LINE),
  value(
    "a locale that Debian does not have",
    "base.locale",
    "en_US.utf8",
    "Did you mean `en_US.UTF-8`",
  ),
  value("a time zone that nobody has", "base.timezone", "Europe/Wien", "time zone"),
  value("a misspelt time zone", "base.timezone", "Europe/Viena", "Did you mean `Europe/Vienna`"),
  inList(
    value(
      "a kernel parameter with a quote",
      "base.kernelParameters",
      ['a"b'],
      "one kernel parameter an entry",
    ),
  ),
  inList(value("a kernel parameter with two lines", "base.kernelParameters", ["a=1\nb"], ONE_LINE)),
  inList(
    value(
      "a kernel parameter for the shell",
      "base.kernelParameters",
      ["a=$(reboot)"],
      "signs of a shell",
    ),
  ),
  inList(
    value(
      "a key with an option of two lines",
      "base.rootKeys",
      ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ops\nssh-rsa AAAA"],
      ONE_LINE,
    ),
  ),
  inList(
    value(
      "a private place for a public key",
      "base.rootKeys",
      ["ssh-ed25519 ops"],
      "public ssh key",
    ),
  ),
  inList(
    value("no key of a user", "base.users.kellen.keys", ["ssh-ed25519 ops"], "public ssh key"),
  ),
  {
    ...value("no place of a key", "base.users.kellen.keys", [{ ssm: "keys" }], "starts with '/'"),
    at: "base.users.kellen.keys[0].ssm",
  },
  {
    ...value("a pin that begins a second one", "base.pins", { htop: "1\nPackage: *" }, ONE_LINE),
    at: "base.pins.htop",
  },
  {
    ...value("a pin with blanks", "base.pins", { htop: "1 or 2" }, "apt-cache policy"),
    at: "base.pins.htop",
  },
  {
    ...value(
      "a kernel setting with a second one",
      "base.sysctl",
      { "vm.swappiness": "1\nkernel.panic = 1" },
      ONE_LINE,
    ),
    at: 'base.sysctl["vm.swappiness"]',
    line: "vm.swappiness",
  },
  {
    ...value(
      "a blank hook",
      "hooks",
      [{ phase: "ha", when: "after", on: "controller", command: "  " }],
      "blanks alone do nothing",
    ),
    at: "hooks[0].command",
  },
  {
    ...value(
      "a terminal's escape in a comment",
      "ha.placements.ms01-cluster",
      { nodes: { frege: 1 }, comment: "\u001b[2J" },
      ONE_LINE,
    ),
    at: "ha.placements.ms01-cluster.comment",
  },
  {
    ...value("half a host key", "access.hostKeys", { frege: "SHA256:x" }, "ssh-keygen -lf"),
    at: "access.hostKeys.frege",
  },
  { ...value("a role that is nobody's", "secrets.ssm.role", "arn:", "ARN of a role") },
  { ...value("secrets over http", "secrets.ssm.endpoint", "http://ssm.example", "https://") },
  {
    ...value(
      "an endpoint that is a program",
      "secrets.ssm.endpoint",
      "javascript:alert(1)",
      "https://",
    ),
  },
  {
    ...value(
      "a server that is no address",
      "storage.nfs-vms.nfs.server",
      "999.999.999.999",
      "a host name or an IP address",
    ),
  },
  {
    ...value(
      "a server that is an option",
      "storage.nfs-vms.nfs.server",
      "-oProxyCommand",
      "a host name or an IP address",
    ),
  },
];
