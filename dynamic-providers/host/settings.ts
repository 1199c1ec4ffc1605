import { BOOT_LOADER_COMMAND, type BootLoader, bootLoaderOf } from "./boot-loader.js";
import { type HostShell, lastWords, StepFailure } from "./shell.js";

/** What a host is, apart from files and packages. */
export interface HostSettings {
  readonly hostname: string;
  readonly timezone: string;
  readonly locale: string;
  readonly users: readonly HostUser[];
  /** Kernel parameters that must be on the command line; others stay. */
  readonly kernelParameters: readonly string[];
}

export interface HostUser {
  readonly name: string;
  readonly shell: string;
  readonly sudo: "none" | "password" | "no-password";
  readonly keys: readonly string[];
}

export interface HostSettingsFacts {
  readonly hostname: string;
  readonly timezone: string;
  readonly locale: string;
  readonly isMember: boolean;
  readonly bootLoader: BootLoader;
  /** Parameters configured for the next boot. */
  readonly kernelParameters: readonly string[];
  readonly users: readonly HostUser[];
}

const MARK = "@@proxmox-ha-settings@@";

/** Reads the settings in one round trip. */
export function settingsScript(users: readonly string[]): string {
  const part = (name: string, command: string): string =>
    `printf '\\n${MARK}%s\\n' ${name}; ${command} 2>/dev/null || true`;
  return [
    "export LC_ALL=C",
    part("hostname", "hostname"),
    part("timezone", "readlink -f /etc/localtime | sed 's#.*/zoneinfo/##'"),
    part("locale", "sed -n 's/^LANG=//p' /etc/default/locale | tr -d '\"'"),
    part("member", "ls /etc/pve/corosync.conf"),
    part("boot", BOOT_LOADER_COMMAND),
    part("cmdline", "cat /etc/kernel/cmdline"),
    part(
      "grub",
      "sed -n 's/^GRUB_CMDLINE_LINUX_DEFAULT=//p' /etc/default/grub | tail -n 1 | tr -d '\"'",
    ),
    ...users.map((user) =>
      part(
        `user:${user}`,
        `getent passwd ${user} | cut -d: -f7; cat /etc/sudoers.d/90-${user} | grep -c NOPASSWD; id -nG ${user}; echo @keys; cat "$(getent passwd ${user} | cut -d: -f6)/.ssh/authorized_keys"`,
      ),
    ),
  ].join("\n");
}

/** Total: what is missing is empty. */
export function parseSettings(output: string): HostSettingsFacts {
  const parts = new Map(
    output.split(`\n${MARK}`).flatMap((chunk) => {
      const end = chunk.indexOf("\n");
      return end < 0 ? [] : [[chunk.slice(0, end), chunk.slice(end + 1).trim()] as const];
    }),
  );
  const text = (name: string): string => parts.get(name) ?? "";
  const bootLoader = bootLoaderOf(text("boot"));
  return {
    hostname: text("hostname"),
    timezone: text("timezone"),
    locale: text("locale"),
    isMember: text("member") !== "",
    bootLoader,
    kernelParameters: words(bootLoader === "systemd-boot" ? text("cmdline") : text("grub")),
    users: [...parts].flatMap(([name, body]) => {
      const user = /^user:(.+)$/.exec(name)?.[1];
      return user === undefined ? [] : userOf(user, body);
    }),
  };
}

function userOf(name: string, body: string): HostUser[] {
  const [head = "", keys = ""] = body.split("@keys");
  const [shell = "", noPassword = "0", groups = ""] = head.trim().split("\n");
  if (!shell.startsWith("/")) {
    return [];
  }
  const sudo =
    Number(noPassword) > 0 ? "no-password" : words(groups).includes("sudo") ? "password" : "none";
  return [
    {
      name,
      shell,
      sudo,
      keys: keys
        .split("\n")
        .map((key) => key.trim())
        .filter((key) => key !== ""),
    },
  ];
}

/** What differs, each with the reason a person reads. Names cannot change once the host is a member. */
export function settingsDifferences(
  wish: HostSettings,
  facts: HostSettingsFacts,
): { readonly what: string; readonly now: string; readonly wanted: string }[] {
  const missing = missingParameters(wish, facts);
  return [
    ...differ("hostname", facts.hostname, wish.hostname),
    ...differ("timezone", facts.timezone, wish.timezone),
    ...differ("locale", facts.locale, wish.locale),
    ...(missing.length === 0
      ? []
      : [{ what: "kernel parameters", now: "missing", wanted: missing.join(" ") }]),
    ...wish.users.flatMap((user) => {
      const now = facts.users.find(({ name }) => name === user.name);
      const same =
        now !== undefined &&
        now.shell === user.shell &&
        now.sudo === user.sudo &&
        user.keys.every((key) => now.keys.includes(key));
      return same
        ? []
        : [
            {
              what: `user ${user.name}`,
              now: now === undefined ? "absent" : "different",
              wanted: "as in the stack file",
            },
          ];
    }),
  ];
}

