import { Failure, messageOf } from "../../config/failure/failure.js";
import type { Change } from "../kit/change.js";
import type { Context } from "../kit/runtime.js";
import { expectSuccess, type HostShell, look } from "../shell/shell.js";
import { until } from "../shell/until.js";
import type { Clock } from "../transport/base/clock.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import { sh } from "../transport/ssh/quoting.js";
import { armScript, confirmScript, folderOf, type Guard, takeBack } from "./guard.js";

/** What of the way in a change touches. */
export interface WayIn {
  /** Accounts that exist already: their shell, their keys, what sudo lets them do. */
  readonly users: readonly string[];
  /** Files and folders of sshd's configuration. */
  readonly files: readonly string[];
}

export const GUARD: Guard = {
  name: "way-in",
  keeps: "the old accounts, keys and sshd settings",
  // Root's list of keys lies in /etc/pve.
  boot: ["After=local-fs.target pve-cluster.service", "Before=ssh.service"],
};
/** Prints `waiting` while the timer of an earlier change, whose run was cut, is about to undo what a look sees. */
export const WAITING_COMMAND = sh`if test -e ${folderOf(GUARD)}/armed; then echo waiting; fi`;

export interface Confirm {
  readonly kind: "confirm";
}

/** The step that keeps what an earlier run has changed and had no time to prove. */
export const confirmation = (waiting: boolean): Change<Confirm>[] =>
  waiting
    ? [
        {
          kind: "add",
          path: "way in",
          from: "to be undone by a timer, because an earlier run was cut",
          to: "confirmed by a new login",
          step: { kind: "confirm" },
        },
      ]
    : [];

/** A change, and a new login after it, take seconds; a host that nobody confirms comes back after this. */
const ROLLBACK_S = 180;
/** One host after the other: a mistake that no proof finds costs one host. */
const TURN = "turn of the way in";

/**
 * Changes who may log in and how. The old way goes only when a new one has been walked: a connection of its own, with what the
 * next run logs in with, on which a command runs that needs root. Otherwise everything is put back, over the connection that
 * still stands or by a timer on the host.
 */
export async function keepingTheWayIn(
  touched: WayIn,
  connection: SshConnection,
  context: Context,
  change: () => Promise<void>,
  earlierWaits = false,
): Promise<void> {
  const touchesNothing = touched.users.length === 0 && touched.files.length === 0;
  if (touchesNothing && !earlierWaits) {
    await change();
    return;
  }
  const host = context.host(connection);
  await context.locks.hold(TURN, async () => {
    if (earlierWaits) {
      await confirmEarlier(connection, context, host);
    }
    if (touchesNothing) {
      await change();
      return;
    }
    const armed = await host.run(wayInScript(touched), {
      timeoutMs: 60_000,
      repeatable: true,
      verb: "keep the way in under a timer",
    });
    expectSuccess(armed, {
      tried: "keeping the way in before it changes",
      node: host.node,
      doNext: "Nothing was changed. Mend what is named, then run `pulumi up` again.",
    });
    try {
      await change();
    } catch (thrown) {
      await takeBack(GUARD, host);
      throw thrown;
    }
    await proveWayIn(host, () => context.newLogin(connection), context.clock);
  });
}

const LOOK_AT_EARLIER = "look whether the earlier change of the way in still waits";

/** What this run has planned holds only as long as the timer of before does not act. */
async function confirmEarlier(
  connection: SshConnection,
  context: Context,
  host: HostShell,
): Promise<void> {
  const state = await look(host, {
    script: sh`if test -e ${folderOf(GUARD)}/armed; then echo armed; elif test -e ${folderOf(GUARD)}/restored; then echo restored; else echo confirmed; fi`,
    timeoutMs: 30_000,
    verb: LOOK_AT_EARLIER,
  });
  if (state.trim() === "restored") {
    throw new Failure("failed", {
      tried: "keeping what an earlier run changed about the way in",
      where: host.node,
      cameBack: `its timer has put ${GUARD.keeps} back a moment ago`,
      doNext: "Nothing was changed. Run `pulumi up` again: it sees what is there now.",
    });
  }
  if (state.trim() === "armed") {
    await proveWayIn(host, () => context.newLogin(connection), context.clock);
  }
}

