import { z } from "zod";
import type { FaultSet } from "../faults.js";
import type { HostPower } from "../power.js";
import type { WebAnswer } from "../web-bmc.js";
import {
  errorAnswer,
  jsonAnswer,
  malformed,
  noContent,
  notFound,
  parseJson,
  resourceAnswer,
  successAnswer,
} from "./answers.js";
import { effectOf, type Vendor } from "./flavours.js";
import * as resources from "./resources.js";

const resetRequest = z.object({ ResetType: z.string() });

/** ComputerSystem.Reset in a vendor's manner, and the tasks that it leaves behind. */
export class RedfishResets {
  readonly #vendor: Vendor;
  readonly #power: HostPower;
  readonly #faults: FaultSet;
  readonly #tasks = new Map<string, { done: boolean }>();

  constructor(vendor: Vendor, power: HostPower, faults: FaultSet) {
    this.#vendor = vendor;
    this.#power = power;
    this.#faults = faults;
  }

  forget(): void {
    this.#tasks.clear();
  }

  async reset(systemId: string, body: string): Promise<WebAnswer> {
    const wanted = resetRequest.safeParse(parseJson(body));
    if (!wanted.success) return malformed();
    const { ResetType: type } = wanted.data;
    const answer = (await this.#refusal(type)) ?? this.#accepted();
    return { ...answer, note: `reset ${systemId} ${type}` };
  }

  getTask(rest: string): WebAnswer {
    const [, kind, id = ""] = rest.split("/");
    const task = this.#tasks.get(id);
    if (task === undefined) return notFound(`${resources.ROOT}/${rest}`);
    const resource = resources.task(id, task.done);
    if (kind === "Tasks") return resourceAnswer(resource, this.#vendor.weakEtags);
    return task.done ? successAnswer() : jsonAnswer(202, resource, this.#monitor(id));
  }

  /** Why the request is not carried out; undefined when it was passed on. */
  async #refusal(type: string): Promise<WebAnswer | undefined> {
    const { resetTypes, noOp } = this.#vendor;
    if (this.#faults.has("forbids-power")) {
      return errorAnswer(403, "Base.1.15.InsufficientPrivilege", "The account may not do this.");
    }
    if (!resetTypes.includes(type)) {
      return errorAnswer(
        400,
        "Base.1.15.ActionParameterNotSupported",
        `ResetType ${type} is not supported.`,
        { args: ["ResetType", type] },
      );
    }
    const effect = effectOf(type, await this.#power.real());
    if (effect !== "none") {
      await this.#power.request(effect);
      return undefined;
    }
    if (noOp === "accepted") return undefined;
    const text = "The host is already in the requested power state.";
    return errorAnswer(noOp.status, noOp.messageId, text);
  }

  #accepted(): WebAnswer {
    switch (this.#vendor.accepted) {
      case 200:
        return successAnswer();
      case 204:
        return noContent;
      case 202: {
        const id = String(this.#tasks.size + 1);
        const task = { done: false };
        this.#tasks.set(id, task);
        void this.#power.settled().then(() => {
          task.done = true;
        });
        return jsonAnswer(202, resources.task(id, false), this.#monitor(id));
      }
    }
  }

  #monitor(id: string): Record<string, string> {
    return { location: `${resources.ROOT}/TaskService/TaskMonitors/${id}`, "retry-after": "1" };
  }
}
