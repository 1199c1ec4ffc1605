import { describe, expect, it } from "vitest";
import { expectedPorts } from "../../../../automation/security-drill/expected-ports.js";
import { known, unknown } from "../../../../automation/security-drill/fact.js";
import { judgeCertificates } from "../../../../automation/security-drill/judge/certificates.js";
import { judgePam, judgeRealm } from "../../../../automation/security-drill/judge/challenge.js";
import { judgePorts } from "../../../../automation/security-drill/judge/ports.js";
import { judgeSecrets } from "../../../../automation/security-drill/judge/secrets.js";
import { judgeOffers, judgeSshd } from "../../../../automation/security-drill/judge/ssh.js";
import { judgeUpdates } from "../../../../automation/security-drill/judge/updates.js";
import type { Listener } from "../../../../automation/security-drill/listeners.js";
import { planCluster } from "../../../../config/plan/index.js";
import { specOf } from "../../config/plan/stacks.js";

const NOW = Date.parse("2026-12-01T00:00:00Z");
const DAY = 86_400_000;
const NOT_KNOWN = { severity: "unknown", found: "not known: no answer" };
const SHUT = {
  passwordauthentication: "no",
  kbdinteractiveauthentication: "no",
  permitemptypasswords: "no",
  permitrootlogin: "without-password",
};

describe("sshd's own word", () => {
  const judge = (change: Readonly<Record<string, string>>, wanted?: "duo-pam") =>
    judgeSshd("frege", known(new Map(Object.entries({ ...SHUT, ...change }))), wanted);

  it("is well with keys alone", () => expect(judge({})).toEqual([]));
  it.each([
    [{ passwordauthentication: "yes" }, "it takes passwords"],
    [{ kbdinteractiveauthentication: "yes" }, /by questions/],
    [{ permitemptypasswords: "yes" }, /empty passwords/],
    [{ permitrootlogin: "yes" }, /PermitRootLogin is yes/],
    [{ permitrootlogin: "no" }, /need root by key/],
  ])("is an error for %j", (change, found) => {
    const text = typeof found === "string" ? found : expect.stringMatching(found);
    expect(judge(change)).toMatchObject([
      { severity: "error", node: "frege", at: "sshd", found: text },
    ]);
  });
  it("may ask questions where the file has Duo ask them", () =>
    expect(judge({ kbdinteractiveauthentication: "yes" }, "duo-pam")).toEqual([]));
  it("is not known where nobody told", () =>
    expect(judgeSshd("frege", unknown("no answer"), undefined)).toMatchObject([NOT_KNOWN]));
});

describe("what ssh offers from here", () => {
  const judge = (...ways: readonly string[]) => judgeOffers("frege", 22, known(ways), undefined);

  it("is well with a key", () => expect(judge("publickey")).toEqual([]));
  it.each(["password", "keyboard-interactive", "none"])("is an error with %s", (way) =>
    expect(judge("publickey", way)).toMatchObject([
      { severity: "error", found: `root is offered: ${way}` },
    ]),
  );
  it("is not known where nobody answered", () =>
    expect(judgeOffers("frege", 22, unknown("no answer"), undefined)).toMatchObject([NOT_KNOWN]));
});

describe("ports", () => {
  const plan = planCluster(specOf("frege"));
  const expected = expectedPorts({ ...plan, sshPort: 22 });
  const listener = (change: Partial<Listener>): Listener => ({
    protocol: "tcp",
    address: "0.0.0.0",
    port: 4444,
    program: "nc",
    ...change,
  });
  const judge = (listeners: readonly Listener[], open: readonly number[] = [], nfs = false) =>
    judgePorts("frege", { listeners: known(listeners), open: known(open) }, expected, nfs);

  it("are well that the file's phases need", () => {
    const corosync = plan.corosync.links.map(({ udpPort }) =>
      listener({ protocol: "udp", port: udpPort, program: "corosync" }),
    );
    expect(
      judge([
        listener({ port: 22 }),
        listener({ port: 8006 }),
        listener({ port: 5901 }),
        ...corosync,
      ]),
    ).toEqual([]);
  });
  it.each(["127.0.0.1", "[::1]", "127.0.0.53%lo"])("are nobody's business at %s", (address) =>
    expect(judge([listener({ address })])).toEqual([]),
  );
  it("are an error when strange and reached from here", () =>
    expect(judge([listener({}), listener({ address: "[::]" })], [4444])).toMatchObject([
      { severity: "error", at: "tcp 4444", fix: expect.stringContaining("sport = :4444") },
    ]));
  it("are a warning when strange and shut from here", () =>
    expect(judge([listener({})])).toMatchObject([{ severity: "warning" }]));
  it("are a warning over UDP, which cannot be tried", () =>
    expect(judge([listener({ protocol: "udp" })], [4444])).toMatchObject([
      { severity: "warning", at: "udp 4444" },
      { severity: "error", at: "tcp 4444", found: expect.stringContaining("tells of nobody") },
    ]));
  it("of rpcbind are a warning with its units, unless NFS needs it", () => {
    const rpcbind = listener({ port: 111, program: "rpcbind" });
    const bare = expectedPorts({ ...plan, storages: [], sshPort: 22 });
    const seen = { listeners: known([rpcbind]), open: known([]) };
    expect(judgePorts("frege", seen, bare, false)).toMatchObject([
      { severity: "warning", fix: expect.stringContaining("rpcbind.socket") },
    ]);
    expect(judge([rpcbind, listener({ port: 40111, program: "rpc.statd" })], [], true)).toEqual([]);
  });
  it("of Ceph and of figures are strange where the file has neither", () => {
    const without = expectedPorts({
      corosync: plan.corosync,
      nodeExporter: false,
      storages: plan.storages,
      sshPort: 22,
    });
    expect(without.some(({ from }) => from === 9100)).toBe(false);
    expect(without.some(({ from }) => from === 6789)).toBe(false);
  });
  it("are not known from the side that did not answer", () =>
    expect(
      judgePorts(
        "frege",
        { listeners: unknown("no answer"), open: unknown("no answer") },
        expected,
        false,
      ),
    ).toMatchObject([NOT_KNOWN, NOT_KNOWN]));
});