/** A daemon that was told to read its settings anew takes no connection for a moment. */
const NO_ANSWER_MS = 20_000;

async function proveWayIn(
  host: HostShell,
  login: () => ReturnType<Context["newLogin"]>,
  clock: Clock,
): Promise<void> {
  const tries = { deadlineMs: NO_ANSWER_MS, everyMs: 1_000, clock };
  const { last: thrown } = await until(
    () => whatStopped(login()),
    (one) => !(one instanceof Failure && one.kind === "unreachable"),
    tries,
  );
  if (thrown !== undefined) {
    const back = await takeBack(GUARD, host).then(
      () => `${GUARD.keeps} are back`,
      (failed: unknown) =>
        `the timer on the host puts them back within ${ROLLBACK_S} s (${messageOf(failed)})`,
    );
    throw new Failure("refused", {
      tried: "changing who may log in, and how",
      where: host.node,
      cameBack: `a new login did not work afterwards, so ${back}: ${messageOf(thrown)}`,
      doNext:
        "Correct `base.users` and the keys in the stack file so that the program's own login keeps its shell and its key, then run `pulumi up` again.",
    });
  }
}

/** Confirms over a connection of its own; what came in the way, if anything did. */
async function whatStopped(other: ReturnType<Context["newLogin"]>): Promise<unknown> {
  try {
    await look(other, {
      script: confirmScript(GUARD),
      timeoutMs: 45_000,
      verb: "log in anew and confirm the new way in",
      repeatable: false,
    });
    return undefined;
  } catch (thrown) {
    return thrown;
  } finally {
    other.close();
  }
}

/** Shell that keeps it all and arms the timer. Root's list of keys is a link, so its text is kept and comes back through it. */
export function wayInScript({ users, files }: WayIn): string {
  return armScript(GUARD, {
    // Nobody waits for an earlier change any more; this one starts from what was confirmed.
    earlier: "put back",
    keep: keepLines(users, files),
    restore: RESTORE,
    seconds: ROLLBACK_S,
  });
}

function keepLines(users: readonly string[], files: readonly string[]): string[] {
  return [
    "mkdir $old/users $old/files",
    sh`for u in ${users}; do`,
    '  entry=$(getent passwd "$u") || continue',
    "  k=$old/users/$u; mkdir $k",
    '  printf %s "$entry" | cut -d: -f7 > $k/shell',
    '  list="$(printf %s "$entry" | cut -d: -f6)/.ssh/authorized_keys"; printf %s "$list" > $k/list',
    '  if test -e "$list"; then cat "$list" > $k/keys; fi',
    '  if test -e "/etc/sudoers.d/90-$u"; then cp -a "/etc/sudoers.d/90-$u" $k/sudoers; fi',
    '  if id -nG "$u" | tr " " "\\n" | grep -qx sudo; then : > $k/sudo; fi',
    "done",
    sh`for f in ${files}; do`,
    '  printf "%s\\n" "$f" >> $old/files.list',
    '  if test -e "$f"; then mkdir -p "$old/files$(dirname "$f")" && cp -a "$f" "$old/files$f"; fi',
    "done",
  ];
}

const RESTORE = [
  "for k in $old/users/*/; do",
  '  test -e "$k/shell" || continue',
  '  u=$(basename "$k"); list=$(cat "$k/list")',
  '  usermod -s "$(cat "$k/shell")" "$u" || rc=1',
  '  if test -e "$k/keys"; then cat "$k/keys" > "$list" || rc=1; else rm -f "$list"; fi',
  '  if test -e "$k/sudoers"; then cp -a "$k/sudoers" "/etc/sudoers.d/90-$u"; else rm -f "/etc/sudoers.d/90-$u"; fi',
  '  if test -e "$k/sudo"; then usermod -aG sudo "$u" || rc=1; fi',
  "done",
  "if test -e $old/files.list; then",
  "  while IFS= read -r f; do",
  '    rm -rf "$f"; if test -e "$old/files$f"; then cp -a "$old/files$f" "$f" || rc=1; fi',
  "  done < $old/files.list",
  // In a boot sshd starts behind this and reads them anyway; a reload would wait for that start, and the start for this.
  '  if test "$1" != boot; then systemctl reload ssh 2>/dev/null || systemctl reload sshd 2>/dev/null || true; fi',
  "fi",
];
