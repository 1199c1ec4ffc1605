import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { OsdHost } from "./osd-host.js";
import { ProviderProcess } from "./provider-process.js";

export const OSDS = "pveceph/osds";

export const pathOf = ({ name }: { readonly name: string }) => `/dev/disk/by-id/${name}`;

/** One host for a file, blank before each test, and the provider's process of one run after the other. */
export class OsdRuns {
  #host: OsdHost | undefined;
  #provider: ProviderProcess | undefined;

  constructor(...disks: Parameters<OsdHost["reset"]>) {
    beforeAll(async () => {
      this.#host = await OsdHost.start();
    }, 60_000);
    afterAll(() => this.#host?.stop());
    beforeEach(async () => {
      this.host.reset(...disks);
      await this.#start();
    }, 60_000);
    afterEach(() => this.#provider?.stop());
  }

  get host(): OsdHost {
    return there(this.#host);
  }

  get provider(): ProviderProcess {
    return there(this.#provider);
  }

  /** Within one run a host is asked once what disks it has. */
  async next(): Promise<void> {
    await this.provider.stop();
    await this.#start();
  }

  async checked(news: object, olds: JsonObject = {}): Promise<JsonObject> {
    const { inputs, failures } = await this.provider.check(OSDS, news, olds);
    expect(failures).toEqual([]);
    return inputs;
  }

  async #start(): Promise<void> {
    this.#provider = await ProviderProcess.start({ env: { PROXMOX_HA_RUN_LOG: "/dev/null" } });
  }
}

function there<One>(one: One | undefined): One {
  if (one === undefined) {
    throw new Error("it is there while a test runs");
  }
  return one;
}