describe("certificates", () => {
  const ca = "/etc/pve/pve-root-ca.pem";
  const own = "/etc/pve/local/pve-ssl.pem";
  const judge = (days: number) =>
    judgeCertificates(
      "frege",
      known([
        { path: ca, endsMs: NOW + 3650 * DAY },
        { path: own, endsMs: NOW + days * DAY },
      ]),
      NOW,
    );

  it("are well with a month and more", () => expect(judge(30)).toEqual([]));
  it("are a warning within the month", () =>
    expect(judge(29)).toMatchObject([{ severity: "warning", at: own }]));
  it("are an error after their end", () =>
    expect(judge(-1)).toMatchObject([{ severity: "error", found: "it ended on 2026-11-30" }]));
  it("are not known where one is missing, or nobody told", () => {
    expect(judgeCertificates("frege", known([]), NOW)).toMatchObject([
      { severity: "unknown", at: ca },
      { severity: "unknown", at: own },
    ]);
    expect(judgeCertificates("frege", unknown("no answer"), NOW)).toMatchObject([NOT_KNOWN]);
  });
});

describe("files with secrets", () => {
  const judge = (mode: number, path = "/etc/corosync/authkey") =>
    judgeSecrets("frege", known([{ path, mode }]));

  it.each([0o400, 0o600, 0o640])("are well with mode %o", (mode) =>
    expect(judge(mode)).toEqual([]),
  );
  it("are an error where everybody may read or write them", () => {
    expect(judge(0o644)).toMatchObject([{ severity: "error", found: /read it$/ }].map(anyFound));
    expect(judge(0o602)).toMatchObject([{ severity: "error", found: /write it$/ }].map(anyFound));
  });
  it("have a fix whose path is quoted", () =>
    expect(judge(0o644, "/root/.ssh/id_it's")[0]?.fix).toContain(`'/root/.ssh/id_it'\\''s'`));
  it("are not known where nobody told", () =>
    expect(judgeSecrets("frege", unknown("no answer"))).toMatchObject([NOT_KNOWN]));
});

const anyFound = ({ severity, found }: { readonly severity: string; readonly found: RegExp }) => ({
  severity,
  found: expect.stringMatching(found),
});

describe("security updates", () => {
  it("are well when fresh lists have none", () =>
    expect(judgeUpdates("frege", known({ ageDays: 1, security: [] }))).toEqual([]));
  it("are a warning when they wait", () =>
    expect(judgeUpdates("frege", known({ ageDays: 1, security: ["openssl"] }))).toMatchObject([
      { severity: "warning", found: "1 pending: openssl" },
    ]));
  it.each([8, undefined])("are not known by lists of an age of %s days", (ageDays) =>
    expect(judgeUpdates("frege", known({ ageDays, security: [] }))).toMatchObject([
      { severity: "unknown" },
    ]),
  );
});

describe("the challenge that the file asks for", () => {
  it("is nobody's where the file asks for none", () => {
    expect(judgeRealm(known([]), undefined)).toEqual([]);
    expect(judgePam("frege", known([]), undefined)).toEqual([]);
  });
  it("is an error without a realm for it, and not known with one", () => {
    expect(judgeRealm(known([{ realm: "pam", type: "pam" }]), "duo-openid")).toMatchObject([
      { severity: "error", fix: expect.stringContaining("does not apply `identity`") },
    ]);
    expect(judgeRealm(known([{ realm: "duo", type: "openid" }]), "duo-openid")).toMatchObject([
      { severity: "unknown" },
    ]);
  });
  it("is an error where PAM does not ask", () => {
    expect(judgePam("frege", known([]), "duo-pam")).toMatchObject([{ severity: "error" }]);
    expect(judgePam("frege", known(["/etc/pam.d/proxmox-ve-auth"]), "duo-pam")).toEqual([]);
  });
});
