import { raw, sh } from "../transport/ssh/quoting.js";
import { closeRecord, type KeyRecord, type WishedUser } from "./keys-by-reference.js";

/** A person or a tool that may log in. Root is one of them, as far as its keys go. */
export interface HostUser extends WishedUser {
  readonly keys: readonly string[];
}

/** What has to happen about one user. */
export type UserStep =
  | { readonly kind: "user"; readonly user: HostUser }
  | { readonly kind: "keys"; readonly user: string; readonly keys: readonly string[] }
  | { readonly kind: "revoke"; readonly user: string; readonly keys: readonly string[] }
  | KeyRecord;

const sudoersOf = (user: string): string => `/etc/sudoers.d/90-${user}`;

/** Prints everybody who can log in, each after a line of its own that `mark` makes of the name. */
export function usersCommand(mark: (name: string) => string): string {
  return [
    "getent passwd | while IFS=: read -r name _ uid _ _ home shell; do",
    '[ "$uid" = 0 ] || [ "$uid" -ge 1000 ] && [ "$uid" -lt 60000 ] || continue;',
    sh`${raw(mark("$name"))}; echo "$shell"; if grep -qs NOPASSWD "${raw(sudoersOf("$name"))}"; then echo 1; else echo 0; fi;`,
    // Whoever has no list of keys has none; one that is there and cannot be read is a look that failed.
    'id -nG "$name"; echo @keys; if [ -e "$home/.ssh/authorized_keys" ]; then cat "$home/.ssh/authorized_keys" || exit 1; fi; done',
  ].join(" ");
}

/** Reads what was printed about one user. */
export function parseUser(name: string, body: string): HostUser[] {
  const [head = "", keys = ""] = body.split("@keys");
  const [shell = "", noPassword = "0", groups = ""] = head.trim().split("\n");
  if (!shell.startsWith("/")) {
    return [];
  }
  const admin = groups.split(/\s+/).includes("sudo");
  return [
    {
      name,
      shell,
      sudo: Number(noPassword) > 0 ? "no-password" : admin ? "password" : "none",
      keys: keys
        .split("\n")
        .map((key) => key.trim())
        .filter((key) => key !== ""),
    },
  ];
}

/** What the file wants and the host lacks, and what the file gave earlier and gives no more. Others' keys stay. */
export function planUsers(
  wanted: { readonly users: readonly HostUser[]; readonly rootKeys: readonly string[] },
  found: readonly HostUser[],
  before: { readonly users: readonly HostUser[]; readonly rootKeys: readonly string[] } | undefined,
): UserStep[] {
  const keysOf = (name: string): readonly string[] =>
    found.find((one) => one.name === name)?.keys ?? [];
  const keysByUser = (from: typeof wanted): Map<string, readonly string[]> =>
    new Map([
      ["root", from.rootKeys],
      ...from.users.map(({ name, keys }) => [name, keys] as const),
    ]);
  const now = keysByUser(wanted);
  const missing = wanted.rootKeys.filter((key) => !keysOf("root").includes(key));
  return [
    ...wanted.users
      .filter((user) => !isAsWanted(user, found))
      .map((user): UserStep => ({ kind: "user", user })),
    ...(missing.length === 0 ? [] : [{ kind: "keys", user: "root", keys: missing } as const]),
    ...[...(before === undefined ? [] : keysByUser(before))].flatMap(([user, keys]): UserStep[] => {
      const gone = keys.filter(
        (key) => now.get(user)?.includes(key) !== true && keysOf(user).includes(key),
      );
      return gone.length === 0 ? [] : [{ kind: "revoke", user, keys: gone }];
    }),
  ];
}

function isAsWanted(user: HostUser, found: readonly HostUser[]): boolean {
  const now = found.find(({ name }) => name === user.name);
  return (
    now !== undefined &&
    now.shell === user.shell &&
    now.sudo === user.sudo &&
    user.keys.every((key) => now.keys.includes(key))
  );
}

/** Accounts that somebody may log in with already and that the steps change. A new account and a further key cut no way in. */
export function accountsTouched(
  steps: readonly UserStep[],
  found: readonly HostUser[],
): readonly string[] {
  const exists = (user: string): boolean => found.some(({ name }) => name === user);
  const touched = steps.flatMap((step) => {
    if (step.kind === "user") {
      return exists(step.user.name) ? [step.user.name] : [];
    }
    return step.kind === "revoke" ? [step.user] : [];
  });
  return [...new Set(touched)];
}

/** Shell lines of one step. A link stays a link: root's list lies in /etc/pve, with the keys of the other nodes. */
export function userLines(step: UserStep): string[] {
  switch (step.kind) {
    case "record":
      return closeRecord(step);
    case "user":
      return [...accountLines(step.user), ...keyLines(step.user.name, step.user.keys)];
    case "keys":
      return keyLines(step.user, step.keys);
    case "revoke":
      return step.keys.map(
        (key) =>
          sh`list=$(getent passwd ${step.user} | cut -d: -f6)/.ssh/authorized_keys; rest=$(grep -vxF -e ${key} "$list" || true); printf '%s\\n' "$rest" > "$list"`,
      );
  }
}

function accountLines(user: HostUser): string[] {
  const { name } = user;
  const sudoers = sudoersOf(name);
  const written = `${sudoers}.new`;
  const rule = `${name} ALL=(ALL) NOPASSWD:ALL`;
  return [
    sh`getent passwd ${name} >/dev/null || useradd -m -s ${user.shell} ${name}`,
    sh`usermod -s ${user.shell} ${name}`,
    ...(user.sudo === "no-password"
      ? [
          sh`printf '%s\\n' ${rule} > ${written} && chmod 0440 ${written}`,
          sh`visudo -cqf ${written} && mv ${written} ${sudoers}`,
        ]
      : [sh`rm -f ${sudoers}`]),
    ...(user.sudo === "password"
      ? [sh`usermod -aG sudo ${name}`]
      : [sh`! id -nG ${name} | grep -qw sudo || gpasswd -d ${name} sudo >/dev/null`]),
  ];
}

function keyLines(name: string, keys: readonly string[]): string[] {
  return [
    sh`home=$(getent passwd ${name} | cut -d: -f6); list="$home/.ssh/authorized_keys"`,
    sh`install -d -m 700 -o ${name} "$home/.ssh"`,
    sh`test -e "$list" || { touch "$list" && chown ${name} "$list" && chmod 600 "$list"; }`,
    ...keys.map((key) => sh`grep -qxF -e ${key} "$list" || printf '%s\\n' ${key} >> "$list"`),
  ];
}
