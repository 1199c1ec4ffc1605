import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import {
  applyToken,
  observeToken,
  planToken,
  type TokenFacts,
  type TokenStep,
} from "../api-token.js";
import { type TokenInputs, tokenInputs, tokenOutputs } from "./schema.js";

const WORDS: Readonly<Record<TokenStep, string>> = {
  "add-role": "role made",
  "change-role": "privileges as the stack needs them",
  "add-user": "user made",
  grant: "role granted on /",
  "new-token": "token made",
};

export const apiToken = defineProvider<TokenInputs, TokenInputs, TokenFacts, TokenStep>({
  kind: "pveum/token",
  schemaVersion: 1,
  inputs: tokenInputs,
  state: tokenInputs,
  identity: ["user", "token"],
  deadlineMs: 180_000,
  subject: (state) => `the API account ${state.user}`,
  id: (inputs) => `${inputs.user}!${inputs.token}`,
  remember: (inputs) => inputs,
  observe: (state, context) => observeToken(state, context.host(state.connection)),
  plan(wanted, facts) {
    if (wanted === undefined) {
      // The account goes with the cluster; others may have come to use its role.
      return [];
    }
    return planToken(wanted, facts).map((step) => ({
      // The account is the program's own, so changing it tramples nobody.
      kind: "add",
      path: step,
      from: "not so",
      to: WORDS[step],
      step,
    }));
  },
  apply: (changes, state, context) =>
    applyToken(
      state,
      changes.map(({ step }) => step),
      context.host(state.connection),
    ),
  outputs: told(tokenOutputs, (facts, state) => ({
    /** `user!name=value`, as the native provider takes it. */
    apiToken: facts.value === undefined ? "" : `${state.user}!${state.token}=${facts.value}`,
  })),
  gone: (facts) => !facts.tokenExists,
});
