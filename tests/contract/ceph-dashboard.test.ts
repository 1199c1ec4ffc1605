import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { CephHost } from "../support/ceph-host.js";
import { ProviderFailure, ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";
import { thrownBy } from "../support/thrown.js";

const SECRETS = {
  PAGE_PASSWORD: "a viewer's 'own' word $x",
  OTHER_PASSWORD: "another word of theirs",
  SHORT_PASSWORD: "short",
};
const given = certificateOf("given.example");
const elsewhere = certificateOf("elsewhere.example");

let ceph: CephHost;
let sshd: TestSshd;
let provider: ProviderProcess;

beforeAll(async () => {
  ceph = new CephHost();
  sshd = await startSshd({ proxmox: ceph });
  provider = await ProviderProcess.start({
    env: {
      ...SECRETS,
      PAGE_CHAIN: given.chain,
      PAGE_KEY: given.key,
      OTHER_KEY: elsewhere.key,
    },
  });
});
afterAll(async () => {
  await provider.stop();
  sshd.stop();
  ceph.remove();
});
beforeEach(() => ceph.become({ packages: ["dashboard"] }));

function certificateOf(name: string) {
  const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-page-"));
  const [chain, key] = [path.join(folder, "chain"), path.join(folder, "key")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-days", "400", "-subj", `/CN=${name}`, "-keyout", key, "-out", chain],
    ],
    { stdio: "ignore" },
  );
  const made = { chain: readFileSync(chain, "utf8"), key: readFileSync(key, "utf8") };
  rmSync(folder, { recursive: true });
  return made;
}

const user = (more: object = {}) => ({
  name: "viewer",
  role: "read-only",
  password: { env: "PAGE_PASSWORD" },
  ...more,
});

async function wish(more: object = {}): Promise<JsonObject> {
  const { inputs, failures } = await provider.check("pveceph/dashboard", {
    connection: sshd.connection(),
    cluster: "trio",
    port: 8443,
    standby: "redirect",
    addresses: { frege: "10.0.0.1" },
    users: [user()],
    ...more,
  });
  expect(failures).toEqual([]);
  return inputs;
}

const MADE = [
  "ceph config set mgr mgr/dashboard/frege/server_addr 10.0.0.1",
  "ceph mgr module enable dashboard",
  expect.stringMatching(/^ceph dashboard set-ssl-certificate -i \/run\/\S+\/crt$/),
  expect.stringMatching(/^ceph dashboard set-ssl-certificate-key -i \/run\/\S+\/key$/),
  "ceph dashboard ac-user-create viewer read-only -i -",
];