/** Parameters that the next boot would not have. A host without a boot loader (a container) cannot have any. */
export function missingParameters(wish: HostSettings, facts: HostSettingsFacts): string[] {
  return facts.bootLoader === "none"
    ? []
    : wish.kernelParameters.filter((parameter) => !facts.kernelParameters.includes(parameter));
}

/** Merges, never overwrites: a parameter with the same key is replaced, all others stay where they are. */
export function mergeParameters(now: readonly string[], wanted: readonly string[]): string[] {
  const keyOf = (parameter: string): string => parameter.split("=")[0] ?? parameter;
  const replaced = new Set(wanted.map(keyOf));
  return [...now.filter((parameter) => !replaced.has(keyOf(parameter))), ...wanted];
}

/** The script that makes the host as wished; only what differs is touched. */
export function applySettingsScript(wish: HostSettings, facts: HostSettingsFacts): string {
  const missing = missingParameters(wish, facts);
  const cmdline = mergeParameters(facts.kernelParameters, wish.kernelParameters).join(" ");
  return [
    "export LC_ALL=C",
    "set -e",
    ...(facts.hostname === wish.hostname
      ? []
      : [`echo ${wish.hostname} > /etc/hostname`, `hostname ${wish.hostname}`]),
    ...(facts.timezone === wish.timezone
      ? []
      : [
          `test -e /usr/share/zoneinfo/${wish.timezone} || { echo 'no such time zone: ${wish.timezone}' >&2; exit 1; }`,
          `ln -sf /usr/share/zoneinfo/${wish.timezone} /etc/localtime`,
          `echo ${wish.timezone} > /etc/timezone`,
        ]),
    ...(facts.locale === wish.locale
      ? []
      : [
          `if test -e /etc/locale.gen; then grep -q '^${wish.locale} ' /etc/locale.gen || echo '${wish.locale} UTF-8' >> /etc/locale.gen; locale-gen >/dev/null; fi`,
          `echo 'LANG=${wish.locale}' > /etc/default/locale`,
        ]),
    ...(missing.length === 0
      ? []
      : facts.bootLoader === "systemd-boot"
        ? [`echo '${cmdline}' > /etc/kernel/cmdline`, "proxmox-boot-tool refresh >/dev/null"]
        : [
            `sed -i 's|^GRUB_CMDLINE_LINUX_DEFAULT=.*|GRUB_CMDLINE_LINUX_DEFAULT="${cmdline}"|' /etc/default/grub`,
            "update-grub >/dev/null 2>&1",
          ]),
    ...wish.users.flatMap(userLines),
  ].join("\n");
}

function userLines(user: HostUser): string[] {
  const sudoers = `/etc/sudoers.d/90-${user.name}`;
  return [
    `getent passwd ${user.name} >/dev/null || useradd -m -s ${user.shell} ${user.name}`,
    `usermod -s ${user.shell} ${user.name}`,
    ...(user.sudo === "no-password"
      ? [
          `echo '${user.name} ALL=(ALL) NOPASSWD:ALL' > ${sudoers}.new && chmod 0440 ${sudoers}.new`,
          `visudo -cqf ${sudoers}.new && mv ${sudoers}.new ${sudoers}`,
        ]
      : [`rm -f ${sudoers}`]),
    ...(user.sudo === "password" ? [`usermod -aG sudo ${user.name}`] : []),
    `home=$(getent passwd ${user.name} | cut -d: -f6)`,
    `install -d -m 700 -o ${user.name} "$home/.ssh"`,
    `touch "$home/.ssh/authorized_keys" && chown ${user.name} "$home/.ssh/authorized_keys" && chmod 600 "$home/.ssh/authorized_keys"`,
    ...user.keys.map(
      (key) =>
        `grep -qxF '${key.replaceAll("'", "")}' "$home/.ssh/authorized_keys" || echo '${key.replaceAll("'", "")}' >> "$home/.ssh/authorized_keys"`,
    ),
  ];
}

export async function observeSettings(
  users: readonly string[],
  shell: HostShell,
): Promise<HostSettingsFacts> {
  const result = await shell.run(settingsScript(users), {
    timeoutMs: 30_000,
    repeatable: true,
    verb: "read the host's settings",
  });
  return parseSettings(result.stdout);
}

export async function applySettings(
  wish: HostSettings,
  facts: HostSettingsFacts,
  shell: HostShell,
): Promise<void> {
  if (facts.isMember && facts.hostname !== wish.hostname) {
    throw new StepFailure(
      "renaming a host",
      shell.node,
      `it is called ${facts.hostname}, the stack file calls it ${wish.hostname}, and it is a member of a cluster already`,
      "The name of a member cannot change. Correct the stack file, or remove the node from the cluster first.",
    );
  }
  const result = await shell.run(applySettingsScript(wish, facts), {
    timeoutMs: 180_000,
    repeatable: true,
    verb: "apply the host's settings",
  });
  if (result.status !== 0) {
    throw new StepFailure(
      "applying the host's settings",
      shell.node,
      lastWords(result),
      "Mend what is named, then run `pulumi up` again.",
    );
  }
}

function differ(
  what: string,
  now: string,
  wanted: string,
): { readonly what: string; readonly now: string; readonly wanted: string }[] {
  return now === wanted ? [] : [{ what, now, wanted }];
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
