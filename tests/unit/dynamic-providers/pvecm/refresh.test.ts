import { describe, expect, it } from "vitest";
import type { Context, Host, Runtime } from "../../../../dynamic-providers/kit/runtime.js";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { corosyncCluster } from "../../../../dynamic-providers/pvecm/cluster/provider.js";
import { corosyncLinks } from "../../../../dynamic-providers/pvecm/links/provider.js";
import { corosyncMember } from "../../../../dynamic-providers/pvecm/member/provider.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { FakeClock, FakeHost, memberParts, printedFacts } from "./fake-cluster.js";

const NAMES = ["frege", "russell", "wittgenstein"];
const hosts = NAMES.map(
  (name, at) => new FakeHost(name, () => printedFacts(memberParts(name, at, { names: NAMES }))),
);

/** A host that keeps an answer for everybody who asks for it by the same name, as a session does. */
class SharingHost implements Host {
  readonly #answers = new Map<string, Promise<unknown>>();
  readonly node: string;
  readonly place: string;
  constructor(readonly fake: FakeHost) {
    this.node = fake.node;
    this.place = fake.node;
  }
  run(...asked: Parameters<FakeHost["run"]>) {
    return this.fake.run(...asked);
  }
  once<T>(name: string, ask: () => Promise<T>): Promise<T>;
  once(name: string, ask: () => Promise<unknown>): Promise<unknown> {
    const answer = this.#answers.get(name) ?? ask();
    this.#answers.set(name, answer);
    return answer;
  }
  forget(): void {
    this.#answers.clear();
  }
}

/** One run: its resources see the same hosts. */
function runtimeOf(fakes: readonly FakeHost[]): Runtime {
  const hosts = fakes.map((fake) => new SharingHost(fake));
  const [first] = fakes;
  if (first === undefined) throw new Error("there is no host");
  const plain = fakeRuntime("members", first, new FakeClock());
  return {
    ...plain,
    context: (owner): Context => ({
      ...plain.context(owner),
      host: ({ node }) => {
        const found = hosts.find((one) => one.node === node);
        if (found === undefined) throw new Error(`there is no host ${node}`);
        return found;
      },
    }),
  };
}

const memberAt = (at: number) => ({
  node: NAMES[at] ?? "",
  votes: 1,
  links: [{ link: 0, address: `10.203.3.${11 + at}`, priority: 10 }],
  connection: {
    host: `10.203.3.${11 + at}`,
    node: NAMES[at] ?? "",
    port: 22,
    user: "root",
    hostKey: "trust-first-use",
    knownHostsFile: "/dev/null",
    auth: { keyFile: "/dev/null" },
  },
});
const joining = (at: number): JsonObject =>
  toStruct({
    cluster: "ms01",
    joiner: memberAt(at),
    address: `10.203.3.${11 + at}`,
    nodeid: at + 1,
    peerAddress: "10.203.3.11",
    members: NAMES.slice(0, at).map((_, before) => memberAt(before)),
    udpPort: 5405,
    clockToleranceMs: 1_000,
    joinDeadlineMs: 1_000,
  });
const resources: readonly (readonly [typeof corosyncCluster, JsonObject])[] = [
  [
    corosyncCluster,
    toStruct({
      cluster: "ms01",
      founder: memberAt(0),
      address: "10.203.3.11",
      nodeid: 1,
      quorumDeadlineMs: 1_000,
    }),
  ],
  [corosyncMember, joining(1)],
  [corosyncMember, joining(2)],
  [
    corosyncLinks,
    toStruct({
      cluster: "ms01",
      members: NAMES.map((_, at) => memberAt(at)),
      prioritiesNamed: false,
      totem: {},
      stepDeadlineMs: 1_000,
    }),
  ],
];

describe("a refresh of a formed cluster", () => {
  it("asks every member once, however many resources want to know", async () => {
    const made = await Promise.all(
      resources.map(async ([kind, inputs]) => {
        const { id, outs } = await kind.serve(runtimeOf(hosts)).create(inputs);
        return { kind, id, outs };
      }),
    );
    for (const host of hosts) {
      host.asked.length = 0;
    }
    const runtime = runtimeOf(hosts);
    for (const { kind, id, outs } of made) {
      const { props } = await kind.serve(runtime).read(id, outs);
      expect(props.drift).toEqual([]);
    }
    expect(hosts.map(({ asked }) => asked)).toEqual(hosts.map(() => ["read cluster membership"]));
  });
});
