import { z } from "zod";
import type { RedfishBmcConfig } from "../config.js";
import { type FaultSet, reportedUuid } from "../faults.js";
import type { HostPower } from "../power.js";
import type { WebAnswer, WebProtocol, WebRequest } from "../web-bmc.js";
import * as accounts from "./accounts.js";
import {
  errorAnswer,
  etagOf,
  jsonAnswer,
  malformed,
  noContent,
  notFound,
  parseJson,
  type Resource,
  resourceAnswer,
} from "./answers.js";
import { type Vendor, vendorOf } from "./flavours.js";
import { RedfishLogins } from "./logins.js";
import { RedfishResets } from "./resets.js";
import * as resources from "./resources.js";

const { ROOT } = resources;
const newSession = z.object({ UserName: z.string(), Password: z.string() });
const systemPatch = z.strictObject({
  Boot: z.strictObject({
    BootSourceOverrideEnabled: z.enum(["Disabled", "Once", "Continuous"]).optional(),
    BootSourceOverrideTarget: z.string().optional(),
    BootSourceOverrideMode: z.enum(["UEFI", "Legacy"]).optional(),
  }),
});
/** The second half of a chassis with two systems: always on, and not the node. */
const NEIGHBOUR_ID = "neighbour";
const NEIGHBOUR_UUID = "00000000-0000-4000-8000-00000000beef";

/** The Redfish service of one BMC, without its sockets. */
export class RedfishProtocol implements WebProtocol {
  readonly #config: RedfishBmcConfig;
  readonly #vendor: Vendor;
  readonly #power: HostPower;
  readonly #faults: FaultSet;
  readonly #logins: RedfishLogins;
  readonly #resets: RedfishResets;
  #boot: resources.BootOverride = { enabled: "Disabled", target: "None", mode: "UEFI" };

  constructor(config: RedfishBmcConfig, password: string, power: HostPower, faults: FaultSet) {
    this.#config = config;
    this.#vendor = vendorOf(config.flavour);
    this.#power = power;
    this.#faults = faults;
    this.#logins = new RedfishLogins(config, password, faults);
    this.#resets = new RedfishResets(this.#vendor, power, faults);
  }

  forget(): void {
    this.#logins.closeAll();
    this.#resets.forget();
  }

  busy(status: 429 | 503, retryAfterSeconds: number): WebAnswer {
    return errorAnswer(
      status,
      "Base.1.15.ServiceTemporarilyUnavailable",
      `The service is busy; try again in ${retryAfterSeconds} s.`,
      {
        args: [String(retryAfterSeconds)],
        headers: { "retry-after": String(retryAfterSeconds) },
      },
    );
  }

