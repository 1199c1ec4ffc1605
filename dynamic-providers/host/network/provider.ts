import { createHash } from "node:crypto";
import { Failure } from "../../../config/failure/failure.js";
import type { Change } from "../../kit/change.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { HostShell } from "../../shell/shell.js";
import { look } from "../../transport/ssh/look.js";
import { FRR_CLAIMS_SCRIPT, parseFrrClaims, refuseOtherOwner } from "./frr-owner.js";
import { changeNetwork, finishNetworkChange, undoNetworkChange } from "./guarded.js";
import { type ObservedNetwork, observeScript, parseObserved } from "./guarded-change.js";
import { inTurn } from "./member-turn.js";
import { actionsFor, isInstallerInterfaces } from "./network-files.js";
import {
  type NetworkInputs,
  type NetworkState,
  networkInputs,
  networkOutputs,
  networkState,
} from "./schema.js";

/** Not a file: an earlier run was interrupted before it confirmed its change, and the timer on the host runs. */
const CONFIRMATION = "confirmation";

/** Links that went down with an interface are up again some seconds after it. */
const VOTES_BACK_MS = 60_000;

interface NetworkFacts {
  readonly observed: ObservedNetwork;
  /** Which of the present files nobody has made: the installer's, and what packages brought. */
  readonly untouched: readonly string[];
}

export const hostNetwork = defineProvider<NetworkInputs, NetworkState, NetworkFacts, string>({
  kind: "host/network",
  schemaVersion: 1,
  inputs: networkInputs,
  state: networkState,
  identity: ["part"],
  deadlineMs: 600_000,
  subject: (state) => `the ${state.part} of ${state.connection.node}`,
  id: (inputs) => `${inputs.connection.node}/${inputs.part}`,
  remember: ({ files, ...rest }) => ({
    ...rest,
    files: files.map(({ path, content, mode, owner }) => ({
      path,
      sha256: sha256(content),
      mode,
      owner,
    })),
  }),
  veto: againstNewOwner,
  async observe(state, context, inputs) {
    const paths = state.files.map(({ path }) => path);
    const asksFrr = inputs?.frr !== undefined;
    const script = [observeScript(paths), ...(asksFrr ? [FRR_CLAIMS_SCRIPT] : [])].join("\n");
    const said = await look(context.host(state.connection), {
      script,
      timeoutMs: 30_000,
      verb: "read the network files",
    });
    if (inputs?.frr !== undefined) {
      refuseOtherOwner(inputs.frr, parseFrrClaims(said), state.connection.node);
    }
    const observed = parseObserved(said);
    return { observed, untouched: untouched(observed, state.managementAddress) };
  },
  plan(wanted, facts, before) {
    if (wanted === undefined) {
      // Taking the network away from a host would strand it; its files stay as they are.
      return [];
    }
    const owned = new Set(before?.files.map(({ path }) => path));
    return [
      ...(facts.observed.guardArmed ? [confirmation] : []),
      ...wanted.files.flatMap((file) => changeOf(file, facts, owned)),
      ...[...owned]
        .filter((path) => !wanted.files.some((file) => file.path === path))
        .filter((path) => facts.observed.files.has(path))
        .map(
          (path): Change<string> => ({
            kind: "remove",
            path: `files["${path}"]`,
            from: "present",
            to: "absent",
            step: path,
          }),
        ),
    ];
  },
  async apply(changes, state, context, inputs) {
    const touched = new Set(changes.map(({ step }) => step));
    const interrupted = touched.delete(CONFIRMATION);
    const host = context.host(state.connection);
    const prove = (shell: HostShell) => missingAddresses(shell, state.addresses);
    const policy = { rollbackMs: state.rollbackMs, clock: context.clock };
    // What the undoing has put back nobody has looked at, so everything is written again.
    const write = (inputs?.files ?? []).filter(({ path }) => interrupted || touched.has(path));
    const remove = changes.filter(({ kind }) => kind === "remove").map(({ step }) => step);
    const paths = [...write.map(({ path }) => path), ...remove];
    const change = async (): Promise<void> => {
      if (interrupted && touched.size === 0) {
        await finishNetworkChange(host, prove, policy);
        return;
      }
      if (interrupted) {
        await undoNetworkChange(host);
      }
      await changeNetwork({ write, remove, actions: actionsFor(paths) }, host, prove, policy);
    };
    const { locks, clock } = context;
    await inTurn(host, change, { locks, clock, deadlineMs: VOTES_BACK_MS });
    host.forget();
  },
  outputs: told(networkOutputs, (facts) => ({ waitingForConfirmation: facts.observed.guardArmed })),
});

