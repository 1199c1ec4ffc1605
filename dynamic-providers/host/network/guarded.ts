import { Failure, messageOf } from "../../../config/failure/failure.js";
import { type Clock, expectSuccess, type HostShell, look } from "../../shell/shell.js";
import { until } from "../../shell/until.js";
import { takeBack } from "../guard.js";
import {
  APPLY_STATE_SCRIPT,
  APPLY_WAIT_S,
  applyScript,
  CONFIRM_SCRIPT,
  checkScript,
  GUARD,
  type GuardedChange,
} from "./guarded-change.js";

export interface GuardedPolicy {
  readonly rollbackMs: number;
  readonly clock: Clock;
}

/**
 * Changes a host's network and confirms it over the new path. `prove` looks at the new state; what it returns is what is
 * wrong. When the host cannot be reached any more, the timer on the host has the last word, and the error says so.
 */
export async function changeNetwork(
  change: Omit<GuardedChange, "rollbackSeconds">,
  shell: HostShell,
  prove: (shell: HostShell) => Promise<readonly string[]>,
  policy: GuardedPolicy,
): Promise<void> {
  const checked = await shell.run(checkScript(change.write), {
    timeoutMs: 30_000,
    repeatable: true,
    verb: "check the new network files",
  });
  expectSuccess(checked, {
    tried: "checking the new network files",
    node: shell.node,
    doNext:
      "Nothing was changed. Correct the stack file; if it is right, this is a fault of this program.",
    lines: 12,
  });
  const started = await shell.run(
    applyScript({ ...change, rollbackSeconds: Math.round(policy.rollbackMs / 1000) }),
    { timeoutMs: 60_000, repeatable: false, verb: "change the network under a timer" },
  );
  expectSuccess(started, {
    tried: "starting the network change",
    node: shell.node,
    doNext: "Nothing was changed. Run `pulumi up` again when the host is free.",
  });
  await finishNetworkChange(shell, prove, policy);
}

/** Undoes what an earlier run left under its timer, or this one; what came of it, in a sentence. */
export async function undoNetworkChange(shell: HostShell): Promise<string> {
  try {
    await takeBack(GUARD, shell);
    return "The old network is back.";
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/** Waits for a change under its timer, proves it and confirms it; also one that an interrupted run has started. */
export async function finishNetworkChange(
  shell: HostShell,
  prove: (shell: HostShell) => Promise<readonly string[]>,
  policy: GuardedPolicy,
): Promise<void> {
  await awaitApplied(shell, policy);
  const wrong = await provenAtRest(shell, prove, policy);
  if (wrong.length > 0) {
    const back = await undoNetworkChange(shell);
    throw new Failure("failed", {
      tried: "changing the network",
      where: shell.node,
      cameBack: wrong.join("; "),
      doNext: `${back} Correct the stack file or the cabling, then run \`pulumi up\` again.`,
    });
  }
  const confirmed = await shell.run(CONFIRM_SCRIPT, {
    timeoutMs: 60_000,
    repeatable: true,
    verb: "confirm the new network",
  });
  expectSuccess(confirmed, {
    tried: "confirming the new network",
    node: shell.node,
    doNext: "Run `pulumi up` again; a longer deadlines.networkRollback helps a slow host.",
  });
}

type ApplyState = "running" | "done" | "failed" | "restored" | "unreachable";

async function awaitApplied(shell: HostShell, policy: GuardedPolicy): Promise<void> {
  const ask = async (): Promise<{ state: ApplyState; endOfLog: string }> => {
    const said = await reach(shell);
    if (said === undefined) {
      return { state: "unreachable", endOfLog: "" };
    }
    const [state = "", ...log] = said.trim().split("\n");
    return { state: known(state.trim()), endOfLog: log.slice(-8).join(" | ") };
  };
  const waited = await until(
    ask,
    ({ state }) => state === "done" || state === "failed" || state === "restored",
    // Beyond the timer the host restores itself; some seconds more let the restored state answer.
    { deadlineMs: policy.rollbackMs + 30_000, everyMs: 1_000, clock: policy.clock },
  );
  const { state, endOfLog } = waited.last;
  switch (state) {
    case "done":
      return;
    case "failed": {
      const back = await undoNetworkChange(shell);
      throw new Failure("failed", {
        tried: "applying the new network files",
        where: shell.node,
        cameBack: endOfLog,
        doNext: `${back} Mend what is named, then run \`pulumi up\` again.`,
      });
    }
    case "restored":
      throw new Failure("failed", {
        tried: "changing the network",
        where: shell.node,
        cameBack: `the host could not be reached over the new network within ${Math.round(policy.rollbackMs / 1000)} s, and its timer put the old one back`,
        doNext:
          "Check addresses, VLANs and ports of this node in the stack file, then run `pulumi up` again.",
      });
    case "running":
    case "unreachable":
      throw new Failure("unreachable", {
        tried: "changing the network",
        where: shell.node,
        cameBack: `no answer ${Math.round(waited.waitedMs / 1000)} s after the change; the timer on the host should have put the old network back by now`,
        doNext:
          "Look at the console of the host: `systemctl status proxmox-ha-network-guard`, `cat /var/lib/proxmox-ha/network/log`.",
      });
  }
}

/** A fresh configuration needs a moment (bridges learn, protocols converge); what is still wrong then is wrong. */
async function provenAtRest(
  shell: HostShell,
  prove: (shell: HostShell) => Promise<readonly string[]>,
  policy: GuardedPolicy,
): Promise<readonly string[]> {
  const waited = await until(
    async () => {
      try {
        return await prove(shell);
      } catch (error) {
        if (error instanceof Failure) {
          return [error.message];
        }
        throw error;
      }
    },
    (wrong) => wrong.length === 0,
    { deadlineMs: Math.min(30_000, policy.rollbackMs / 2), everyMs: 1_000, clock: policy.clock },
  );
  return waited.last;
}

/** A connection that breaks while the network changes is expected. */
async function reach(shell: HostShell): Promise<string | undefined> {
  try {
    return await look(shell, {
      script: APPLY_STATE_SCRIPT,
      timeoutMs: (APPLY_WAIT_S + 10) * 1_000,
      verb: "see how the network change goes",
    });
  } catch (error) {
    if (error instanceof Error) {
      return undefined;
    }
    throw error;
  }
}

function known(state: string): ApplyState {
  return state === "running" || state === "done" || state === "failed" || state === "restored"
    ? state
    : "unreachable";
}