describe("the page of Ceph's managers", () => {
  it("is given its addresses before it is switched on, then its certificate and its users", async () => {
    const inputs = await wish();
    const { id, outs } = await provider.create(inputs);
    expect(outs.adopted).toBe(false);
    expect(ceph.changes()).toEqual(MADE);
    expect(outs.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false, replaces: [] });
    await provider.create(inputs);
    expect(ceph.changes()).toEqual(MADE);
    const { props } = await provider.read(id, outs);
    expect(props.drift).toEqual([]);
  });

  it("that stands is taken over as it is", async () => {
    await provider.create(await wish());
    ceph.change({});
    const { outs } = await provider.create(await wish());
    expect(outs.adopted).toBe(true);
    expect(ceph.changes()).toEqual([]);
  });

  it("is left alone when it leaves the file", async () => {
    const { id, outs } = await provider.create(await wish());
    ceph.change({});
    await provider.delete(id, outs);
    expect(ceph.changes()).toEqual([]);
  });

  it("of somebody else is refused with what differs, and stays", async () => {
    await provider.create(
      await wish({
        port: 9443,
        users: [user({ role: "administrator", password: { env: "OTHER_PASSWORD" } })],
      }),
    );
    ceph.change({});
    const failure = await thrownBy(ProviderFailure, provider.create(await wish()));
    expect(failure.message).toMatch(
      /port: 9443 -> 8443; users.viewer.role: administrator -> read-only; users.viewer.password: another one -> the wanted one/,
    );
    expect(ceph.changes()).toEqual([]);
  });

  it("whose user was given another role by hand is drift, and set right", async () => {
    const inputs = await wish();
    const { id, outs } = await provider.create(inputs);
    const { users } = ceph.state();
    ceph.change({
      users: { viewer: { ...users.viewer, roles: ["administrator"], enabled: false } },
    });
    const { props } = await provider.read(id, outs);
    expect(props.drift).toEqual([
      "users.viewer.role: administrator -> read-only",
      "users.viewer: shut out -> let in",
    ]);
    await provider.update(id, props, inputs);
    expect(ceph.changes()).toEqual([
      "ceph dashboard ac-user-set-roles viewer read-only",
      "ceph dashboard ac-user-enable viewer",
    ]);
  });

  it("gets a password that was rotated, and nothing else", async () => {
    const { id, outs } = await provider.create(await wish());
    ceph.change({});
    const rotated = await wish({ users: [user({ password: { env: "OTHER_PASSWORD" } })] });
    await provider.update(id, outs, rotated);
    expect(ceph.changes()).toEqual(["ceph dashboard ac-user-set-password viewer -i -"]);
    await provider.create(rotated);
    expect(ceph.changes()).toHaveLength(1);
  });

  it("that moves to another port starts again", async () => {
    const { id, outs } = await provider.create(await wish());
    ceph.change({});
    await provider.update(id, outs, await wish({ port: 9443 }));
    expect(ceph.changes()).toEqual([
      "ceph config set mgr mgr/dashboard/ssl_server_port 9443",
      "ceph mgr module disable dashboard",
      "ceph mgr module enable dashboard",
    ]);
  });

  it("has the certificate that the file refers to", async () => {
    const inputs = await wish({
      users: [],
      certificate: { chain: { env: "PAGE_CHAIN" }, key: { env: "PAGE_KEY" } },
    });
    const { id, outs } = await provider.create(inputs);
    expect(ceph.state().keys).toEqual({
      "mgr/dashboard/crt": given.chain,
      "mgr/dashboard/key": given.key,
    });
    const { props } = await provider.read(id, outs);
    expect(props.drift).toEqual([]);
  });

  it("is not touched for a key of another certificate", async () => {
    const inputs = await wish({
      certificate: { chain: { env: "PAGE_CHAIN" }, key: { env: "OTHER_KEY" } },
    });
    const failure = await thrownBy(ProviderFailure, provider.create(inputs));
    expect(failure.message).toMatch(/the key is that of another certificate/);
    expect(ceph.changes()).toEqual([]);
  });

  it("says what Ceph has against a password, and never the password", async () => {
    const failure = await thrownBy(
      ProviderFailure,
      provider.create(await wish({ users: [user({ password: { env: "SHORT_PASSWORD" } })] })),
    );
    expect(failure.message).toMatch(/Password is too weak/);
    expect(failure.message).not.toContain(SECRETS.SHORT_PASSWORD);
  });

  it.each(["server_addr", "enable dashboard", "set-ssl-certificate ", "ac-user-create"])(
    "that was cut at %s is brought to its end",
    async (at) => {
      ceph.change({ cut: { at, behind: true } });
      const inputs = await wish();
      const failure = await thrownBy(ProviderFailure, provider.create(inputs));
      const { outs } =
        failure.kept === undefined
          ? await provider.create(inputs)
          : await provider.update(failure.kept.id, failure.kept.properties, inputs);
      const { props } = await provider.read("again", outs);
      expect(props.drift).toEqual([]);
      expect(Object.keys(ceph.state().users)).toEqual(["viewer"]);
    },
  );

  it("leaves no secret in the state, in what is printed or in a command", async () => {
    const { outs } = await provider.create(await wish());
    const everything = [JSON.stringify(outs), provider.output(), ...ceph.changes()].join("\n");
    for (const secret of Object.values(SECRETS)) {
      expect(everything).not.toContain(secret);
    }
  });
});

describe("the package of the page", () => {
  it("comes behind Ceph's own, of the managers' version", async () => {
    ceph.become({});
    const { inputs } = await provider.check("pveceph/installation", {
      connection: sshd.connection(),
      release: "squid",
      repository: "no-subscription",
      dashboard: true,
      installDeadlineMs: 60_000,
    });
    await provider.create(inputs);
    const made = [
      "pveceph install --version squid",
      "apt-get install ceph-mgr-dashboard=19.2.6-pve1",
    ];
    expect(ceph.changes()).toEqual(made);
    await provider.create(inputs);
    expect(ceph.changes()).toEqual(made);
  });
});
