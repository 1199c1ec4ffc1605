import { Failure } from "../../config/failure/failure.js";
import { NOT_MOUNTED, READ_AGAIN, whenMounted } from "../shell/etc-pve.js";
import { failedParts, partScript, readParts } from "../shell/parts.js";
import { expectSuccess, type HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";
import { command, raw, sh } from "../transport/ssh/quoting.js";
import { BOOT_LOADER_COMMAND, type BootLoader, bootLoaderOf } from "./boot-loader.js";
import {
  GIVEN_KEYS_COMMAND,
  type GivenKeys,
  type KeptKeys,
  openRecord,
  parseGivenKeys,
  planRecords,
  type WishedUser,
  withGivenKeys,
  withKeys,
} from "./keys-by-reference.js";
import {
  type HostUser,
  parseUser,
  planUsers,
  type UserStep,
  userLines,
  usersCommand,
} from "./users.js";
import { WAITING_COMMAND } from "./way-in.js";

/** What a host is, apart from files and packages. */
export interface HostSettings {
  readonly hostname: string;
  readonly timezone: string;
  readonly locale: string;
  readonly users: readonly WishedUser[];
  /** Further keys of root; those of the other nodes and of people stay. */
  readonly rootKeys: readonly string[];
  /** Kernel parameters that must be on the command line; others stay. */
  readonly kernelParameters: readonly string[];
}

export interface HostSettingsFacts {
  readonly hostname: string;
  readonly timezone: string;
  readonly locale: string;
  readonly isMember: boolean;
  readonly bootLoader: BootLoader;
  /** Parameters configured for the next boot. */
  readonly kernelParameters: readonly string[];
  /** Everybody who can log in. */
  readonly users: readonly HostUser[];
  readonly givenKeys: GivenKeys;
  /** What the places of keys hold; undefined where nobody reads them. */
  readonly keptKeys?: KeptKeys;
  /** An earlier change of who may log in is about to be undone. */
  readonly wayInWaits: boolean;
  /** Guests whose configuration lies under the host's present name; undefined when the host cannot tell. */
  readonly guests: readonly string[] | undefined;
}

const MARK = "@@proxmox-ha-settings@@";

/** Reads the settings in one round trip. */
export function settingsScript(): string {
  const part = (name: string, command: string): string => partScript(MARK, name, command);
  return [
    "export LC_ALL=C",
    part("hostname", "hostname"),
    part("timezone", "readlink -f /etc/localtime | sed 's#.*/zoneinfo/##'"),
    part("locale", "sed -n 's/^LANG=//p' /etc/default/locale | tr -d '\"'"),
    part("member", "ls /etc/corosync/corosync.conf /etc/pve/corosync.conf"),
    part("boot", BOOT_LOADER_COMMAND),
    part("cmdline", "cat /etc/kernel/cmdline"),
    part(
      "grub",
      "sed -n 's/^GRUB_CMDLINE_LINUX_DEFAULT=//p' /etc/default/grub | tail -n 1 | tr -d '\"'",
    ),
    part(
      "guests",
      whenMounted("ls /etc/pve/local/qemu-server /etc/pve/local/lxc | grep -o '^[0-9]*'"),
    ),
    part("given", GIVEN_KEYS_COMMAND),
    part("way-in", WAITING_COMMAND),
    usersCommand((name) => sh`printf '\\n${MARK}user:%s\\n' "${raw(name)}"`),
  ].join("\n");
}

/** Total: what is missing is empty. */
export function parseSettings(output: string): HostSettingsFacts {
  const parts = readParts(MARK, output);
  const text = (name: string): string => parts.get(name)?.trim() ?? "";
  const bootLoader = bootLoaderOf(text("boot"));
  return {
    hostname: text("hostname"),
    timezone: text("timezone"),
    locale: text("locale"),
    isMember: text("member") !== "",
    bootLoader,
    kernelParameters: fieldsIn(bootLoader === "systemd-boot" ? text("cmdline") : text("grub")),
    guests:
      failedParts(MARK, output).get("guests") === NOT_MOUNTED
        ? undefined
        : fieldsIn(text("guests")),
    givenKeys: parseGivenKeys(text("given")),
    wayInWaits: text("way-in") === "waiting",
    users: [...parts].flatMap(([name, body]) => {
      const user = /^user:(.+)$/.exec(name)?.[1];
      return user === undefined ? [] : parseUser(user, body.trim());
    }),
  };
}

/** What has to happen about one thing. */
export type SettingsStep = { readonly kind: "setting"; readonly what: string } | UserStep;

export interface SettingsDifference {
  readonly what: string;
  readonly now: string;
  readonly wanted: string;
  readonly step: SettingsStep;
}

/** What differs, each with the reason a person reads. Names cannot change once the host is a member. */
export function settingsDifferences(
  wish: HostSettings,
  facts: HostSettingsFacts,
  before?: HostSettings,
): SettingsDifference[] {
  const missing = missingParameters(wish, facts);
  const differ = (what: string, now: string, wanted: string): SettingsDifference[] =>
    now === wanted ? [] : [{ what, now, wanted, step: { kind: "setting", what } }];
  return [
    ...differ("hostname", facts.hostname, wish.hostname),
    ...differ("timezone", facts.timezone, wish.timezone),
    ...differ("locale", facts.locale, wish.locale),
    ...(missing.length === 0 ? [] : differ("kernel parameters", "missing", missing.join(" "))),
    ...userSteps(wish, facts, before).map((step) => userDifference(step, facts)),
  ];
}

/** The record comes last, when what it says is true. */
function userSteps(
  wish: HostSettings,
  { users, givenKeys, keptKeys }: HostSettingsFacts,
  before: HostSettings | undefined,
): UserStep[] {
  const wanted = { rootKeys: wish.rootKeys, users: withKeys(wish.users, givenKeys, keptKeys) };
  const earlier =
    before === undefined
      ? undefined
      : { rootKeys: before.rootKeys, users: withGivenKeys(before.users, givenKeys) };
  return [...planUsers(wanted, users, earlier), ...planRecords(wish.users, givenKeys, keptKeys)];
}

function userDifference(step: UserStep, facts: HostSettingsFacts): SettingsDifference {
  const count = (keys: readonly string[]): string =>
    `${keys.length} ${keys.length === 1 ? "key" : "keys"} of the stack file`;
  switch (step.kind) {
    case "user": {
      const there = facts.users.some(({ name }) => name === step.user.name);
      const now = there ? "different" : "absent";
      return { what: `user ${step.user.name}`, now, wanted: "as in the stack file", step };
    }
    case "record":
      return {
        what: `keys of ${step.user} by reference`,
        now: count(step.before),
        wanted: count(step.keys),
        step,
      };
    case "keys":
      return { what: `keys of ${step.user}`, now: "missing", wanted: count(step.keys), step };
    case "revoke":
      return {
        what: `keys of ${step.user}`,
        now: `${count(step.keys)} of before`,
        wanted: "revoked",
        step,
      };
  }
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

function timeZoneLines(zone: string): string[] {
  const file = `/usr/share/zoneinfo/${zone}`;
  return [
    sh`test -e ${file} || { printf '%s\\n' ${`no such time zone: ${zone}`} >&2; exit 1; }`,
    sh`ln -sf ${file} /etc/localtime`,
    sh`printf '%s\\n' ${zone} > /etc/timezone`,
  ];
}

function localeLines(locale: string): string[] {
  const entry = `${locale} UTF-8`;
  return [
    sh`if test -e /etc/locale.gen; then grep -qxF -e ${entry} /etc/locale.gen || printf '%s\\n' ${entry} >> /etc/locale.gen; locale-gen >/dev/null; fi`,
    sh`printf '%s\\n' ${`LANG=${locale}`} > /etc/default/locale`,
  ];
}

/** The script that makes the host as wished; only what differs is touched. */
export function applySettingsScript(
  wish: HostSettings,
  facts: HostSettingsFacts,
  users: readonly UserStep[],
): string {
  const missing = missingParameters(wish, facts);
  const cmdline = mergeParameters(facts.kernelParameters, wish.kernelParameters).join(" ");
  return [
    "export LC_ALL=C",
    "set -e",
    ...(facts.hostname === wish.hostname
      ? []
      : [sh`printf '%s\\n' ${wish.hostname} > /etc/hostname`, command("hostname", wish.hostname)]),
    ...(facts.timezone === wish.timezone ? [] : timeZoneLines(wish.timezone)),
    ...(facts.locale === wish.locale ? [] : localeLines(wish.locale)),
    ...(missing.length === 0
      ? []
      : facts.bootLoader === "systemd-boot"
        ? [sh`echo ${cmdline} > /etc/kernel/cmdline`, "proxmox-boot-tool refresh >/dev/null"]
        : [
            "sed -i '/^GRUB_CMDLINE_LINUX_DEFAULT=/d' /etc/default/grub",
            sh`printf '%s\\n' ${`GRUB_CMDLINE_LINUX_DEFAULT="${cmdline}"`} >> /etc/default/grub`,
            "update-grub >/dev/null 2>&1",
          ]),
    ...users.flatMap((step) => (step.kind === "record" ? openRecord(step) : [])),
    ...users.flatMap(userLines),
  ].join("\n");
}

export async function observeSettings(shell: HostShell): Promise<HostSettingsFacts> {
  const said = await look(shell, {
    script: settingsScript(),
    timeoutMs: 30_000,

    verb: "read the host's settings",
  });
  return parseSettings(said);
}

/** What belongs to a host under its name would be lost with that. */
function againstRename(
  wish: HostSettings,
  facts: HostSettingsFacts,
  where: string,
): Failure | undefined {
  if (facts.hostname === wish.hostname) {
    return undefined;
  }
  if (facts.isMember) {
    return new Failure("refused", {
      tried: "renaming a host",
      where,
      cameBack: `it is called ${facts.hostname}, the stack file calls it ${wish.hostname}, and it is a member of a cluster already`,
      doNext:
        "The name of a member cannot change. Correct the stack file, or remove the node from the cluster first.",
    });
  }
  if (facts.guests === undefined) {
    return new Failure("failed", {
      tried: "renaming a host",
      where,
      cameBack: `which guests belong to it under its present name, ${facts.hostname}, is not known: /etc/pve is not mounted`,
      doNext: `Nothing was changed. ${READ_AGAIN}`,
    });
  }
  if (facts.guests.length > 0) {
    return new Failure("refused", {
      tried: "renaming a host",
      where,
      cameBack: `refused: it is called ${facts.hostname}, the stack file calls it ${wish.hostname}, and the guests ${facts.guests.join(", ")} belong to it under its present name`,
      doNext:
        "Proxmox would not find them under another name. Correct the stack file, or move the guests away first.",
    });
  }
  return undefined;
}

export async function applySettings(
  wish: HostSettings,
  facts: HostSettingsFacts,
  users: readonly UserStep[],
  shell: HostShell,
): Promise<void> {
  const against = againstRename(wish, facts, shell.node);
  if (against !== undefined) {
    throw against;
  }
  const result = await shell.run(applySettingsScript(wish, facts, users), {
    timeoutMs: 180_000,
    repeatable: true,

    verb: "apply the host's settings",
  });
  expectSuccess(result, {
    tried: "applying the host's settings",
    node: shell.node,
    doNext: "Mend what is named, then run `pulumi up` again.",
  });
}

const fieldsIn = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