  async answer(request: WebRequest): Promise<WebAnswer> {
    const { method, path } = request;
    if (method === "GET" && path === "/redfish") return jsonAnswer(200, { v1: `${ROOT}/` });
    if (method === "GET" && path === ROOT) {
      return this.#show(resources.serviceRoot(this.#vendor, this.#uuid()));
    }
    if (method === "POST" && path === `${ROOT}/SessionService/Sessions`)
      return this.#login(request);
    if (!path.startsWith(`${ROOT}/`)) return notFound(path);
    if (!this.#logins.admits(request)) return this.#unauthorized();
    const rest = path.slice(ROOT.length + 1);
    switch (method) {
      case "GET":
      case "HEAD": {
        const answer = await this.#get(rest);
        return method === "HEAD" ? { ...answer, body: "" } : answer;
      }
      case "POST":
        return this.#post(rest, request.body);
      case "PATCH":
        return this.#patch(rest, request);
      case "DELETE":
        return this.#delete(rest);
      default:
        return errorAnswer(405, "Base.1.15.OperationNotAllowed", "The HTTP method is not allowed.");
    }
  }

  #show(resource: Resource): WebAnswer {
    return resourceAnswer(resource, this.#vendor.weakEtags);
  }

  #uuid(): string {
    const uuid = reportedUuid(this.#faults, this.#config.uuid);
    return resources.shownUuid(uuid, this.#vendor.swappedUuid);
  }

  #systemIds(): readonly string[] {
    const { systemId } = this.#vendor;
    return this.#faults.has("second-system") ? [systemId, NEIGHBOUR_ID] : [systemId];
  }

  async #system(id: string): Promise<Resource> {
    const wrong = this.#faults.get("wrong-identity");
    const facts: resources.SystemFacts =
      id === NEIGHBOUR_ID
        ? { id, uuid: NEIGHBOUR_UUID, hostname: "neighbour", power: "on", boot: this.#boot }
        : {
            id,
            uuid: this.#uuid(),
            hostname: wrong?.hostname ?? this.#config.hostname ?? this.#config.node,
            power: await this.#power.reported(),
            boot: this.#boot,
          };
    return resources.computerSystem(this.#vendor, facts);
  }

  async #get(rest: string): Promise<WebAnswer> {
    const vendor = this.#vendor;
    const [section = "", id = "", detail] = rest.split("/");
    if (section === "Systems" && id !== "" && this.#systemIds().includes(id)) {
      if (detail === undefined) return this.#show(await this.#system(id));
      if (detail === "ResetActionInfo" && vendor.resetTypesIn === "action-info") {
        return this.#show(resources.resetActionInfo(vendor, id));
      }
    }
    if (section === "TaskService" && id !== "") return this.#resets.getTask(rest);
    if (vendor.licensed && rest === `Managers/${vendor.managerId}/${vendor.licensed.path}`) {
      return errorAnswer(403, vendor.licensed.messageId, "Not licensed to perform this request.");
    }
    const resource = await this.#plainResource(rest);
    return resource === undefined ? notFound(`${ROOT}/${rest}`) : this.#show(resource);
  }

  async #plainResource(rest: string): Promise<Resource | undefined> {
    const vendor = this.#vendor;
    const [section, kind, id = ""] = rest.split("/");
    if (rest === "Systems") {
      return resources.collection(rest, "ComputerSystem", this.#systemIds());
    }
    if (rest === "Managers") return resources.collection(rest, "Manager", [vendor.managerId]);
    if (rest === `Managers/${vendor.managerId}`) return resources.manager(vendor);
    if (rest === "Chassis") return resources.collection(rest, "Chassis", [vendor.chassisId]);
    if (rest === `Chassis/${vendor.chassisId}`) {
      return resources.chassis(vendor, await this.#power.reported());
    }
    if (rest === "TaskService") {
      return { "@odata.id": `${ROOT}/TaskService`, Id: "TaskService", ServiceEnabled: true };
    }
    if (rest === "SessionService") return accounts.sessionService();
    if (rest === "SessionService/Sessions") {
      return resources.collection(rest, "Session", this.#logins.sessionIds);
    }
    if (section === "SessionService" && this.#logins.sessionIds.includes(id)) {
      return accounts.session(id, this.#config.user);
    }
    if (rest === "AccountService") return accounts.accountService(this.#config);
    if (rest === "AccountService/Accounts") {
      return resources.collection(rest, "ManagerAccount", ["1"]);
    }
    if (rest === "AccountService/Accounts/1") {
      const mayControl = !this.#faults.has("forbids-power");
      return accounts.account(this.#config.user, mayControl, this.#logins.locked);
    }
    if (rest === "AccountService/Roles") {
      return resources.collection(rest, "Role", accounts.roleIds);
    }
    if (section === "AccountService" && kind === "Roles" && accounts.roleIds.includes(id)) {
      return accounts.role(id);
    }
    return undefined;
  }

  #login({ body }: WebRequest): WebAnswer {
    const wanted = newSession.safeParse(parseJson(body));
    if (!wanted.success) return malformed();
    const opened = this.#logins.open(wanted.data.UserName, wanted.data.Password);
    if (opened === "refused") return this.#unauthorized();
    if (opened === "full") {
      return errorAnswer(
        503,
        "Base.1.15.SessionLimitExceeded",
        "There are too many open sessions.",
      );
    }
    const resource = accounts.session(opened.id, this.#config.user);
    return {
      ...jsonAnswer(201, resource, {
        "x-auth-token": opened.token,
        location: `${ROOT}/SessionService/Sessions/${opened.id}`,
      }),
      note: "session opened",
    };
  }

  async #post(rest: string, body: string): Promise<WebAnswer> {
    const reset = /^Systems\/([^/]+)\/Actions\/ComputerSystem\.Reset$/.exec(rest)?.[1];
    if (reset !== undefined && this.#systemIds().includes(reset)) {
      return reset === NEIGHBOUR_ID ? noContent : this.#resets.reset(reset, body);
    }
    if (rest === `Managers/${this.#vendor.managerId}/Actions/Manager.Reset`) {
      setImmediate(() => this.#faults.add({ kind: "reboot", seconds: 5 }));
      return { ...noContent, note: "BMC restart" };
    }
    return notFound(`${ROOT}/${rest}`);
  }

  async #patch(rest: string, request: WebRequest): Promise<WebAnswer> {
    if (rest !== `Systems/${this.#vendor.systemId}`) return notFound(`${ROOT}/${rest}`);
    const wanted = systemPatch.safeParse(parseJson(request.body));
    if (!wanted.success) return malformed();
    const condition = request.headers["if-match"];
    const { withoutIfMatch, weakEtags } = this.#vendor;
    if (condition === undefined && withoutIfMatch !== "accepted") {
      return errorAnswer(
        withoutIfMatch.status,
        withoutIfMatch.messageId,
        "The request needs an If-Match header with the entity tag of the resource.",
      );
    }
    const etag = etagOf(await this.#system(this.#vendor.systemId), weakEtags);
    if (condition !== undefined && condition !== "*" && condition !== etag) {
      return errorAnswer(
        412,
        "Base.1.15.PreconditionFailed",
        "The ETag supplied did not match the ETag required to change this resource.",
      );
    }
    const { Boot } = wanted.data;
    this.#boot = {
      enabled: Boot.BootSourceOverrideEnabled ?? this.#boot.enabled,
      target: Boot.BootSourceOverrideTarget ?? this.#boot.target,
      mode: Boot.BootSourceOverrideMode ?? this.#boot.mode,
    };
    return noContent;
  }

  #delete(rest: string): WebAnswer {
    const id = /^SessionService\/Sessions\/([^/]+)$/.exec(rest)?.[1];
    if (id === undefined || !this.#logins.close(id)) return notFound(`${ROOT}/${rest}`);
    return { ...noContent, note: "session closed" };
  }

  #unauthorized(): WebAnswer {
    return errorAnswer(
      401,
      "Base.1.15.NoValidSession",
      "The request carries no valid login.",
      this.#config.basicAuth ? { headers: { "www-authenticate": 'Basic realm="Redfish"' } } : {},
    );
  }
}
