import { type ApiOptions, PveApi } from "./api.js";
import type { ApiReach } from "./connection.js";

interface Owner {
  readonly resource: string;
  readonly changes: () => boolean;
}

/** Makes APIs for resources. Connections are not kept: each call opens a verified one of its own. */
export class ApiPool {
  constructor(private readonly options: ApiOptions) {}

  api(connection: ApiReach, owner: Owner): PveApi {
    return new PveApi(connection, this.options, owner);
  }
}