/** Handing a live ring over would leave it without routes in between, under everything that uses it. */
function againstNewOwner(before: NetworkInputs, wanted: NetworkInputs): Failure | undefined {
  const [old, now] = [before.frr?.owner ?? before.ringOwner, wanted.frr?.owner ?? wanted.ringOwner];
  return old === undefined || now === undefined || old === now
    ? undefined
    : new Failure("refused", {
        tried: `to change the owner of the ring's routing from ${old} to ${now}`,
        where: wanted.connection.node,
        cameBack:
          "refused, nothing was changed: the ring would have no routes until the new owner has written them",
        doNext: `Write \`owner: ${old}\` again; or take the ring out of the stack file (corosync links, storage and migration first), run \`pulumi up\`, and put it back with \`owner: ${now}\`.`,
      });
}

const confirmation: Change<string> = {
  kind: "add",
  path: "confirmation",
  from: "an interrupted run left its change under the timer",
  to: "finished",
  step: CONFIRMATION,
};

function changeOf(
  file: NetworkState["files"][number],
  { observed, untouched: free }: NetworkFacts,
  owned: ReadonlySet<string>,
): Change<string>[] {
  const now = observed.files.get(file.path);
  const path = `files["${file.path}"]`;
  if (now === undefined) {
    return [{ kind: "add", path, from: "absent", to: "written", step: file.path }];
  }
  const differs = [
    ...(sha256(now.content) === file.sha256 ? [] : [`content (${firstLines(now.content)})`]),
    ...(now.mode === file.mode ? [] : [`mode ${now.mode}`]),
    ...(now.owner === file.owner ? [] : [`owner ${now.owner}`]),
  ];
  if (differs.length === 0) {
    return [];
  }
  const ours = free.includes(file.path) || owned.has(file.path);
  return [
    {
      kind: ours ? "add" : "change",
      path,
      from: differs.join(", "),
      to: "as planned",
      step: file.path,
    },
  ];
}

/** Enough to recognise the file by. */
function firstLines(content: string): string {
  const lines = content.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return `${lines.slice(0, 4).join(" / ")}${lines.length > 4 ? " / …" : ""}`;
}

/** Files that a package or the installer left; a person's edit shows in every one of them. */
function untouched(observed: ObservedNetwork, address: string): string[] {
  return [...observed.files].flatMap(([path, { content }]) => {
    if (path === "/etc/network/interfaces") {
      return isInstallerInterfaces(content, address) ? [path] : [];
    }
    return isPackaged(path, content) ? [path] : [];
  });
}

/** FRR's package brings these two, every daemon switched off. */
function isPackaged(path: string, content: string): boolean {
  if (path === "/etc/frr/daemons") {
    return !/^(bgpd|ospfd|ospf6d|ripd|isisd|fabricd|eigrpd|babeld|pimd|ldpd)=yes/m.test(content);
  }
  return path === "/etc/frr/frr.conf" && !/^\s*(router|interface)\s/m.test(content);
}

async function missingAddresses(
  shell: HostShell,
  addresses: readonly string[],
): Promise<readonly string[]> {
  const said = await look(shell, {
    script: "ip -o addr show",
    timeoutMs: 10_000,
    verb: "read the new addresses",
  });
  const present = new Set(
    [...said.matchAll(/inet6? ([0-9a-f.:]+)/g)].flatMap(([, address]) => address ?? []),
  );
  return addresses
    .filter((address) => !present.has(address))
    .map((address) => `the host has no address ${address}`);
}

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");
