import { describe, expect, it } from "vitest";
import { spareForMoment } from "../../../../../dynamic-providers/health/spare.js";
import { inTurn } from "../../../../../dynamic-providers/host/network/member-turn.js";
import { parseVotes } from "../../../../../dynamic-providers/membership/votes.js";
import { NamedLocks } from "../../../../../dynamic-providers/transport/base/mutex.js";
import { FakeClock, FakeHost } from "../../pvecm/fake-cluster.js";

const counted = (present: number, expected: number, quorate = true): string =>
  `Quorate:          ${quorate ? "Yes" : "No"}
Expected votes:   ${expected}
Total votes:      ${present}
Quorum:           ${Math.floor(expected / 2) + 1}

    Nodeid      Votes Name
         1          1 10.203.3.11 (local)
`;
const policyWith = (locks: NamedLocks) => ({ locks, deadlineMs: 5_000, clock: new FakeClock() });

describe("whether a cluster can spare a member for a moment", () => {
  it.each([
    [3, 3, true],
    [2, 3, false],
    [4, 4, true],
    [3, 4, false],
    [4, 5, true],
    [2, 2, true],
  ])("%d of %d votes present: %s", (present, expected, spared) => {
    const votes = parseVotes(counted(present, expected));
    expect(spareForMoment("frege", votes).met).toBe(spared);
  });

  it("does not matter without quorum, which a change may bring back", () => {
    const votes = parseVotes(counted(1, 3, false));
    expect(spareForMoment("frege", votes).met).toBe(true);
  });
});

describe("changes of networks", () => {
  const overlap = async (answer: () => string): Promise<number> => {
    const policy = policyWith(new NamedLocks());
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    const hosts = ["frege", "russell", "wittgenstein"].map((name) => new FakeHost(name, answer));
    await Promise.all(hosts.map((host) => inTurn(host, work, policy)));
    return most;
  };

  it("run all at once on fresh hosts", async () => {
    expect(await overlap(() => "no member\n")).toBe(3);
  });

  it("run one after the other on members", async () => {
    expect(await overlap(() => counted(3, 3))).toBe(1);
  });

  it("are refused while the cluster needs the member", async () => {
    const host = new FakeHost("frege", () => counted(2, 3));
    let worked = false;
    const work = (): Promise<void> => {
      worked = true;
      return Promise.resolve();
    };
    await expect(inTurn(host, work, policyWith(new NamedLocks()))).rejects.toThrow(
      /refused: only 2 of 3/,
    );
    expect(worked).toBe(false);
  });

  it("stop the next member when the votes do not come back", async () => {
    const locks = new NamedLocks();
    let lost = false;
    const answer = (): string => (lost ? counted(2, 3) : counted(3, 3));
    const work = (): Promise<void> => {
      lost = true;
      return Promise.resolve();
    };
    const [first, second] = await Promise.allSettled(
      ["frege", "russell"].map((name) =>
        inTurn(new FakeHost(name, answer), work, policyWith(locks)),
      ),
    );
    expect(first).toMatchObject({
      reason: { cameBack: "frege counts 2 votes, 3 before the change" },
    });
    expect(String(second?.status === "rejected" ? second.reason : "")).toMatch(/refused/);
  });
});
