import type { CallAnswers } from "./answer-call.ts";
import { dataModel } from "./data.ts";
import type { ResourceAnswer, ServiceModel } from "./model.ts";
import { networkModel } from "./network.ts";
import { othersModel } from "./others.ts";
import { serviceModel } from "./service.ts";
import { tlsModel } from "./tls.ts";
import { watchingModel } from "./watching.ts";

const providerModel: ServiceModel = {
  ...networkModel,
  ...dataModel,
  ...serviceModel,
  ...watchingModel,
  ...tlsModel,
  ...othersModel,
};

/** Raised when a program registers a type that the provider model does not know. */
export class UnmodelledResourcesError extends Error {
  constructor(types: readonly string[]) {
    super(
      `The provider model does not know ${[...types].sort().join(", ")}. Add how each is answered to rehearsal/plan/provider-model, with the outputs its provider documents.`,
    );
    this.name = "UnmodelledResourcesError";
  }
}

/**
 * Answers the registration of one resource as its provider would after creating it.
 *
 * @returns undefined for a type that the model does not know
 */
export function answerResource(question: {
  type: string;
  name: string;
  inputs: Readonly<Record<string, unknown>>;
  id?: string;
  calls: CallAnswers;
  /** Types that are answered otherwise. */
  models?: ServiceModel;
}): ResourceAnswer | undefined {
  if (question.type === "pulumi:pulumi:StackReference") {
    const outputs = question.calls.stackOutputs ?? {};
    const secretOutputNames = Object.keys(outputs).filter((name) => name === "secretFingerprints");
    return {
      id: question.id ?? question.name,
      state: { name: question.id ?? question.name, outputs, secretOutputNames },
    };
  }
  const model = question.models?.[question.type] ?? providerModel[question.type];
  return model?.({
    type: question.type,
    name: question.name,
    inputs: question.inputs,
    region: question.calls.region ?? "ap-southeast-2",
  });
}
